# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who holds the seats, as the keeper's verified key list says. Spec: spec/07-keys.md §12.2."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.core.seal.age_keys import Recipient, parse_recipient
from sviedka.core.seal.keylist_lines import SEATS
from sviedka.core.seal.seat_history import have_one_holder, holders_of
from sviedka.keeper.identity_errors import SeatsMissing

if TYPE_CHECKING:
    from sviedka.core.seal.keylist import KeyList


def seat_recipients(keylist: KeyList) -> dict[int, Recipient]:
    """Return the public keys of all five seats.

    Raises:
        SeatsMissing: One has no key, or fewer than two people hold seats: then no identity is accepted.
    """
    found = {seat.number: parse_recipient(seat.recipient) for seat in keylist.seats}
    holders = {seat.holder for seat in keylist.seats if seat.holder is not None}
    if len(found) != SEATS or len(holders) < 2:
        raise SeatsMissing("No identity is accepted before five seats have keys and two people hold one each.")
    return found


def require_two_holders(keylist: KeyList, older: list[KeyList], low: int, high: int) -> None:
    """Refuse a pair of seats that two different people do not hold, or of which one person has held both keys.

    Raises:
        SeatsMissing: One is held by nobody, both by one person, or one person had the key of both, as `older` lists say.
    """
    holders = {seat.number: seat.holder for seat in keylist.seats}
    first, second = holders.get(low), holders.get(high)
    if first is None or second is None or first == second:
        raise SeatsMissing("Seats {low} and {high} are not held by two different people.", low=low, high=high)
    if have_one_holder(keylist, holders_of([*older, keylist]), low, high):
        raise SeatsMissing("One person has held both seat {low} and seat {high}: ask others.", low=low, high=high)
