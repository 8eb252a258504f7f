# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every order to custodians and every answer of theirs is held to, for one identity or for the link cells of a run.

The keeper believes nobody: it reads the log itself, makes sure that an order is its own, and that the two seats answered it.
Spec: spec/07-keys.md §12.5 and §12.8.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Failure, Malformed, Refuted, Withheld
from sviedka.core.base.ids import CellId
from sviedka.core.base.wiping import wipe
from sviedka.core.seal.age_file import decrypt_secret
from sviedka.core.seal.age_keys import X25519Identity
from sviedka.core.seal.identity_cell import digest_copies
from sviedka.core.seal.note import VerifierKey, format_note, sign_note, verify_note
from sviedka.keeper.derivation import ORDERS, derive_from_vault
from sviedka.keeper.errors import CellErased
from sviedka.keeper.identity_deposit import DEPOSITED
from sviedka.keeper.identity_errors import CopiesForeign, IdentityRefused
from sviedka.keeper.older_lists import read_older
from sviedka.keeper.openings import FRESH
from sviedka.keeper.recent_acts import AHEAD
from sviedka.keeper.seats import require_two_holders, seat_recipients
from sviedka.vault.cells import CellLost, find_cell, find_seat_cell

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sviedka.core.base.canonical import Json
    from sviedka.core.base.ids import StatementId
    from sviedka.core.seal.age_keys import Recipient
    from sviedka.core.seal.identity_order import Order
    from sviedka.core.seal.link_order import LinkOrder
    from sviedka.core.seal.note import Note
    from sviedka.keeper.keyring import Keyring
    from sviedka.keeper.open_records import OpenRecord
    from sviedka.keeper.receipts import Recorded, StatementReceipt

LASTS: Final = timedelta(days=7)
"""How long an order may be answered: custodians are far away."""


@dataclass(frozen=True, kw_only=True)
class Deposit:
    """A statement that an identity was deposited, and one of its cells: the identity's, or the link cell."""

    found: Recorded
    cell: CellId
    copies_sha256: str


class SeatDesk:
    """The keeper's dealings with seats, on the keyring of an unlocked archive."""

    def __init__(self, keyring: Keyring) -> None:
        """Work with `keyring`."""
        self._keyring = keyring

    def _own(self, receipt: StatementReceipt, kind: str, now: datetime) -> Recorded:
        """Return a fresh statement of this kind by the person who is logged in."""
        found = self._keyring.receipts.read_own(receipt)
        at = found.statement.at
        if found.statement.type != kind or found.statement.author != self._keyring.actor or at is None:
            raise IdentityRefused("What is recorded there is not by you, or is something else.")
        if not now - FRESH <= at <= now + AHEAD:
            raise IdentityRefused(
                "The record is older than {most} minutes, or ahead of the clock.", most=FRESH.seconds // 60
            )
        return found

    def _deposit(self, receipt: StatementReceipt, *, link: bool = False) -> Deposit:
        found = self._keyring.receipts.read_stated(receipt)
        names = ("link_cell", "link_sha256") if link else ("cell", "cell_sha256")
        cell, digest = (found.statement.fields.get(name) for name in names)
        if found.statement.type != DEPOSITED or not isinstance(cell, str) or not isinstance(digest, str):
            raise IdentityRefused("It is not stated there that an identity was deposited.")
        return Deposit(found=found, cell=CellId(cell), copies_sha256=digest)

    def _copies(self, told: Deposit) -> dict[tuple[int, int], bytes]:
        pairs = [(low, high) for low in range(1, 6) for high in range(low + 1, 6)]
        copies = {pair: find_seat_cell(self._keyring.archive, told.cell, *pair) for pair in pairs}
        if digest_copies(copies) != told.copies_sha256:
            raise CopiesForeign("The copies of cell {cell} are not those that were deposited.", cell=told.cell)
        return copies

    def _seats_asked(self, fields: dict[str, Json]) -> tuple[int, int, str]:
        """Return the two seats and the purpose of a recorded request, if two different people hold these seats."""
        low, high, purpose = fields.get("first_seat"), fields.get("second_seat"), fields.get("purpose")
        if not isinstance(low, int) or not isinstance(high, int) or not low < high or not isinstance(purpose, str):
            raise IdentityRefused("The request does not name two seats and a purpose.")
        seat_recipients(self._keyring.keylist)
        self._require_two_holders(low, high)
        return low, high, purpose

    def _sign(self, order: Order | LinkOrder) -> bytes:
        name = f"{self._keyring.config.origin}/statements"
        return format_note(order.text, [sign_note(order.text, name=name, private_key=self._keyring.statement_key)])

    def _require_own_order(self, order: Order | LinkOrder, note: Note, now: datetime) -> None:
        keyring = self._keyring
        public = keyring.statement_key.public_key().public_bytes_raw()
        try:
            verify_note(note, [VerifierKey(name=f"{keyring.config.origin}/statements", public=public)])
        except Failure as reason:
            raise IdentityRefused("This keeper has made no such order.") from reason
        if order.origin != keyring.config.origin or order.by != keyring.actor:
            raise IdentityRefused("This order was made for somebody else.")
        if now > order.until:
            raise IdentityRefused("This order has ended.")

    def _require_answered(
        self, order: Order | LinkOrder, verify: Callable[[X25519Identity, Recipient, Recipient], None]
    ) -> None:
        """Have `verify` check a peel with the order's private key and the keys of the two seats."""
        seats = seat_recipients(self._keyring.keylist)
        self._require_two_holders(order.low, order.high)
        answer = self._answer_key(order.order)
        try:
            if answer.recipient() != order.answer:
                raise IdentityRefused("This keeper has made no such order.")
            verify(answer, seats[order.low], seats[order.high])
        finally:
            answer.wipe()

    def _require_two_holders(self, low: int, high: int) -> None:
        keylist = self._keyring.keylist
        require_two_holders(keylist, read_older(self._keyring.archive.keylists, keylist), low, high)

    def _values(self, told: Deposit, layer: bytes) -> list[tuple[str, Json]]:
        """Take the last layer off and return what stands under the cell in the statement of its deposit."""
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
            return self._keyring.receipts.reveal(told.found, {told.cell: bytes(key)})
        finally:
            wipe(key)

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


def in_own_log(told: Deposit, receipt: StatementReceipt) -> tuple[OpenRecord, ...]:
    """Return what this desk's next head has to cover; what stands in a closed log is covered already."""
    return () if receipt.desk else (told.found.record,)
