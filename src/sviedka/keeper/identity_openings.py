# SPDX-License-Identifier: AGPL-3.0-or-later
"""From a recorded request to an order for two seats, and from their answer to one identity, shown once.

The keeper believes nobody: not the desk about what is recorded, not the files about what was asked, not the custodians
about whose layer it is. It reads the log itself, notes durably what it is about to do, and uses a key last.
Spec: spec/07-keys.md §12.5.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Failure, Malformed, Refuted, Withheld
from sviedka.core.base.ids import CellId, StatementId
from sviedka.core.base.wiping import wipe
from sviedka.core.seal.age_file import decrypt_secret
from sviedka.core.seal.age_keys import X25519Identity
from sviedka.core.seal.identity_cell import digest_copies
from sviedka.core.seal.identity_order import Order, OrderFile, format_order_file, parse_order_file
from sviedka.core.seal.identity_peel import Peel, parse_peel, verify_peel
from sviedka.core.seal.note import VerifierKey, format_note, sign_note, verify_note
from sviedka.keeper.derivation import ORDERS, derive_from_vault
from sviedka.keeper.errors import CellErased
from sviedka.keeper.identity_deposit import DEPOSITED
from sviedka.keeper.identity_errors import CopiesForeign, IdentityRefused
from sviedka.keeper.openings import AHEAD, FRESH
from sviedka.keeper.seats import require_two_holders, seat_recipients
from sviedka.vault.cells import CellLost, find_cell, find_seat_cell
from sviedka.vault.frozen import require_not_frozen

if TYPE_CHECKING:
    from datetime import datetime

    from sviedka.core.base.canonical import Json
    from sviedka.keeper.keyring import Keyring
    from sviedka.keeper.open_records import OpenRecord
    from sviedka.keeper.receipts import Recorded, StatementReceipt

REQUESTED: Final = "identity.requested/1"
OPENED: Final = "identity.opened/1"
LASTS: Final = timedelta(days=7)
"""How long an order may be answered: custodians are far away."""


@dataclass(frozen=True, kw_only=True)
class _Deposit:
    found: Recorded
    cell: CellId
    copies_sha256: str


class IdentityDesk:
    """What the keeper does with identities, on the keyring of an unlocked archive."""

    def __init__(self, keyring: Keyring) -> None:
        """Work with `keyring`."""
        self._keyring = keyring

    def order(self, receipt: StatementReceipt, deposit: StatementReceipt) -> bytes:
        """Return the file that asks two custodians to open one identity, once its request is found recorded.

        Untrusted: both receipts, and the vault's files.

        Args:
            receipt: Where the request stands in this desk's log.
            deposit: Where it is stated that the identity was deposited.

        Raises:
            OpeningRefused: One of them is not there, or not genuine.
            IdentityRefused: They do not ask for one identity, in time, or an order was made already.
            IdentityLimit: Too many for this person today.
            SeatsMissing: Two different people do not hold these seats.
            Frozen, CellErased, CellLost, CopiesForeign: The cell was taken back, or its copies are not those deposited.
            JournalRefused, HeadRefused: What the keeper remembers is missing or was changed.
        """
        keyring, now = self._keyring, self._keyring.clock()
        request = self._own(receipt, REQUESTED, now)
        fields, person = request.statement.fields, request.statement.subject
        told = self._deposit(deposit)
        low, high, purpose = fields.get("first_seat"), fields.get("second_seat"), fields.get("purpose")
        if person is None or told.found.statement.subject != person or fields.get("cell") != told.cell:
            raise IdentityRefused("The request and the deposit are not of one identity.")
        if not isinstance(low, int) or not isinstance(high, int) or not low < high or not isinstance(purpose, str):
            raise IdentityRefused("The request does not name two seats and a purpose.")
        require_not_frozen(keyring.archive, person)
        seat_recipients(keyring.keylist)
        require_two_holders(keyring.keylist, low, high)
        self._find_half(told.cell)
        copy = self._copies(told)[low, high]
        answer = self._answer_key(receipt.jti)
        order = Order(
            origin=keyring.config.origin,
            order=receipt.jti,
            person=person,
            cell=told.cell,
            low=low,
            high=high,
            copy_sha256=sha256(copy).digest(),
            answer=answer.recipient(),
            by=keyring.actor,
            until=(now + LASTS).replace(microsecond=0),
            purpose=purpose,
        )
        answer.wipe()
        keyring.heads.open_records.remember(request.record, *_in_own_log(told, deposit))
        keyring.identities.order(receipt.jti, actor=keyring.actor, per_day=keyring.config.identities_per_day, now=now)
        name = f"{keyring.config.origin}/statements"
        note = format_note(order.text, [sign_note(order.text, name=name, private_key=keyring.statement_key)])
        return format_order_file(note=note, keylist=keyring.keylist.data, copy=copy)

    def open(
        self, order_file: bytes, peel_file: bytes, receipt: StatementReceipt, deposit: StatementReceipt
    ) -> list[tuple[str, str]]:
        """Return one identity, to whoever asked, once: (kind, text) of each line.

        Untrusted: everything.

        Args:
            order_file: The order that this keeper made.
            peel_file: The second seat's answer.
            receipt: Where it is recorded that this opening happens now.
            deposit: Where it is stated that the identity was deposited.

        Raises:
            IdentityRefused: Not an order of this keeper to this person, out of time, answered, or not recorded as it is.
            OpeningRefused: The record or the deposit is not there, or not genuine.
            PeelMalformed, PeelRefuted: The custodians did not answer this order.
            SeatsMissing: A seat of the order has changed hands or fallen vacant to one person.
            Frozen, CellErased: It was taken back since.
            JournalRefused, HeadRefused: What the keeper remembers is missing or was changed.
        """
        keyring, now = self._keyring, self._keyring.clock()
        file, peel = self._verified(order_file, now), parse_peel(peel_file)
        order = file.order
        self._verify_peel(file, peel)
        record = self._own(receipt, OPENED, now)
        said, told = record.statement, self._deposit(deposit)
        asked = (order.person, order.order, order.cell)
        if (said.subject, said.fields.get("request"), said.fields.get("cell")) != asked:
            raise IdentityRefused("What is recorded is not the opening that this order asks for.")
        if (told.found.statement.subject, told.cell) != (order.person, order.cell):
            raise IdentityRefused("The order and the deposit are not of one identity.")
        require_not_frozen(keyring.archive, order.person)
        self._find_half(order.cell)
        keyring.heads.open_records.remember(record.record, *_in_own_log(told, deposit))
        keyring.identities.open(order.order, actor=keyring.actor, now=now)
        return self._read(told, peel.layer)  # from here on a key is used

    def _own(self, receipt: StatementReceipt, kind: str, now: datetime) -> Recorded:
        """Return a fresh statement of this kind by the person who is logged in."""
        found = self._keyring.receipts.read_own(receipt)
        at = found.statement.at
        if found.statement.type != kind or found.statement.author != self._keyring.actor or at is None:
            raise IdentityRefused("What is recorded there is not by you, or is something else.")
        if not now - FRESH <= at <= now + AHEAD:
            raise IdentityRefused("The record is older than {most} minutes.", most=FRESH.seconds // 60)
        return found

    def _deposit(self, receipt: StatementReceipt) -> _Deposit:
        found = self._keyring.receipts.read_stated(receipt)
        cell, digest = found.statement.fields.get("cell"), found.statement.fields.get("cell_sha256")
        if found.statement.type != DEPOSITED or not isinstance(cell, str) or not isinstance(digest, str):
            raise IdentityRefused("It is not stated there that an identity was deposited.")
        return _Deposit(found=found, cell=CellId(cell), copies_sha256=digest)

    def _copies(self, told: _Deposit) -> dict[tuple[int, int], bytes]:
        pairs = [(low, high) for low in range(1, 6) for high in range(low + 1, 6)]
        copies = {pair: find_seat_cell(self._keyring.archive, told.cell, *pair) for pair in pairs}
        if digest_copies(copies) != told.copies_sha256:
            raise CopiesForeign("The copies of cell {cell} are not those that were deposited.", cell=told.cell)
        return copies

    def _verified(self, order_file: bytes, now: datetime) -> OrderFile:
        file, keyring = parse_order_file(order_file), self._keyring
        public = keyring.statement_key.public_key().public_bytes_raw()
        try:
            verify_note(file.note, [VerifierKey(name=f"{keyring.config.origin}/statements", public=public)])
        except Failure as reason:
            raise IdentityRefused("This keeper has made no such order.") from reason
        if file.order.origin != keyring.config.origin or file.order.by != keyring.actor:
            raise IdentityRefused("This order was made for somebody else.")
        if now > file.order.until:
            raise IdentityRefused("This order has ended.")
        return file

    def _verify_peel(self, file: OrderFile, peel: Peel) -> None:
        order, keylist = file.order, self._keyring.keylist
        seats = seat_recipients(keylist)
        require_two_holders(keylist, order.low, order.high)
        answer = self._answer_key(order.order)
        try:
            if answer.recipient() != order.answer:
                raise IdentityRefused("This keeper has made no such order.")
            verify_peel(peel, file, answer, low=seats[order.low], high=seats[order.high])
        finally:
            answer.wipe()

    def _read(self, told: _Deposit, layer: bytes) -> list[tuple[str, str]]:
        half = self._half(told.cell)
        try:
            key = decrypt_secret(layer, half)
        except (Malformed, Refuted, Withheld) as reason:
            raise CopiesForeign(
                "The copies of cell {cell} are not those that were deposited.", cell=told.cell
            ) from reason
        finally:
            half.wipe()
        try:
            values = self._keyring.receipts.reveal(told.found, {told.cell: bytes(key)})
        finally:
            wipe(key)
        return [_line(value) for name, value in values if name.startswith("identity.")]

    def _find_half(self, cell: CellId) -> tuple[str, bytes]:
        """Tell a cell that was taken back, before anything is noted or anybody is asked. Opens nothing."""
        try:
            return find_cell(self._keyring.archive, cell)
        except CellLost as reason:
            raise CellErased("Cell {cell} has no key any more.", cell=cell) from reason

    def _half(self, cell: CellId) -> X25519Identity:
        epoch, data = self._find_half(cell)
        return X25519Identity.from_bytes(decrypt_secret(data, self._keyring.epochs.identity(epoch)))

    def _answer_key(self, request: StatementId) -> X25519Identity:
        secret = self._keyring.vault.secret_bytes()
        try:
            return X25519Identity.from_bytes(derive_from_vault(secret, ORDERS + request.encode("ascii")))
        finally:
            wipe(secret)


def _in_own_log(told: _Deposit, receipt: StatementReceipt) -> tuple[OpenRecord, ...]:
    """Return what this desk's next head has to cover; what stands in a closed log is covered already."""
    return () if receipt.desk else (told.found.record,)


def _line(value: Json) -> tuple[str, str]:
    if not isinstance(value, dict):
        raise Malformed("A line of an identity is not of its shape.")
    return str(value.get("kind")), str(value.get("text"))
