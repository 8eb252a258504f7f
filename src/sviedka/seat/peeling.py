# SPDX-License-Identifier: AGPL-3.0-or-later
"""`seat peel`: an order in, one layer off, a peel out. The key is opened last and wiped first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.core.seal.identity_peel import format_peel, parse_peel, peel_layer
from sviedka.core.seal.link_peel import format_link_peel, parse_link_peel, peel_link_layers
from sviedka.seat.order_check import asks_for_linkage, check_link_order, check_order

if TYPE_CHECKING:
    from datetime import datetime

    from sviedka.seat.seat_file import OpenSeat


def peel(order: bytes, seat: OpenSeat, *, before: bytes | None, now: datetime) -> bytes:
    """Return this seat's answer to an order that its custodian has agreed to.

    Untrusted: `order`, `before`.

    Args:
        order: The order's file: for one identity, or for the link cells of one linkage.
        seat: This device's seat; wiped by the caller.
        before: The first seat's answer, if this seat opens second.
        now: The device's clock, aware UTC.

    Raises:
        Failure: As `check_order`, `parse_peel` and `peel_layer`; nothing was opened, or nothing leaves.
    """
    if asks_for_linkage(order):
        return _peel_linkage(order, seat, before=before, now=now)
    file = check_order(order, seat.facts, now=now)
    earlier = None if before is None else parse_peel(before)
    return format_peel(peel_layer(file, seat.identity, seat=seat.facts.number, before=earlier))


def _peel_linkage(order: bytes, seat: OpenSeat, *, before: bytes | None, now: datetime) -> bytes:
    file = check_link_order(order, seat.facts, now=now)
    earlier = None if before is None else parse_link_peel(before)
    return format_link_peel(peel_link_layers(file, seat.identity, seat=seat.facts.number, before=earlier))
