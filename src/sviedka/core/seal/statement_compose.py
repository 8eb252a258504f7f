# SPDX-License-Identifier: AGPL-3.0-or-later
"""From a draft to a signed statement (spec/03-statement.md §3.7).

Pure: keys, time and randomness come in as arguments. Randomness is asked for once and cut up in a fixed order: salts
in the order of the disclosures, decoys, then the nonces of the groups.
"""

from __future__ import annotations

import re
from bisect import insort
from hashlib import sha256
from itertools import islice
from typing import TYPE_CHECKING, Final

from sviedka.core.base.encoding import encode_base64url, encode_base64url_each
from sviedka.core.base.errors import Malformed
from sviedka.core.base.ids import CellId, UserId, parse_id, parse_origin
from sviedka.core.base.instants import format_instant, unix_day
from sviedka.core.seal.disclosure import make_element, make_list, make_property
from sviedka.core.seal.sealed_disclosures import seal_groups
from sviedka.core.seal.statement_errors import DraftRefused
from sviedka.core.seal.statement_payload import format_header, format_payload
from sviedka.core.seal.statement_shapes import (
    ASSERTION,
    COMMON,
    MAX_HEADS,
    MAX_LEAF_BYTES,
    PAYLOAD,
    Composed,
    Disclose,
    Draft,
    Group,
    Text,
)
from sviedka.core.seal.statement_supply import DIGEST_BYTES, Cells, Needs, Supply, size_for, sorted_cells

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from sviedka.core.base.canonical import Json

FIELD_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,63}(?:\.[1-9][0-9]{0,3})?", re.ASCII)
TYPE_NAME: Final = re.compile(r"[a-z]+(?:\.[a-z]+)*/[1-9][0-9]{0,3}", re.ASCII)

_AUTHOR: Final = b"sviedka/author/1\n"


def compose(
    draft: Draft,
    *,
    origin: str,
    desk_key: Ed25519PrivateKey,
    desk_kid: str,
    author: UserId,
    author_key: Ed25519PrivateKey,
    cell_keys: Mapping[CellId, bytes],
    entropy: Callable[[int], bytes],
) -> Composed:
    """Seal and sign one statement.

    Args:
        draft: What it says. Whether it fits its type was checked where the draft was made.
        origin: `<archive>/<desk>`; becomes `iss`.
        desk_key: The desk's statement key.
        desk_kid: `format_kid` of that key.
        author: The user who says so.
        author_key: That user's own key.
        cell_keys: At least every cell named in `draft`; 32 bytes each.
        entropy: Called once for all random bytes of this statement.

    Raises:
        DraftRefused: More parts than a statement holds, a name used twice, or a name that no field may have.
        CellKeyAbsent: A cell's key is missing.
        TooLarge: A single part is too long for one disclosure.
    """
    prepared = _prepare(draft, entropy, asserted=False)
    return _finish(
        prepared,
        origin=origin,
        desk_key=desk_key,
        desk_kid=desk_kid,
        author=author,
        author_key=author_key,
        cell_keys=cell_keys,
    )


class Prepared:
    """A statement that is made but for somebody's assertion: what is left is that, and two signatures.

    Attributes:
        draft: What it says.
        digests: Those at its top level, ascending; that of the assertion and of the author's signature are to come.
    """

    def __init__(self, draft: Draft, sheet: _Sheet, digests: list[str]) -> None:
        self.draft = draft
        self.digests = digests
        self.sheet = sheet

    @property
    def disclosures(self) -> tuple[str, ...]:
        """Everything that it discloses so far."""
        return tuple(text for listed in self.sheet.groups.values() for text in listed)


def prepare(draft: Draft, *, entropy: Callable[[int], bytes]) -> Prepared:
    """Make a statement up to the digests that somebody is to stand behind (spec/07-keys.md §13).

    Args:
        draft: What it says. Whether it fits its type was checked where the draft was made.
        entropy: Called once for all random bytes of this statement.

    Raises:
        DraftRefused: As `compose`.
        TooLarge: A single part is too long for one disclosure.
    """
    return _prepare(draft, entropy, asserted=True)


def finish(
    prepared: Prepared,
    assertion: Json,
    *,
    origin: str,
    desk_key: Ed25519PrivateKey,
    desk_kid: str,
    author: UserId,
    author_key: Ed25519PrivateKey,
    cell_keys: Mapping[CellId, bytes],
) -> Composed:
    """Seal and sign what was prepared, once: the assertion becomes a disclosure that the author's signature covers.

    Args:
        prepared: From `prepare`; it is used up.
        assertion: Checked by the caller, in the form of `core.seal.assertion`.
        origin: As for `compose`, with all that follow.
        desk_key: The desk's statement key.
        desk_kid: `format_kid` of that key.
        author: The user who says so.
        author_key: That user's own key.
        cell_keys: At least every cell named in the draft; 32 bytes each.

    Raises:
        DraftRefused, CellKeyAbsent, TooLarge: As `compose`.
    """
    signed = prepared.sheet.add_property(ASSERTION, assertion, (prepared.draft.archive_cell,))
    insort(prepared.digests, encode_base64url(signed))
    return _finish(
        prepared,
        origin=origin,
        desk_key=desk_key,
        desk_kid=desk_kid,
        author=author,
        author_key=author_key,
        cell_keys=cell_keys,
    )


def _prepare(draft: Draft, entropy: Callable[[int], bytes], *, asserted: bool) -> Prepared:
    _check_draft(draft)
    supply = Supply(entropy, Needs.of(draft, asserted=asserted))
    sheet = _Sheet(draft.archive_cell, supply)
    for name, value in _common_values(draft):
        sheet.add_property(name, value, (draft.archive_cell,))
    for part in draft.parts:
        sheet.add_part(part)
    return Prepared(
        draft, sheet, sorted([*encode_base64url_each(b"".join(sheet.digests), width=DIGEST_BYTES), *supply.decoys])
    )


def _finish(
    prepared: Prepared,
    *,
    origin: str,
    desk_key: Ed25519PrivateKey,
    desk_kid: str,
    author: UserId,
    author_key: Ed25519PrivateKey,
    cell_keys: Mapping[CellId, bytes],
) -> Composed:
    _check_desk(origin, desk_kid)
    draft, sheet, digests = prepared.draft, prepared.sheet, prepared.digests
    signature = author_key.sign(author_message(draft.jti, digests))
    signed = sheet.add_property("author_sig", {"by": author, "sig": encode_base64url(signature)}, (draft.archive_cell,))
    insort(digests, encode_base64url(signed))
    groups = tuple(Group(cells=cells, disclosures=tuple(listed)) for cells, listed in sorted(sheet.groups.items()))
    sealed = seal_groups(groups, jti=draft.jti, cell_keys=cell_keys, nonces=sheet.supply.nonces)
    jwt = _sign(draft, digests, sealed, origin=origin, desk_kid=desk_kid, desk_key=desk_key)
    return Composed(jwt=jwt, sealed=sealed, groups=groups)


def format_kid(origin: str, public_key: bytes) -> str:
    """Return the `kid` of the desk at `origin`: its name and its statement key's note key id (C2SP signed-note)."""
    key_id = sha256(f"{origin}/statements".encode("ascii") + b"\n\x01" + public_key).digest()[:4]
    return f"{origin}+{key_id.hex()}"


def author_message(jti: str, others: Sequence[str]) -> bytes:
    """Return what the author signs: the identifier and every top-level digest but that of the signature, ascending."""
    covered = f"{jti}\n" + "\n".join(others) + "\n"
    return _AUTHOR + sha256(covered.encode("ascii")).digest()


class _Sheet:
    """What has been disclosed so far: digests of the top level, and disclosures by the cells they go under."""

    def __init__(self, archive_cell: CellId, supply: Supply) -> None:
        self.digests: list[bytes] = []
        self.groups: dict[Cells, list[str]] = {}
        self._archive: Cells = (archive_cell,)
        self.supply = supply

    def add_part(self, part: Disclose | Text) -> None:
        if isinstance(part, Disclose):
            self.add_property(part.name, part.value, sorted_cells(part.cells))
            return
        salts = self.supply.salts
        salt = next(salts)
        digests = [
            self._keep(make_element(next(salts), segment.text), sorted_cells(segment.cells))
            for segment in part.segments
        ]
        listed = encode_base64url_each(b"".join(digests), width=DIGEST_BYTES)
        # Decoys stand at the end, so that the order of the real segments is their order in the text.
        listed += islice(self.supply.decoys, size_for(len(listed)) - len(listed))
        self.digests.append(self._keep(make_list(salt, part.name, listed), self._archive))

    def add_property(self, name: str, value: Json, cells: Cells) -> bytes:
        digest = self._keep(make_property(next(self.supply.salts), name, value), cells)
        self.digests.append(digest)
        return digest

    def _keep(self, disclosure: str, cells: Cells) -> bytes:
        self.groups.setdefault(cells, []).append(disclosure)
        return sha256(disclosure.encode("ascii")).digest()


def _sign(
    draft: Draft, digests: list[str], sealed: bytes, *, origin: str, desk_kid: str, desk_key: Ed25519PrivateKey
) -> bytes:
    payload = format_payload(
        digests=digests,
        enc=encode_base64url(sha256(sealed).digest()),
        iat=unix_day(draft.at),
        iss=origin,
        jti=draft.jti,
    )
    signing_input = f"{encode_base64url(format_header(desk_kid))}.{encode_base64url(payload)}".encode("ascii")
    jwt = signing_input + b"." + encode_base64url(desk_key.sign(signing_input)).encode("ascii")
    if len(jwt) > MAX_LEAF_BYTES:
        raise DraftRefused("A statement's leaf would have {size} bytes; continue in a further one.", size=len(jwt))
    return jwt


def _common_values(draft: Draft) -> tuple[tuple[str, Json], ...]:
    return (
        ("type", draft.type),
        ("subject", draft.subject),
        ("heads", list(draft.heads)),
        ("at", format_instant(draft.at)),
        ("case", draft.case),
    )


def _check_desk(origin: str, desk_kid: str) -> None:
    try:
        parse_origin(origin)
    except Malformed as reason:
        raise DraftRefused("The origin of the draft is not of its shape.") from reason
    if not desk_kid.startswith(f"{origin}+"):
        raise DraftRefused("The signing key's name is not of this desk.")


def _check_draft(draft: Draft) -> None:
    try:
        for identifier in (draft.jti, draft.case, draft.subject, draft.archive_cell, *draft.heads):
            parse_id(identifier)
    except Malformed as reason:
        raise DraftRefused("An identifier of the draft is not of its shape.") from reason
    if unix_day(draft.at) < 0:  # iat counts from 1970; no reader takes one below
        raise DraftRefused("A statement cannot be dated before 1970.")
    if not TYPE_NAME.fullmatch(draft.type):
        raise DraftRefused("A statement's type is written like claim/1.")
    if list(draft.heads) != sorted(set(draft.heads)) or len(draft.heads) > MAX_HEADS:
        raise DraftRefused("Heads must be sorted, each once, at most {most}.", most=MAX_HEADS)
    names = [part.name for part in draft.parts]
    if len(set(names)) != len(names) or not all(FIELD_NAME.fullmatch(name) for name in names):
        raise DraftRefused("Two parts share a name, or a name is not one that a field may have.")
    if not _TAKEN.isdisjoint(names):
        raise DraftRefused("A part has a name that every statement uses itself.")


_TAKEN: Final = frozenset(COMMON) | frozenset(PAYLOAD) | {ASSERTION}
