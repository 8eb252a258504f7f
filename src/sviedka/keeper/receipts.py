# SPDX-License-Identifier: AGPL-3.0-or-later
"""Proof that an opening was recorded before the key is asked for.

The desk says where the record stands; the keeper believes none of it and reads the record itself: in a pack that lies
in the vault, is written into the append-only list of packs and is the bytes that the list names, at the place that the
receipt says, signed by this desk, by the person who is logged in, about this item. Spec: spec/07-keys.md §6.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Malformed, Refuted, Unavailable, Unproven
from sviedka.core.seal.age_file import decrypt_secret
from sviedka.core.seal.merkle_proof import leaf_hash
from sviedka.core.seal.statement import (
    Statement,
    open_sealed,
    parse_jwt,
    read_disclosures,
    verify_author,
    verify_signature,
)
from sviedka.keeper.errors import OpeningRefused
from sviedka.keeper.hygiene import wipe
from sviedka.keeper.listed_packs import find_listed_pack
from sviedka.keeper.open_records import OpenRecord
from sviedka.vault.packs import read_pack

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sviedka.core.base.ids import CellId, StatementId, SubjectId, UserId
    from sviedka.core.seal.age_keys import X25519Identity
    from sviedka.vault.layout import Archive

OPENED_TYPE: Final = "item.opened/1"


@dataclass(frozen=True, kw_only=True)
class OpeningReceipt:
    """Where the record of an opening stands: its identifier, the desk's log, and its place in it."""

    jti: StatementId
    desk: str
    leaf_index: int


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """A statement that a receipt points to, and what the keeper remembers of it."""

    statement: Statement
    record: OpenRecord


@dataclass(frozen=True, kw_only=True)
class ReceiptReader:
    """What is needed to check receipts.

    Attributes:
        statement_key: The public key, 32 bytes, that this desk signs statements with.
        author_key: The public key, 32 bytes, of the person who is logged in.
    """

    archive: Archive
    vault: X25519Identity
    desk: str
    cell_keys: Mapping[CellId, bytes]
    statement_key: bytes
    author_key: bytes
    actor: UserId

    def read(self, receipt: OpeningReceipt, *, item: SubjectId) -> Recorded:
        """Return the record that `receipt` points to, if it is what it must be.

        Untrusted: `receipt`, `item`, and the vault's files.

        Raises:
            OpeningRefused: It is not there, or is not the record of this opening by this person.
        """
        if receipt.desk != self.desk:
            raise OpeningRefused("The record stands in another desk's log than this one's.")
        jwt, sealed = _cut_line(self._pack_line(receipt.leaf_index))
        try:
            statement = self._verified(jwt, sealed)
        except (Malformed, Refuted, Unproven) as reason:
            raise OpeningRefused("What the receipt points to is not a genuine statement by you.") from reason
        if statement.head.jti != receipt.jti:
            raise OpeningRefused("Another statement stands where the receipt points.")
        if statement.type != OPENED_TYPE or statement.subject != item:
            raise OpeningRefused("The record is not of an opening of this item.")
        if statement.author != self.actor:
            raise OpeningRefused("The record was made by somebody else.")
        return Recorded(statement=statement, record=OpenRecord(leaf_index=receipt.leaf_index, leaf=leaf_hash(jwt)))

    def _verified(self, jwt: bytes, sealed: bytes) -> Statement:
        head = parse_jwt(jwt)
        verify_signature(head, self.statement_key)
        groups = open_sealed(sealed, head=head, cell_keys=self.cell_keys)
        statement = read_disclosures(head, [text for group in groups for text in group.disclosures])
        verify_author(statement, self.author_key)
        return statement

    def _pack_line(self, leaf_index: int) -> bytes:
        """Return the line of leaf `leaf_index` from a pack that the append-only list vouches for."""
        try:
            listed = find_listed_pack(self.archive.pack_sums(self.desk), leaf_index)
            data = read_pack(self.archive, self.desk, listed.first_index) if listed is not None else b""
        except (OSError, Malformed, Unavailable) as reason:
            raise OpeningRefused("The pack that should hold the record is not there.") from reason
        if listed is None or hashlib.sha256(data).hexdigest() != listed.sha256:
            raise OpeningRefused("No pack that is listed holds the record.")
        return self._line_of(data, leaf_index - listed.first_index)

    def _line_of(self, data: bytes, place: int) -> bytes:
        try:
            plain = decrypt_secret(data, self.vault)
        except (Malformed, Refuted) as reason:
            raise OpeningRefused("The pack that should hold the record does not open.") from reason
        lines = plain.split(b"\n")
        wipe(plain)
        if not 0 <= place < len(lines) - 1:  # the last line ends with a line feed too
            raise OpeningRefused("The pack ends before the place that the receipt names.")
        return bytes(lines[place])


def _cut_line(line: bytes) -> tuple[bytes, bytes]:
    jwt, _, sealed = line.partition(b" ")
    return jwt, sealed
