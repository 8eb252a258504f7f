# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a table of captures says without any model: who is on how many lists, and on which two together."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from sviedka.core.count.capture import CaptureTable


def count_frequencies(table: CaptureTable) -> NDArray[np.int64]:
    """Return `int64[t + 1]`: at `k`, the people who stand on exactly `k` lists."""
    degrees = np.bitwise_count(np.arange(table.people.size, dtype=np.uint64)).astype(np.int64)
    return np.bincount(degrees, weights=table.people, minlength=len(table.lists) + 1).astype(np.int64)


Number = TypeVar("Number", np.int64, np.float64)


def sum_supersets(people: NDArray[Number]) -> NDArray[Number]:
    """Return an array of `2**t`: at each set of lists, the people who stand on all of them and perhaps on more."""
    total = people.copy()
    for bit in range(people.size.bit_length() - 1):
        halves = total.reshape(-1, 2, 1 << bit)
        halves[:, 0] += halves[:, 1]
    return total


def bit_of(place: int, lists: int) -> int:
    """Return the bit of the list at `place` (0 to t-1) among `lists`, as `CaptureTable` numbers patterns."""
    return 1 << (lists - 1 - place)


def count_pairs(table: CaptureTable) -> Mapping[tuple[int, int], int]:
    """Return how many people each two lists have in common, by the places of the two lists, the lower first."""
    total, lists = sum_supersets(table.people), len(table.lists)
    return {
        (one, other): int(total[bit_of(one, lists) | bit_of(other, lists)])
        for one, other in combinations(range(lists), 2)
    }


def count_lists(table: CaptureTable) -> NDArray[np.int64]:
    """Return `int64[t]`: the people on each list."""
    total, lists = sum_supersets(table.people), len(table.lists)
    return np.array([total[bit_of(place, lists)] for place in range(lists)], dtype=np.int64)
