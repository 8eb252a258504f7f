# SPDX-License-Identifier: AGPL-3.0-or-later
"""From a recorded request to an order for two seats, and from their answer to one identity, shown once.

The keeper believes nobody: not the desk about what is recorded, not the files about what was asked, not the custodians
about whose layer it is. It reads the log itself, notes durably what it is about to do, and uses a key last.
Spec: spec/07-keys.md §12.5.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Malformed
from sviedka.core.seal.identity_order import Order, format_order_file, parse_order_file
from sviedka.core.seal.identity_peel import parse_peel, verify_peel
from sviedka.keeper.identity_errors import IdentityRefused
from sviedka.keeper.seat_desk import LASTS, SeatDesk, in_own_log
from sviedka.vault.frozen import require_not_frozen

if TYPE_CHECKING:
    from sviedka.core.base.canonical import Json
    from sviedka.keeper.receipts import StatementReceipt

REQUESTED: Final = "identity.requested/1"
OPENED: Final = "identity.opened/1"


class IdentityDesk(SeatDesk):
    """What the keeper does with identities, on the keyring of an unlocked archive."""

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
        if person is None or told.found.statement.subject != person or fields.get("cell") != told.cell:
            raise IdentityRefused("The request and the deposit are not of one identity.")
        require_not_frozen(keyring.archive, person)
        low, high, purpose = self._seats_asked(dict(fields))
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
        keyring.heads.open_records.remember(request.record, *in_own_log(told, deposit))
        keyring.identities.order(receipt.jti, actor=keyring.actor, per_day=keyring.config.identities_per_day, now=now)
        return format_order_file(note=self._sign(order), keylist=keyring.keylist.data, copy=copy)

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
        file = parse_order_file(order_file)
        order = file.order
        self._require_own_order(order, file.note, now)
        peel = parse_peel(peel_file)
        self._require_answered(order, lambda answer, low, high: verify_peel(peel, file, answer, low=low, high=high))
        record = self._own(receipt, OPENED, now)
        said, told = record.statement, self._deposit(deposit)
        asked = (order.person, order.order, order.cell)
        if (said.subject, said.fields.get("request"), said.fields.get("cell")) != asked:
            raise IdentityRefused("What is recorded is not the opening that this order asks for.")
        if (told.found.statement.subject, told.cell) != (order.person, order.cell):
            raise IdentityRefused("The order and the deposit are not of one identity.")
        require_not_frozen(keyring.archive, order.person)
        self._find_half(order.cell)
        keyring.heads.open_records.remember(record.record, *in_own_log(told, deposit))
        keyring.identities.open(order.order, actor=keyring.actor, now=now)
        values = self._values(told, peel.layer)  # from here on a key is used
        return [_line(value) for name, value in values if name.startswith("identity.")]


def _line(value: Json) -> tuple[str, str]:
    if not isinstance(value, dict):
        raise Malformed("A line of an identity is not of its shape.")
    return str(value.get("kind")), str(value.get("text"))
