# SPDX-License-Identifier: AGPL-3.0-or-later
"""Proof that an opening was recorded before the key is asked for.

The desk says where the record stands; the keeper believes none of it and reads the record itself: in a pack that lies
in the vault, is written into the append-only list of packs and is the bytes that the list names, at the place that the
receipt says, signed by this desk, by the person who is logged in, about this item. Spec: spec/07-keys.md §6.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Malformed, Refuted, Unavailable, Unproven
from sviedka.core.seal.age_file import decrypt_secret
from sviedka.core.seal.checkpoint import parse_checkpoint
from sviedka.core.seal.keylist_lines import Head
from sviedka.core.seal.merkle_proof import leaf_hash, verify_inclusion
from sviedka.core.seal.statement import (
    Statement,
    open_sealed,
    parse_jwt,
    read_disclosures,
    verify_author,
    verify_signature,
)
from sviedka.core.seal.succession import verify_log_head
from sviedka.keeper.errors import OpeningRefused
from sviedka.keeper.hygiene import wipe
from sviedka.keeper.listed_packs import find_listed_pack
from sviedka.keeper.open_records import OpenRecord
from sviedka.vault.packs import read_pack

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sviedka.core.base.canonical import Json
    from sviedka.core.base.ids import CellId, StatementId, SubjectId, UserId
    from sviedka.core.seal.age_keys import X25519Identity
    from sviedka.core.seal.keylist import KeyList
    from sviedka.core.seal.statement import StatementHead
    from sviedka.vault.layout import Archive

OPENED_TYPE: Final = "item.opened/1"
SEALED_TYPE: Final = "item.sealed/1"
_MOST_HEAD_BYTES: Final = 1024 * 1024
_DIGEST: Final = re.compile(r"[0-9a-f]{64}\Z")


@dataclass(frozen=True, kw_only=True)
class OpeningReceipt:
    """Where the record of an opening stands: its identifier, the desk's log, and its place in it."""

    jti: StatementId
    desk: str
    leaf_index: int


@dataclass(frozen=True, kw_only=True)
class SealingReceipt:
    """Where it is stated that an item was sealed, and as which payload.

    Attributes:
        desk: In whose log; "" for this desk's own.
        proof: For another desk's log: that the place is under the head of it that is published here.
    """

    jti: StatementId
    leaf_index: int
    desk: str = ""
    proof: tuple[bytes, ...] = ()


@dataclass(frozen=True, kw_only=True)
class StatementReceipt:
    """Where any other statement stands in the log of this desk, or of one that was closed and that this one goes on after.

    Attributes:
        desk, proof: As in a `SealingReceipt`.
    """

    jti: StatementId
    leaf_index: int
    desk: str = ""
    proof: tuple[bytes, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """A statement that a receipt points to, what the keeper remembers of it, and its sealed disclosures."""

    statement: Statement
    record: OpenRecord
    sealed: bytes = field(repr=False)


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
    keylist: KeyList

    def read(self, receipt: OpeningReceipt, *, item: SubjectId) -> Recorded:
        """Return the record that `receipt` points to, if it is what it must be.

        Untrusted: `receipt`, `item`, and the vault's files.

        Raises:
            OpeningRefused: It is not there, or is not the record of this opening by this person.
        """
        if receipt.desk != self.desk:
            raise OpeningRefused("The record stands in another desk's log than this one's.")
        found = self._read(receipt.jti, receipt.leaf_index, self._by_author, self.desk)
        statement = found.statement
        if statement.type != OPENED_TYPE or statement.subject != item:
            raise OpeningRefused("The record is not of an opening of this item.")
        if statement.author != self.actor:
            raise OpeningRefused("The record was made by somebody else.")
        return found

    def read_sealing(self, receipt: SealingReceipt, *, item: SubjectId) -> tuple[Recorded, str]:
        """Return the statement that `item` was sealed, and the SHA-256 (hex) of its payload.

        Whoever was logged in then stated it, perhaps under an older key of this desk. In another desk's log it counts
        only under a head that this desk signed, and while none of its keys was taken back: whoever holds a desk that
        was lost could else state under an invented name what another item's payload is.

        Untrusted: `receipt`, `item`, and the vault's files.

        Raises:
            OpeningRefused: It is not there, or does not say so.
        """
        desk = receipt.desk or self.desk
        found = self._read(receipt.jti, receipt.leaf_index, partial(self._by_desk, desk), desk)
        if desk != self.desk:
            self._require_under_head(found.record, receipt)
        payload = found.statement.fields.get("payload_sha256")
        if found.statement.type != SEALED_TYPE or found.statement.subject != item:
            raise OpeningRefused("It is not stated that this item was sealed.")
        if not isinstance(payload, str) or not _DIGEST.match(payload):
            raise OpeningRefused("The statement of the sealing does not say which payload is this item's.")
        return found, payload

    def read_own(self, receipt: StatementReceipt) -> Recorded:
        """Return a statement by the person who is logged in, signed with this desk's key; else as `read`."""
        return self._read(receipt.jti, receipt.leaf_index, self._by_author, self.desk)

    def read_stated(self, receipt: StatementReceipt) -> Recorded:
        """Return a statement of this desk, whoever made it and under whichever of its keys; else as `read`.

        One of the closed log that this desk's goes on after counts like its own, within what the root named as held.
        """
        desk = receipt.desk or self.desk
        if desk != self.desk and not self._goes_on_after(desk):
            raise OpeningRefused("The statement stands in another desk's log than this one's.")
        found = self._read(receipt.jti, receipt.leaf_index, partial(self._by_desk, desk), desk)
        if desk != self.desk:
            self._require_under_head(found.record, receipt)
        return found

    @staticmethod
    def reveal(found: Recorded, cell_keys: Mapping[CellId, bytes]) -> list[tuple[str, Json]]:
        """Return what stands under these cells and no others in a statement that was read: names and values.

        Raises:
            SealedForged: A key is not that of its cell.
        """
        groups = open_sealed(found.sealed, head=found.statement.head, cell_keys=cell_keys)
        shown = read_disclosures(found.statement.head, [text for group in groups for text in group.disclosures])
        return sorted(shown.fields.items(), key=lambda item: (len(item[0]), item[0]))

    def _goes_on_after(self, desk: str) -> bool:
        """Tell whether this desk's log goes on after that of `desk`, over however many losses."""
        name = self.keylist.archive
        before = self.keylist.closed_before(f"{name}/{self.desk}")
        return any(closed.closed == f"{name}/{desk}" for closed in before)

    def _require_under_head(self, record: OpenRecord, receipt: SealingReceipt | StatementReceipt) -> None:
        """Refuse a statement that no head of its desk covers, or whose desk is not one any more."""
        origin = f"{self.keylist.archive}/{receipt.desk}"
        try:
            if self.keylist.is_revoked(origin):
                raise OpeningRefused("The keys of the desk that sealed it were taken back.")
            head = self._head_over(record.leaf_index, receipt.desk, origin)
            verify_inclusion(
                leaf=record.leaf, index=record.leaf_index, size=head.size, proof=receipt.proof, root=head.root
            )
        except (OSError, Malformed, Refuted, Unproven) as reason:
            raise OpeningRefused("The sealing is not under a signed head of its desk.") from reason

    def _head_over(self, index: int, desk: str, origin: str) -> Head:
        """Return the head that covers a statement: of a closed log what the root named as held, else what is published."""
        successor = self.keylist.find_successor(origin)
        if successor is not None and index < successor.held.size:
            return successor.held
        head = parse_checkpoint(self.archive.checkpoint(desk).read_bytes()[:_MOST_HEAD_BYTES])
        if head.origin != origin:
            raise Refuted("The head of another log lies in the place of {desk}.", desk=desk)
        verify_log_head(head, self.keylist)
        return Head(size=head.size, root=head.root)

    def _read(self, jti: StatementId, index: int, verified: Callable[[bytes, bytes], Statement], desk: str) -> Recorded:
        jwt, sealed = _cut_line(self._pack_line(desk, index))
        try:
            statement = verified(jwt, sealed)
        except (Malformed, Refuted, Unproven) as reason:
            raise OpeningRefused("What the receipt points to is not a genuine statement by you.") from reason
        if statement.head.jti != jti:
            raise OpeningRefused("Another statement stands where the receipt points.")
        return Recorded(statement=statement, record=OpenRecord(leaf_index=index, leaf=leaf_hash(jwt)), sealed=sealed)

    def _by_desk(self, desk: str, jwt: bytes, sealed: bytes) -> Statement:
        head = parse_jwt(jwt)
        if head.iss != f"{self.keylist.archive}/{desk}":
            raise Refuted("A statement of another desk lies in a pack of {desk}.", desk=desk)
        return self._shown(head, sealed, self.keylist.statement_key(head.kid).public)

    def _by_author(self, jwt: bytes, sealed: bytes) -> Statement:
        statement = self._shown(parse_jwt(jwt), sealed, self.statement_key)
        verify_author(statement, self.author_key)
        return statement

    def _shown(self, head: StatementHead, sealed: bytes, key: bytes) -> Statement:
        verify_signature(head, key)
        groups = open_sealed(sealed, head=head, cell_keys=self.cell_keys)
        return read_disclosures(head, [text for group in groups for text in group.disclosures])

    def _pack_line(self, desk: str, leaf_index: int) -> bytes:
        """Return the line of leaf `leaf_index` from a pack that the append-only list vouches for."""
        try:
            listed = find_listed_pack(self.archive.pack_sums(desk), leaf_index)
            data = read_pack(self.archive, desk, listed.first_index) if listed is not None else b""
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
