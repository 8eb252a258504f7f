# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who holds or has held the key of a seat, over all key lists that are known.

A seat keeps its key when it is handed over, and whoever held it may have kept the file. So one person with the keys of two
seats is seen only in the lists that came before. Spec: spec/07-keys.md §12.2.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import permutations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

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


def find_second_seat(new: KeyList, before: KeyList, older: Sequence[KeyList]) -> tuple[int, int] | None:
    """Return two seats of `new` whose keys one person holds or held, and did not by the lists before; None if there are none.

    Keys are looked at, not who gets a seat: one that was put aside and comes back may meet another of the same person.

    Args:
        new: The list to be signed.
        before: The one that it continues. Its own such pairs stand: else no list would mend them.
        older: All before that.
    """
    stand = _pairs(before, holders_of([*older, before]))
    found = _pairs(new, holders_of([*older, before, new]))
    return next((seats for keys, seats in found.items() if keys not in stand), None)


def _pairs(keylist: KeyList, holders: Holders) -> dict[frozenset[str], tuple[int, int]]:
    """Return the keys of each two seats that some one person holds or held, with their numbers: first a seat they hold."""
    found = {}
    for one, other in permutations(keylist.seats, 2):
        both = holders.get(one.recipient, set()) & holders.get(other.recipient, set())
        keys = frozenset({one.recipient, other.recipient})
        if both and (one.holder in both or keys not in found):
            found[keys] = one.number, other.number
    return found
