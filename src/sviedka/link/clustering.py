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
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from sviedka.link.facts import arrays_of, conflict_between

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sviedka.link.facts import FactArrays, Facts

    Numbers = NDArray[np.int32]
    Sides = tuple[Numbers, Numbers]


def join_pairs(facts: Facts, pairs: Sides) -> Numbers:
    """Join the pairs in their order and return the cluster of each record, `int32[n]`.

    A cluster is called by the lowest number of its records, so that equal clusters have equal names.

    Args:
        facts: Of all n records: those between whom they are a conflict are never in one cluster.
        pairs: Two sides of `int32[m]`, the pair to be joined first at the front.
    """
    found: Numbers = _join(len(facts.sex), pairs[0], pairs[1], arrays_of(facts))
    return found


def components(records: int, pairs: Sides) -> Numbers:
    """Return the connected component of each record, called as in `join_pairs`: what hangs together if nothing conflicts."""
    graph = coo_array((np.ones(len(pairs[0]), dtype=np.bool_), pairs), shape=(records, records))
    _, label = connected_components(graph, directed=False)
    _, lowest = np.unique(label, return_index=True)
    found: Numbers = lowest.astype(np.int32)[label]
    return found


@numba.njit(cache=True)
def _join(records: int, i: Numbers, j: Numbers, facts: FactArrays) -> Numbers:  # pragma: no cover  # compiled
    parent = np.arange(records).astype(np.int32)
    size = np.ones(records, dtype=np.int32)
    after = np.arange(records).astype(np.int32)  # the members of a cluster, in a ring
    for pair in range(len(i)):
        one, other = _find(parent, i[pair]), _find(parent, j[pair])
        if one == other or _conflict(after, one, other, facts):
            continue
        if size[one] < size[other]:
            one, other = other, one
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
def _find(parent: Numbers, record: int) -> int:  # pragma: no cover  # compiled
    while parent[record] != record:
        parent[record] = parent[parent[record]]
        record = parent[record]
    return record


@numba.njit(cache=True)
def _conflict(after: Numbers, one: int, other: int, facts: FactArrays) -> bool:  # pragma: no cover  # compiled
    """Whether any record of the one cluster conflicts with any of the other."""
    a = one
    while True:
        b = other
        while True:
            if conflict_between(a, b, facts):
                return True
            b = after[b]
            if b == other:
                break
        a = after[a]
        if a == one:
            return False
