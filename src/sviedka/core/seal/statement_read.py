# SPDX-License-Identifier: AGPL-3.0-or-later
"""From the disclosures shown to what a statement says (RFC 9901 §7.1; spec/03-statement.md §3.5).

Digests are followed from the signed list inwards, and a disclosure is parsed only once its digest was found there:
bytes that the desk did not vouch for are never interpreted. What nobody vouches for is refuted by name. A digest
without a disclosure is no failure: it was withheld or is a decoy, and a reader cannot tell which, so that
completeness is never proven.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import TooLarge
from sviedka.core.seal.disclosure import RESERVED, digest_text, is_digest, parse_disclosure
from sviedka.core.seal.statement_common import build_statement
from sviedka.core.seal.statement_errors import (
    DigestsMalformed,
    DigestTwice,
    DisclosureMalformed,
    DisclosureTwice,
    DisclosureUnreferenced,
    NameReserved,
    NameTaken,
)
from sviedka.core.seal.statement_shapes import (
    ASSERTION,
    MAX_DISCLOSURE_CHARS,
    MAX_DISCLOSURES,
    PAYLOAD,
    SIZES,
    Statement,
    StatementHead,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sviedka.core.base.canonical import Json

_MAX_DIGESTS: Final = 65_536

MAX_NESTING: Final = 32
"""How far a disclosure may stand inside others. Two verifiers must agree on it, whatever their stacks hold."""


def read_disclosures(head: StatementHead, disclosures: Sequence[str]) -> Statement:
    """Put the disclosures back into the statement.

    Untrusted: `disclosures`. Already verified by the caller: `head`, by `verify_signature`.

    Raises:
        DisclosureUnreferenced: One that no signed digest, directly or through another disclosure, leads to.
        DisclosureTwice, DigestTwice: The same part in two places.
        DisclosureMalformed: A referenced one that is not canonical or has a wrong number of parts.
        NameReserved, NameTaken: A name that may not stand there.
        DigestsMalformed: A list of digests inside a disclosure that is not of the format's form.
        CommonMalformed: Type, subject, heads, time, case or author's signature not of its shape.
        DayRefuted: The exact time is not on the day that the head shows.
        TooLarge: More or longer disclosures than the format allows.

    Source: RFC 9901 §7.1; spec/03-statement.md §3.5. Vectors: spec/vectors/statement/.
    """
    resolver = _Resolver(head, _by_digest(disclosures))
    fields: dict[str, Json] = {}
    standing: dict[str, str] = {}
    for digest, text in resolver.take_all(head.digests):
        name, value = resolver.open_property(text)
        if name in fields or name in PAYLOAD:
            raise NameTaken("A disclosure's name exists already in its statement.")
        fields[name] = value
        standing[name] = digest
    resolver.finish()
    return build_statement(
        head,
        fields,
        author_digest=standing.get("author_sig"),
        assertion_digest=standing.get(ASSERTION),
        positions=resolver.positions,
        withheld=resolver.withheld,
    )


def _by_digest(disclosures: Sequence[str]) -> dict[str, str]:
    if len(disclosures) > MAX_DISCLOSURES:
        raise TooLarge("A statement has more than {most} disclosures.", most=MAX_DISCLOSURES)
    found: dict[str, str] = {}
    for text in disclosures:
        if len(text) > MAX_DISCLOSURE_CHARS:
            raise TooLarge("A disclosure has more than {most} characters.", most=MAX_DISCLOSURE_CHARS)
        if not text.isascii():
            raise DisclosureUnreferenced("A disclosure is not base64url, so that no digest can be its.")
        found[digest_text(text)] = text
    if len(found) != len(disclosures):
        raise DisclosureTwice("The same disclosure stands twice.")
    return found


class _Resolver:
    """Follows digests inwards, each once."""

    def __init__(self, head: StatementHead, waiting: dict[str, str]) -> None:
        self.withheld = 0
        self._depth = 0
        self.positions: dict[str, tuple[int, ...]] = {}
        self._waiting = waiting
        self._seen = set(head.digests)
        self._jti = head.jti

    def take_all(self, digests: Sequence[str]) -> list[tuple[str, str]]:
        """Return (digest, disclosure) for those digests that have one; count the others."""
        taken = [(digest, self._waiting.pop(digest)) for digest in digests if digest in self._waiting]
        self.withheld += len(digests) - len(taken)
        return taken

    def open_property(self, text: str) -> tuple[str, Json]:
        disclosure = parse_disclosure(text)
        if disclosure.name is None:
            raise DisclosureMalformed("An array element stands where a named part must.")
        value = disclosure.value
        if isinstance(value, list) and any(map(_is_reference, value)):
            indexes, value = self._open_list(value)
            self.positions[disclosure.name] = indexes
        else:
            value = self._resolve(value)
        return disclosure.name, value

    def finish(self) -> None:
        """Refuse what nothing led to."""
        if self._waiting:
            raise DisclosureUnreferenced(
                "{count} disclosures belong to no digest of statement {jti}.", count=len(self._waiting), jti=self._jti
            )

    def _resolve(self, value: Json) -> Json:
        if isinstance(value, list):
            if any(map(_is_reference, value)):
                return self._open_list(value)[1]
            return [self._resolve(inner) for inner in value]
        if isinstance(value, dict):
            if not RESERVED.isdisjoint(value):
                raise NameReserved("A value may use _sd nowhere, and ... only in a list of digests.")
            return {name: self._resolve(inner) for name, inner in value.items()}
        return value

    def _open_list(self, listed: list[Json]) -> tuple[tuple[int, ...], list[Json]]:
        digests = self._read_list(listed)
        places = {digest: place for place, digest in enumerate(digests)}
        taken = self.take_all(digests)
        return tuple(places[digest] for digest, _ in taken), [self._open_element(text) for _, text in taken]

    def _open_element(self, text: str) -> Json:
        disclosure = parse_disclosure(text)
        if disclosure.name is not None:
            raise DisclosureMalformed("A named part stands where an array element must.")
        self._depth += 1
        if self._depth > MAX_NESTING:
            raise DisclosureMalformed("Disclosures stand more than {most} deep in one another.", most=MAX_NESTING)
        resolved = self._resolve(disclosure.value)
        self._depth -= 1
        return resolved

    def _read_list(self, listed: list[Json]) -> list[str]:
        digests = [element["..."] for element in listed if isinstance(element, dict) and element.keys() == {"..."}]
        if len(listed) not in SIZES or len(digests) != len(listed) or not all(map(is_digest, digests)):
            raise DigestsMalformed("A list of digests must hold 16, 64 or 256 digests and nothing else.")
        texts = [str(digest) for digest in digests]
        before = len(self._seen)
        self._seen.update(texts)
        if len(self._seen) != before + len(texts):
            raise DigestTwice("A digest stands twice in a statement.")
        if len(self._seen) > _MAX_DIGESTS:
            raise TooLarge("A statement has more than {most} digests.", most=_MAX_DIGESTS)
        return texts


def _is_reference(value: Json) -> bool:
    return isinstance(value, dict) and "..." in value
