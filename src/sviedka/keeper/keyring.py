# SPDX-License-Identifier: AGPL-3.0-or-later
"""All keys of an unlocked archive, in one place, and what is done with them.

`open_keyring` goes from a passphrase to keys and believes the folder nothing on the way: the vault key's file binds
the root and the recovery key, the root's key list binds the desk's and the user's keys, a MAC under the vault key binds
the epochs. What does not fit together is refused before anything is signed. Spec: spec/07-keys.md §1.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sviedka.core.base.errors import Malformed
from sviedka.core.disclose.seal_text import parse_seal_text
from sviedka.core.seal.note import format_note, sign_note
from sviedka.core.seal.slip import open_slip
from sviedka.core.seal.statement import Composed, Draft, Text, compose, finish, format_kid, prepare
from sviedka.keeper.asserted import refuse_unasserted, require_asserted, vouch
from sviedka.keeper.begun_erasures import require_begun
from sviedka.keeper.cell_keys import MOST_AT_ONCE, CellKeys
from sviedka.keeper.closed_logs import LogClosed
from sviedka.keeper.database_salt import read_salt
from sviedka.keeper.derivation import DATABASE, LABELS, derive_from_vault
from sviedka.keeper.errors import RequestRefused
from sviedka.keeper.facts import KeeperFacts
from sviedka.keeper.freezing import frozen_by, frozen_with
from sviedka.keeper.identity_deposit import DEPOSITED, compose_deposit, make_seat_cell
from sviedka.keeper.identity_lines import check_identity
from sviedka.keeper.receipts import OpeningReceipt, ReceiptReader, SealingReceipt
from sviedka.keeper.seats import seat_recipients
from sviedka.keeper.waiting_room import WaitingRoom
from sviedka.vault.entropy import new_id, random_bytes
from sviedka.vault.frozen import freeze, read_frozen, require_not_frozen
from sviedka.vault.objects import PayloadLost, has_payload
from sviedka.vault.slips import find_slip

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from sviedka.core.base.canonical import Json
    from sviedka.core.base.ids import CellId, SubjectId, UserId
    from sviedka.core.seal.age_keys import X25519Identity
    from sviedka.core.seal.keylist import KeyList
    from sviedka.core.seal.note import VerifierKey
    from sviedka.keeper.asserted import Assertions
    from sviedka.keeper.config import KeeperConfig
    from sviedka.keeper.epoch_keys import EpochKeys
    from sviedka.keeper.heads import Heads
    from sviedka.keeper.identity_journal import IdentityJournal
    from sviedka.keeper.identity_lines import Identity
    from sviedka.keeper.openings import Openings
    from sviedka.keeper.pending import PendingStatement
    from sviedka.vault.layout import Archive


@dataclass(frozen=True, kw_only=True)
class Keyring:
    """Everything that an unlocked archive can do.

    Attributes:
        statement_key: Signs statements and dossiers for the desk.
        user_key: Signs as author for the person who is logged in.
        clock: Gives the time, aware UTC.
        waiting: Statements that wait for somebody's assertion.
    """

    archive: Archive
    config: KeeperConfig
    actor: UserId
    vault: X25519Identity
    statement_key: Ed25519PrivateKey
    user_key: Ed25519PrivateKey
    root: VerifierKey
    keylist: KeyList
    epochs: EpochKeys
    cells: CellKeys
    heads: Heads
    openings: Openings
    assertions: Assertions
    identities: IdentityJournal
    clock: Callable[[], datetime]
    waiting: WaitingRoom = field(default_factory=WaitingRoom)

    def require_going_on(self) -> None:
        """Refuse to sign for a log that the root has listed another one to go on after: on a disk that turned up again.

        Raises:
            LogClosed: It has.
        """
        successor = self.keylist.find_successor(self.config.origin)
        if successor is not None:
            raise LogClosed(
                "The log {closed} was closed; {origin} goes on.", closed=successor.closed, origin=successor.origin
            )

    def facts(self) -> KeeperFacts:
        """Return what those who seal need; a new month's epoch is made durable first."""
        epoch, recipient = self.epochs.current(self.clock())
        return KeeperFacts(
            origin=self.config.origin,
            archive_cell=self.config.archive_cell,
            vault_recipient=self.vault.recipient(),
            epoch=epoch,
            epoch_recipient=recipient,
            actor=self.actor,
            root=self.root.vkey,
        )

    def compose(self, drafts: Sequence[Draft]) -> list[Composed]:
        """Seal and sign statements as this desk, with the person who is logged in as their author.

        Raises:
            AssertionNeeded: One is of a type that somebody has to stand behind in person.
            RequestRefused: One says that something was erased which this keeper did not begin to erase.
            CellErased: A cell has no key any more; nothing of the batch is signed.
            DraftRefused, TooLarge: A draft that no statement can hold.
            DiskFull, ReadOnly, DiskError: What a draft freezes could not be marked; nothing is signed.
        """
        self.require_going_on()
        refuse_unasserted(drafts)
        if any(draft.type == DEPOSITED for draft in drafts):
            raise RequestRefused("An identity is deposited by the keeper itself.")
        require_begun(self.archive, self.vault, drafts)
        self._freeze(drafts)
        keys = self.cells.need({cell for draft in drafts for cell in _cells_of(draft)})
        origin, kid = self.config.origin, self._kid
        return [
            compose(
                draft,
                origin=origin,
                desk_key=self.statement_key,
                desk_kid=kid,
                author=self.actor,
                author_key=self.user_key,
                cell_keys=keys,
                entropy=random_bytes,
            )
            for draft in drafts
        ]

    def deposit_identity(self, draft: Draft, identity: Identity) -> tuple[Draft, Composed]:
        """Make cells for the ten pairs of seats and seal an identity under them; see `compose_deposit`.

        Raises:
            SeatsMissing: Too few seats are held.
            JournalRefused: What the keeper remembers of identities is missing or was changed.
            RequestRefused, DraftRefused, TooLarge: What no deposit can hold.
        """
        self.require_going_on()
        check_identity(identity)
        seats = seat_recipients(self.keylist)
        self.identities.begin()
        return compose_deposit(
            draft,
            identity,
            make_cell=lambda label: make_seat_cell(
                self.archive, seats, find_epoch=lambda: self.epochs.current(self.clock()), label=label
            ),
            compose=self._compose_under,
        )

    def _freeze(self, drafts: Sequence[Draft]) -> None:
        freeze(self.archive, [one for draft in drafts for one in frozen_by(draft)])
        if frozen := read_frozen(self.archive):
            freeze(self.archive, [one for draft in drafts for one in frozen_with(draft, frozen)])

    def _compose_under(self, draft: Draft, keys: Mapping[CellId, bytes]) -> Composed:
        return compose(
            draft,
            origin=self.config.origin,
            desk_key=self.statement_key,
            desk_kid=self._kid,
            author=self.actor,
            author_key=self.user_key,
            cell_keys={**self.cells.need(_cells_of(draft) - keys.keys()), **keys},
            entropy=random_bytes,
        )

    def prepare(self, drafts: Sequence[Draft]) -> list[PendingStatement]:
        """Make statements up to what somebody is to stand behind, and hold them for a while.

        Raises:
            RequestRefused: Too many at once, or a type that carries no assertion.
            CellErased, DraftRefused, TooLarge: As `compose`.
        """
        require_asserted(drafts)
        self.cells.need({cell for draft in drafts for cell in _cells_of(draft)})
        prepared = [prepare(draft, entropy=random_bytes) for draft in drafts]
        return [self.waiting.put(one, new_id(), now=self.clock()) for one in prepared]

    def finish(self, asserted: Sequence[tuple[str, Json]]) -> list[Composed]:
        """Seal and sign what was prepared, each by its handle with the assertion of its person. All or none.

        Raises:
            PreparedGone: One is not held any more. Whatever happens, none of them is afterwards.
            AssertionMalformed, AssertionKeyUnknown, AssertionRefuted, AssertionPersonRefuted, UserRevoked: See `vouch`.
            CellErased: A cell has no key any more; nothing of the batch is signed.
            AssertionLimit: That person has stood behind as many statements as the hour allows.
        """
        self.require_going_on()
        prepared = self.waiting.take([handle for handle, _ in asserted], now=self.clock())
        vouched = [
            vouch(one, value, author=self.actor, keylist=self.keylist)
            for one, (_, value) in zip(prepared, asserted, strict=True)
        ]
        keys = self.cells.need({cell for one in prepared for cell in _cells_of(one.draft)})
        self.assertions.take(vouched, now=self.clock())
        return [
            finish(
                one.prepared,
                one.value,
                origin=self.config.origin,
                desk_key=self.statement_key,
                desk_kid=self._kid,
                author=self.actor,
                author_key=self.user_key,
                cell_keys=keys,
            )
            for one in vouched
        ]

    def new_cells(self, count: int) -> list[CellId]:
        """Make cells, durable when this returns. `count`: 1 to 4,096."""
        if not 1 <= count <= MOST_AT_ONCE:
            raise RequestRefused("Cells are made 1 to {most} at a time.", most=MOST_AT_ONCE)
        return self.cells.make(count, find_epoch=lambda: self.epochs.current(self.clock()))

    def unwrap(self, item: SubjectId, receipt: OpeningReceipt, sealing: SealingReceipt) -> bytearray:
        """Return an item's file key, 16 bytes, once the opening is found recorded. The caller wipes it.

        Raises:
            Frozen: The item was taken back.
            OpeningRefused, LimitReached: See `ReceiptReader.read` and `Openings.take`.
            HeadRefused: What is remembered of earlier openings is missing.
            SlipLost, PayloadLost: The item's slip or payload is not there.
            SlipForeign: The slip was not made for the payload that was stated to be sealed.
        """
        opened = self.receipts.read(receipt, item=item)
        opened = self.receipts.read(receipt, item=item)
        require_not_frozen(self.archive, item)
        sealed, payload = self.receipts.read_sealing(sealing, item=item)
        sealed, payload = self.receipts.read_sealing(sealing, item=item)
        if opened.statement.at is None:
            raise Malformed("A record of an opening without a time.")
        self.openings.take(receipt.jti, actor=self.actor, recorded_at=opened.statement.at, now=self.clock())
        # what this desk's next head has to cover; another desk's statement is under a head already
        self.heads.open_records.remember(opened.record, *(() if sealing.desk else (sealed.record,)))
        if not has_payload(self.archive, payload):
            raise PayloadLost("A payload that was acknowledged is missing from the vault.")
        return self.file_key(item, payload)

    def file_key(self, item: SubjectId, payload_sha256: str) -> bytearray:
        """Return an item's file key without asking whether the opening is recorded: for jobs inside the keeper.

        Raises:
            Frozen: The item was taken back.
            SlipLost: The item's slip is not there.
            SlipForeign: It was not made for the payload with this digest (hex).
        """
        require_not_frozen(self.archive, item)
        epoch, slip = find_slip(self.archive, item)
        return open_slip(slip, self.epochs.identity(epoch), payload_sha256=bytes.fromhex(payload_sha256))

    def seal_dossier(self, text: str) -> bytes:
        """Sign a dossier's seal with the desk's statement key; nothing else is signed with it this way.

        Untrusted: `text`.

        Raises:
            RequestRefused: Not the lines of a seal, another desk's, or built at a head that was never signed.
        """
        self.require_going_on()
        try:
            seal = parse_seal_text(text)
        except Malformed as reason:
            raise RequestRefused("Only the seal of a dossier is signed so.") from reason
        if seal.origin != self.config.origin or seal.built_at > self.heads.last().size:
            raise RequestRefused("The seal names another desk, or a head that this desk never signed.")
        return format_note(
            text, [sign_note(text, name=f"{self.config.origin}/statements", private_key=self.statement_key)]
        )

    def database_key(self) -> bytearray:
        """Return the key of the projections, 32 bytes; the caller wipes it. A salt is made where there is none."""
        return self._derived(DATABASE + read_salt(self.archive))

    def label_key(self) -> bytearray:
        """Return the key that turns labels into statement ids, 32 bytes; the caller wipes it."""
        return self._derived(LABELS)

    def wipe(self) -> None:
        """Forget what can be forgotten; the process ends right after, which forgets the rest."""
        self.cells.wipe()
        self.epochs.wipe()
        self.vault.wipe()

    def _derived(self, label: bytes) -> bytearray:
        secret = self.vault.secret_bytes()
        try:
            return derive_from_vault(secret, label)
        finally:
            secret[:] = bytes(len(secret))

    @property
    def _kid(self) -> str:
        return format_kid(self.config.origin, self.statement_key.public_key().public_bytes_raw())

    @property
    def receipts(self) -> ReceiptReader:
        """What reads statements in the vault for this person and this desk."""
        return ReceiptReader(
            archive=self.archive,
            vault=self.vault,
            desk=self.config.desk,
            cell_keys=self.cells,
            statement_key=self.statement_key.public_key().public_bytes_raw(),
            author_key=self.user_key.public_key().public_bytes_raw(),
            actor=self.actor,
            keylist=self.keylist,
        )


def _cells_of(draft: Draft) -> set[CellId]:
    cells = {draft.archive_cell}
    for part in draft.parts:
        if isinstance(part, Text):
            cells.update(cell for segment in part.segments for cell in segment.cells)
        else:
            cells.update(part.cells)
    return cells
