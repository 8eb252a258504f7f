# SPDX-License-Identifier: AGPL-3.0-or-later
"""From pairs to clusters, one pair after another, never across a conflict.

Kruskal's way of joining (1956) with one question more: is there a conflict between any record of the one cluster and any
of the other? So two records that cannot be together stay apart whatever lies between them, and with the pairs in the order
of their probability the weaker link gives way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numba
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.int32]


def join_pairs(
    records: int,
    pairs: tuple[NDArray[np.int32], NDArray[np.int32]],
    conflicts: tuple[NDArray[np.int32], NDArray[np.int32]],
) -> NDArray[np.int32]:
    """Join the pairs in their order and return the cluster of each record, `int32[records]`.

    A cluster is called by the lowest number of its records, so that equal clusters have equal names.

    Args:
        records: How many records there are.
        pairs: Two sides of `int32[m]`, the pair to be joined first at the front.
        conflicts: Two sides of `int32[c]`: never in one cluster.
    """
    starts, others = _neighbours(records, *conflicts)
    found: NDArray[np.int32] = _join(records, pairs[0], pairs[1], starts, others)
    return found


def components(records: int, pairs: tuple[NDArray[np.int32], NDArray[np.int32]]) -> NDArray[np.int32]:
    """Return the connected component of each record: `join_pairs` without conflicts."""
    nothing = np.zeros(0, dtype=np.int32)
    return join_pairs(records, pairs, (nothing, nothing))


def _neighbours(
    records: int, i: NDArray[np.int32], j: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return for each record where its conflicts begin in a list of all, and that list."""
    ends, others = np.concatenate([i, j]), np.concatenate([j, i])
    order = np.argsort(ends, kind="stable")
    starts = np.zeros(records + 1, dtype=np.int64)
    np.cumsum(np.bincount(ends, minlength=records), out=starts[1:])
    return starts, others[order]


@numba.njit(cache=True)
def _find(parent: Numbers, record: int) -> int:  # pragma: no cover  # compiled
    while parent[record] != record:
        parent[record] = parent[parent[record]]
        record = parent[record]
    return record


@numba.njit(cache=True)
def _join(
    records: int, i: Numbers, j: Numbers, starts: NDArray[np.int64], others: Numbers
) -> Numbers:  # pragma: no cover  # compiled
    parent = np.arange(records).astype(np.int32)
    size = np.ones(records, dtype=np.int32)
    after = np.arange(records).astype(np.int32)  # the members of a cluster, in a ring
    for pair in range(len(i)):
        one, other = _find(parent, i[pair]), _find(parent, j[pair])
        if one == other:
            continue
        if size[one] < size[other]:
            one, other = other, one
        if _conflict(parent, after, starts, others, other, one):
            continue
        parent[other] = one
        size[one] += size[other]
        after[one], after[other] = after[other], after[one]
    lowest = np.full(records, records, dtype=np.int32)
    for record in range(records):
        root = _find(parent, record)
        lowest[root] = min(lowest[root], record)
    found = np.empty(records, dtype=np.int32)
    for record in range(records):
        found[record] = lowest[_find(parent, record)]
    return found


@numba.njit(cache=True)
def _conflict(
    parent: Numbers, after: Numbers, starts: NDArray[np.int64], others: Numbers, small: int, large: int
) -> bool:  # pragma: no cover  # compiled
    member = small
    while True:
        for place in range(starts[member], starts[member + 1]):
            if _find(parent, others[place]) == large:
                return True
        member = after[member]
        if member == small:
            return False
