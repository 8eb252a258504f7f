# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which conflicts go into the run: those between records that hang together, so that a review can join anew without their facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numba
import numpy as np

from sviedka.core.count.review.judgement import MOST_RECORDS
from sviedka.link.clustering import components
from sviedka.link.facts import arrays_of, conflict_between, conflicts_between
from sviedka.link.run import Conflicts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from sviedka.link.facts import FactArrays, Facts

    Numbers = NDArray[np.int32]
    Keys = NDArray[np.int64]
    Sides = tuple[Numbers, Numbers]

CROWD: Final = MOST_RECORDS
"""Records that hang together. Of more, not each two are looked at, and no review shows them: among millions of records of few
names, hundreds of thousands hang together by pairs that are likely enough to be drawn."""


def find_conflicts(facts: Facts, ways: Iterable[Sides], *, crowd: int = CROWD) -> Conflicts:
    """Return the conflicts that a review of several ways to link could run into, each once.

    Of each way those between records of one connected component of its pairs that has at most `crowd` records. Not those
    between whatever hangs together by all the unlikely pairs at once: among a million records that is most of them.
    """
    keys = np.zeros(0, dtype=np.int64)
    for pairs in ways:
        both = np.concatenate([keys, _keys(facts, pairs, crowd)])
        both.sort(kind="stable")  # two runs that are sorted already: they are only merged
        keys = both[np.r_[True, both[1:] != both[:-1]]] if len(both) else both
    i, j = (keys >> 32).astype(np.int32), (keys & 0xFFFFFFFF).astype(np.int32)
    return Conflicts(i=i, j=j, reason=conflicts_between(facts, i, j))


def _keys(facts: Facts, pairs: Sides, crowd: int) -> Keys:
    """Return the conflicts of one way to link, sorted, the lower record number in the upper half of each."""
    group = components(len(facts.sex), pairs)
    order = np.argsort(group, kind="stable").astype(np.int32)
    starts = np.flatnonzero(np.r_[True, np.diff(group[order]) != 0, True]).astype(np.int64)
    asked = (np.diff(starts) > 1) & (np.diff(starts) <= crowd)
    found = _all_conflicts(order, starts[:-1][asked], starts[1:][asked], arrays_of(facts))
    found.sort()
    return found


@numba.njit(cache=True)
def _all_conflicts(
    order: Numbers, starts: NDArray[np.int64], ends: NDArray[np.int64], facts: FactArrays
) -> Keys:  # pragma: no cover  # compiled
    """Look at each two records of each group: once to count, once to write down."""
    count = 0
    keys = np.empty(0, np.int64)
    for writing in (False, True):
        if writing:
            keys = np.empty(count, np.int64)
        count = 0
        for group in range(len(starts)):
            for one in range(starts[group], ends[group]):
                for other in range(one + 1, ends[group]):
                    a, b = order[one], order[other]
                    if conflict_between(a, b, facts):
                        if writing:
                            keys[count] = np.int64(min(a, b)) << 32 | max(a, b)
                        count += 1
    return keys
