# SPDX-License-Identifier: AGPL-3.0-or-later
"""Five seats for a test's archive, three of them held: their files, and the key list that names them.

`fill_seats(house)` on an archive from `users_kit` returns the custodians; `answer(seats, order, 1, 2)` is what two of
them send back.
"""

from dataclasses import dataclass

from sviedka.core.seal.note import parse_vkey
from sviedka.keeper.keylist_proposing import Wanted
from sviedka.seat.peeling import peel
from sviedka.seat.seat_file import OpenSeat, make_seat, open_seat
from sviedka.vault.clock import now
from sviedka.vault.entropy import new_id, random_bytes
from users_kit import CHEAP, change_keylist

SEAT_PASSPHRASE = b"only this custodian knows"


@dataclass(frozen=True)
class Custodian:
    """One seat's file, as it lies on its custodian's device."""

    number: int
    file: bytes
    line: str
    holder: str | None

    def open(self) -> OpenSeat:
        return open_seat(self.file, bytearray(SEAT_PASSPHRASE))


def make_custodian(root: str, number: int, holder: str | None) -> Custodian:
    secret = bytearray(random_bytes(32))
    data, facts = make_seat(
        secret, bytearray(SEAT_PASSPHRASE), number=number, root=parse_vkey(root), holder=holder, cost=CHEAP
    )
    return Custodian(number=number, file=data, line=facts.listed.line, holder=holder)


def fill_seats(house, *, held=(1, 2, 3), all_five=True) -> dict[int, Custodian]:
    """Make five seats (or only those that are held) and have the root list them."""
    numbers = range(1, 6) if all_five else held
    custodians = {
        number: make_custodian(house.founded.root, number, new_id() if number in held else None) for number in numbers
    }
    change_keylist(
        house.founded, Wanted(lines=[one.line for one in custodians.values()]), passphrase=house.passphrases[0]
    )
    return custodians


def answer(custodians, order: bytes, low: int, high: int) -> bytes:
    """What two custodians send back to an order."""
    first = peel(order, custodians[low].open(), before=None, now=now())
    return peel(order, custodians[high].open(), before=first, now=now())
