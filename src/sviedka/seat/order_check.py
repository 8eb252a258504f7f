# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a custodian's device asks of an order before its key is touched.

In this order: the form; the key list that travelled along is signed by the root that the seat's own file binds; the
desk that signed is in it and was not taken back; the two seats are held by two people, and one of them is this one; the
time is not over. Whether the purpose is a good one, only the custodian can say. Spec: spec/07-keys.md §12.3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.core.base.canonical import parse_canonical
from sviedka.core.base.errors import Refuted, Unproven
from sviedka.core.base.ids import parse_origin
from sviedka.core.seal.identity_order import OrderFile, parse_order_file
from sviedka.core.seal.keylist import verify_keylist
from sviedka.core.seal.link_order import MAX_FILE_BYTES as LINK_MAX_FILE_BYTES
from sviedka.core.seal.link_order import WHAT as LINK_ORDER
from sviedka.core.seal.link_order import LinkOrderFile, parse_link_order_file
from sviedka.core.seal.note import verify_note
from sviedka.seat.errors import OrderForged, OrderWithheld

if TYPE_CHECKING:
    from datetime import datetime

    from sviedka.core.seal.keylist import KeyList, Seat
    from sviedka.seat.seat_file import SeatFacts


def check_order(data: bytes, seat: SeatFacts, *, now: datetime) -> OrderFile:
    """Return an order that this seat may answer.

    Untrusted: `data`. Trusted: `seat`, which its passphrase has opened.

    Args:
        data: The file as it arrived.
        seat: This device's seat.
        now: The device's clock, aware UTC.

    Raises:
        OrderMalformed, Malformed: It is no order.
        OrderForged: Not by a desk of this archive, or not as it was signed.
        OrderWithheld: Of another archive, for other seats, for a seat that nobody or another holds, or too late.
    """
    file = parse_order_file(data)
    _check(file, seat, now)
    return file


def check_link_order(data: bytes, seat: SeatFacts, *, now: datetime) -> LinkOrderFile:
    """Return an order for a linkage that this seat may answer; as `check_order`.

    That its cells are link cells shows when they are opened: `peel_link_layers` answers nothing if one is not.
    """
    file = parse_link_order_file(data)
    _check(file, seat, now)
    return file


def asks_for_linkage(data: bytes) -> bool:
    """Tell which of the two kinds of order a file says to be.

    Untrusted: `data`. Raises `Malformed`.
    """
    document = parse_canonical(data, max_bytes=LINK_MAX_FILE_BYTES)
    return isinstance(document, dict) and document.get("what") == LINK_ORDER


def _check(file: OrderFile | LinkOrderFile, seat: SeatFacts, now: datetime) -> None:
    if parse_origin(file.order.origin)[0] != seat.archive or file.keylist.archive != seat.archive:
        raise OrderWithheld("This order is another archive's.")
    _check_signatures(file, seat)
    low, high = (_held(file.keylist, number) for number in (file.order.low, file.order.high))
    if low.holder == high.holder:
        raise OrderForged("Both seats of this order are one person's.")
    mine = low if seat.number == file.order.low else high
    if mine.number != seat.number:
        raise OrderWithheld("This order is for seats {low} and {high}.", low=file.order.low, high=file.order.high)
    if mine != seat.listed:
        raise OrderWithheld("The key list names another key or another holder for this seat.")
    if now > file.order.until:
        raise OrderWithheld("This order has ended.")


def _check_signatures(file: OrderFile | LinkOrderFile, seat: SeatFacts) -> None:
    try:
        verify_keylist(file.keylist, seat.root)
        standing = [
            entry.key
            for entry in file.keylist.desk_keys
            if entry.role == "statements"
            and entry.origin == file.order.origin
            and file.keylist.revoked_at(entry.key) is None
        ]
        verify_note(file.note, standing)
    except (Refuted, Unproven) as reason:
        raise OrderForged("No desk of this archive has signed this order as it stands.") from reason


def _held(keylist: KeyList, number: int) -> Seat:
    for seat in keylist.seats:
        if seat.number == number and seat.holder is not None:
            return seat
    raise OrderWithheld("Nobody holds seat {number}; whoever is to answer takes it over first.", number=number)
