# SPDX-License-Identifier: AGPL-3.0-or-later
"""Clusters under judgements: what people said is the same is joined, what they said is not the same is kept apart.

Only clusters that a judgement touches are worked out again, by Kruskal's rule: first the pairs judged the same, then the
machine's pairs inside each old cluster, the likeliest first, each only if it joins nobody who must stay apart. So no
machine merges across a judgement or a hard conflict, and what is not judged stays exactly as it was.

Source: Davidson and Ravi 2005, Clustering with constraints, for must-link and cannot-link; Kruskal 1956 for the order.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    Pairs = tuple[NDArray[np.integer], NDArray[np.integer]]


@dataclass(frozen=True, kw_only=True)
class Constraints:
    """What holds, as record numbers.

    Attributes:
        same: `(int[a], int[a])`: pairs judged to be of one person, what counts for more first.
        apart: `(int[b], int[b])`: pairs judged to be of two people.
        conflicts: `(int[c], int[c])`: pairs that no machine may join.
        scored: `(int[m], int[m])`: the machine's pairs.
        p: `float[m]`: their probabilities.
    """

    same: Pairs
    apart: Pairs
    conflicts: Pairs
    scored: Pairs
    p: NDArray[np.floating]


def constrain(cluster_of: NDArray[np.integer], constraints: Constraints) -> tuple[NDArray[np.int32], int]:
    """Work out clusters again under what was judged.

    Args:
        cluster_of: `int[n]`, the clusters of one linkage, any numbers.
        constraints: What holds.

    Returns:
        `int32[n]`, clusters numbered from 0 in the order of their first record, and how many pairs judged the same
        could not be joined because others, judged too, keep them apart: people who contradict each other.
    """
    labels = first_seen(cluster_of)
    touched = _touched(labels, constraints)
    if not touched.any():
        return labels, 0
    members = np.flatnonzero(touched[labels])
    forest = _Forest(members.tolist())
    refused = _join_judged(forest, constraints, touched, labels)
    _keep_apart(forest, constraints.conflicts, touched, labels)
    for left, right in _machine_pairs(labels, touched, constraints):
        forest.join(left, right)
    for left, right in _neighbours(members, labels):
        forest.join(left, right)
    joined = labels.astype(np.int64) + len(labels)  # numbers that no record has
    joined[members] = [forest.find(member) for member in members.tolist()]
    return first_seen(joined), refused


def first_seen(cluster_of: NDArray[np.integer]) -> NDArray[np.int32]:
    """Number clusters from 0 in the order of their first record, so that one partition is one array."""
    _, first, inverse = np.unique(cluster_of, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int32)
    rank[np.argsort(first)] = np.arange(len(first), dtype=np.int32)
    return rank[inverse]


@dataclass
class _Forest:
    """Disjoint sets that know whom they must not meet. `enemies` holds, for each root, records kept apart from it."""

    members: Iterable[int]
    parent: dict[int, int] = field(init=False)
    size: dict[int, int] = field(init=False)
    enemies: dict[int, set[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.parent = {member: member for member in self.members}
        self.size = dict.fromkeys(self.parent, 1)

    def find(self, record: int) -> int:
        while self.parent[record] != record:
            self.parent[record] = self.parent[self.parent[record]]
            record = self.parent[record]
        return record

    def part(self, left: int, right: int) -> None:
        """Keep two apart from now on."""
        self.enemies.setdefault(self.find(left), set()).add(right)
        self.enemies.setdefault(self.find(right), set()).add(left)

    def join(self, left: int, right: int) -> bool:
        """Join the sets of two records, unless somebody is to be kept apart; tell whether they are together now."""
        one, other = self.find(left), self.find(right)
        if one == other:
            return True
        if any(self.find(enemy) == other for enemy in self.enemies.get(one, ())):
            return False
        one, other = (one, other) if self.size[one] >= self.size[other] else (other, one)
        self.parent[other] = one
        self.size[one] += self.size.pop(other)
        self.enemies.setdefault(one, set()).update(self.enemies.pop(other, ()))
        return True


def _touched(labels: NDArray[np.int32], constraints: Constraints) -> NDArray[np.bool_]:
    """Return which clusters change, `bool[clusters]`: those to be joined, and those that hold two to be kept apart."""
    touched = np.zeros(int(labels.max()) + 1 if labels.size else 0, dtype=bool)
    for (left, right), differ in ((constraints.same, True), (constraints.apart, False)):
        if len(left):
            hit = (labels[left] != labels[right]) == differ
            touched[labels[left[hit]]] = touched[labels[right[hit]]] = True
    return touched


def _join_judged(
    forest: _Forest, constraints: Constraints, touched: NDArray[np.bool_], labels: NDArray[np.int32]
) -> int:
    """Join what was judged the same, against everything that was judged apart; return how many could not be."""
    _keep_apart(forest, constraints.apart, touched, labels)
    return sum(not forest.join(left, right) for left, right in _inside(constraints.same, touched, labels))


def _keep_apart(forest: _Forest, pairs: Pairs, touched: NDArray[np.bool_], labels: NDArray[np.int32]) -> None:
    for left, right in _inside(pairs, touched, labels):
        if forest.find(left) != forest.find(right):  # a person may have joined what a machine must not
            forest.part(left, right)


def _machine_pairs(
    labels: NDArray[np.int32], touched: NDArray[np.bool_], constraints: Constraints
) -> Iterable[tuple[int, int]]:
    """Return the machine's pairs inside each touched old cluster, the likeliest first."""
    left, right = constraints.scored
    if not len(left):
        return []
    inside = np.flatnonzero(touched[labels[left]] & (labels[left] == labels[right]))
    order = inside[np.lexsort((right[inside], left[inside], -constraints.p[inside]))]
    return zip(left[order].tolist(), right[order].tolist(), strict=True)


def _neighbours(members: NDArray[np.int64], labels: NDArray[np.int32]) -> Iterable[tuple[int, int]]:
    """Return pairs that hold each old cluster together where no scored pair does: what was one stays one, if it may."""
    order = members[np.argsort(labels[members], kind="stable")].tolist()
    return [(left, right) for left, right in pairwise(order) if labels[left] == labels[right]]


def _inside(pairs: Pairs, touched: NDArray[np.bool_], labels: NDArray[np.int32]) -> Iterable[tuple[int, int]]:
    left, right = pairs
    if not len(left):
        return []
    inside = touched[labels[left]] & touched[labels[right]]
    return zip(left[inside].tolist(), right[inside].tolist(), strict=True)
