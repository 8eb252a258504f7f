# SPDX-License-Identifier: AGPL-3.0-or-later
"""A statement that waits for somebody's assertion, as it travels from the keeper to whoever asks that person.

It carries every disclosure, so that the person is shown what the digests stand for that they sign, and not what a desk
says of them. Everything read here is untrusted and raises `FrameMalformed` only. Spec: spec/07-keys.md §11, §13.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.core.base.canonical import Json, encode_canonical, parse_canonical
from sviedka.core.base.errors import Malformed
from sviedka.core.base.ids import StatementId, parse_id
from sviedka.core.seal.assertion import Assertion, assertion_message, format_assertion
from sviedka.core.seal.disclosure import is_digest
from sviedka.core.seal.statement import Statement, StatementHead, read_disclosures
from sviedka.keeper.errors import FrameMalformed
from sviedka.keeper.frames import MAX_FRAME_BYTES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sviedka.keeper.frames import Buffer

MOST_AT_ONCE: Final = 64
"""Statements that one person is asked to assert at once."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PendingStatement:
    """What somebody is asked to stand behind.

    Attributes:
        handle: By which the keeper knows it; nobody can guess it.
        jti: The statement's identifier.
        iat: Its day, as Unix time.
        digests: At its top level, ascending.
        disclosures: All that it will show; what is not among them are decoys.
    """

    handle: str
    jti: StatementId
    iat: int
    digests: tuple[str, ...]
    disclosures: tuple[str, ...]

    @property
    def message(self) -> bytes:
        """What is to be signed."""
        return assertion_message(self.jti, self.digests)

    def read(self) -> Statement:
        """Return what it says, each part found under a digest that will be signed.

        Raises:
            Malformed, Refuted: The disclosures and the digests are not one statement.
        """
        nobody = StatementHead(
            iss="", jti=self.jti, iat=self.iat, enc=b"", digests=self.digests, kid="", signing_input=b"", signature=b""
        )
        return read_disclosures(nobody, self.disclosures)


def encode_pending(pending: Sequence[PendingStatement]) -> bytes:
    """Return pending statements as the part of an answer."""
    listed: list[Json] = [[one.handle, one.jti, one.iat, list(one.digests), list(one.disclosures)] for one in pending]
    return encode_canonical(listed)


def parse_pending(data: Buffer) -> list[PendingStatement]:
    """Read what `encode_pending` wrote; raise `FrameMalformed`."""
    return [_pending(item) for item in _load(data)]


def encode_assertions(asserted: Sequence[tuple[str, Assertion]]) -> bytes:
    """Return handles with their assertions as the part of a request."""
    listed: list[Json] = [[handle, format_assertion(assertion)] for handle, assertion in asserted]
    return encode_canonical(listed)


def parse_assertions(data: Buffer) -> list[tuple[str, Json]]:
    """Read handles and assertions, the latter not looked at yet; raise `FrameMalformed`."""
    found = []
    for item in _load(data):
        if not isinstance(item, list) or len(item) != 2 or not isinstance(item[0], str):
            raise FrameMalformed("A prepared statement is named by its handle, with an assertion.")
        found.append((item[0], item[1]))
    if not 1 <= len(found) <= MOST_AT_ONCE:
        raise FrameMalformed("1 to {most} statements are asserted at once.", most=MOST_AT_ONCE)
    return found


def _pending(item: Json) -> PendingStatement:
    if not isinstance(item, list) or len(item) != 5:
        raise FrameMalformed("A prepared statement is not of its shape.")
    handle, jti, iat, digests, disclosures = item
    if not isinstance(handle, str) or type(iat) is not int:
        raise FrameMalformed("A prepared statement is not of its shape.")
    texts = _texts(digests)
    if not all(map(is_digest, texts)):
        raise FrameMalformed("A prepared statement is not of its shape.")
    return PendingStatement(
        handle=handle, jti=StatementId(parse_id(jti)), iat=iat, digests=texts, disclosures=_texts(disclosures)
    )


def _texts(value: Json) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise FrameMalformed("A prepared statement is not of its shape.")
    return tuple(str(text) for text in value)


def _load(data: Buffer) -> list[Json]:
    try:
        listed = parse_canonical(bytes(data), max_bytes=MAX_FRAME_BYTES)
    except Malformed as reason:
        raise FrameMalformed("A part that should be canonical JSON is not.") from reason
    if not isinstance(listed, list):
        raise FrameMalformed("A part that should be a list is not.")
    return listed
