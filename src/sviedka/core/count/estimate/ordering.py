# SPDX-License-Identifier: AGPL-3.0-or-later
"""One order of the lists for the computation, found from the numbers alone, so that nobody's order or names change a result.

Simulation draws in the order of the table; two people who name or sort their lists differently would else read two
different last digits, and wonder which is right.
"""

from __future__ import annotations

from itertools import groupby, permutations, product
from typing import TYPE_CHECKING, Final

import numpy as np

from sviedka.core.count.capture import CaptureTable
from sviedka.core.count.estimate.overlaps import bit_of, count_lists, count_pairs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MOST_TIED: Final = 5_040
"""Orders tried where lists cannot be told apart by their sizes and overlaps; beyond, the order given stays among them."""

Order = tuple[int, ...]
"""At each new place, the old place of the list that comes there."""


def settle_order(tables: Sequence[CaptureTable]) -> Order:
    """Return the order in which the lists are computed: the largest first, then by overlaps, then by all cells."""
    first = tables[0]
    sizes, pairs, places = count_lists(first), count_pairs(first), range(len(first.lists))

    def facts(place: int) -> tuple[int, int, list[int]]:
        shared = sorted(number for pair, number in pairs.items() if place in pair)
        return -int(sizes[place]), int(first.people[bit_of(place, len(sizes))]), shared

    ranked = sorted(places, key=facts)
    groups = [tuple(group) for _, group in groupby(ranked, key=facts)]
    return min(_orders(groups), key=lambda order: [rearrange(table, order).people.tolist() for table in tables])


def _orders(groups: list[tuple[int, ...]]) -> Iterator[Order]:
    ways = 1
    for group in groups:
        ways *= len(list(permutations(group))) if len(group) < 8 else MOST_TIED + 1
    if ways > MOST_TIED:
        yield tuple(place for group in groups for place in group)
        return
    for chosen in product(*(permutations(group) for group in groups)):
        yield tuple(place for group in chosen for place in group)


def rearrange(table: CaptureTable, order: Order) -> CaptureTable:
    """Return the same people with the lists in `order`."""
    moved = np.zeros_like(table.people)
    for pattern in np.nonzero(table.people)[0]:
        moved[carry_mask(int(pattern), order)] = table.people[pattern]
    return CaptureTable(lists=tuple(table.lists[place] for place in order), people=moved)


def carry_mask(mask: int, order: Order) -> int:
    """Return the set of lists `mask` as it is numbered in `order`."""
    lists = len(order)
    return sum(bit_of(new, lists) for new, old in enumerate(order) if mask & bit_of(old, lists))
