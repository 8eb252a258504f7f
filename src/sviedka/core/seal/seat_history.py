# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who holds or has held the key of a seat, over all key lists that are known.

A seat keeps its key when it is handed over, and whoever held it may have kept the file. So one person with the keys of two
seats is seen only in the lists that came before. Spec: spec/07-keys.md §12.2.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sviedka.core.seal.keylist import KeyList

Holders = dict[str, set[str]]
"""By a seat's recipient: the user ids of whoever holds or held its key."""


def holders_of(keylists: Iterable[KeyList]) -> Holders:
    """Return who is named as a holder of each key in any of these lists, all verified by the caller."""
    found: Holders = defaultdict(set)
    for keylist in keylists:
        for seat in keylist.seats:
            if seat.holder is not None:
                found[seat.recipient].add(seat.holder)
    return dict(found)


def have_one_holder(keylist: KeyList, holders: Mapping[str, set[str]], low: int, high: int) -> bool:
    """Tell whether some person holds or held the keys of both of these seats of `keylist`."""
    of = {seat.number: holders.get(seat.recipient, set()) for seat in keylist.seats}
    return not of.get(low, set()).isdisjoint(of.get(high, set()))


def find_second_seat(new: KeyList, before: KeyList, holders: Mapping[str, set[str]]) -> tuple[int, int] | None:
    """Return a seat that `new` gives to somebody, and another whose key they hold or held; None if there is none."""
    standing = {seat.line for seat in before.seats}
    for seat in new.seats:
        for other in new.seats:
            is_another = seat.number != other.number and seat.holder in holders.get(other.recipient, ())
            if is_another and seat.line not in standing:
                return seat.number, other.number
    return None
