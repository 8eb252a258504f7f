# SPDX-License-Identifier: AGPL-3.0-or-later
"""What reviewers look at, and what first: the clusters whose judgement changes the count the most.

A case for review is a cluster with everything that may belong to it: records that hang together by pairs of at least
`LEAST_P`. How much it may change the count is what the linkage itself does not know: over the draws of the linkage, how
many people more or fewer than decided its records come to, on average.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Flag, auto
from typing import TYPE_CHECKING, Final

import networkx as nx
import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from sviedka.core.count.review.judgement import MOST_RECORDS

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

LEAST_P: Final = 0.2
"""Pairs below are taken to be apart and are not looked at."""

SURE_P: Final = 0.99
"""A bridge of at least this probability is not a weak one."""

LARGE: Final = 4
"""A case of more records is large."""

WIDE: Final = 3
"""A case on so many lists or more spreads widely."""


class Why(Flag):
    """Why somebody should look at a case."""

    COUNT = auto()
    """The draws differ in how many people it is."""
    BRIDGE = auto()
    """One pair alone, and not a sure one, holds two parts together."""
    LARGE = auto()
    WIDE = auto()
    TWICE = auto()
    """A list has two records in one cluster of it."""
    CONFLICT = auto()
    """Two of its records cannot be of one person."""
    SAMPLE = auto()
    """Nothing is doubtful: drawn by lot, so that it is known how good the linkage is where nobody would look."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One case for review.

    Attributes:
        records: `int[k]`, record numbers, ascending, k at least 2.
        change: Expected change of the count, in people, at least 0.
        doubt: Sum of p(1 - p) over its pairs: how much is undecided, whether or not the count depends on it.
        why: The reasons.
        pairs: `int[q]`, places of the machine's pairs inside the case.
        conflicts: `int[r]`, places of the conflicts inside the case.
    """

    records: NDArray[np.int64]
    change: float
    doubt: float
    why: Why
    pairs: NDArray[np.int64]
    conflicts: NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Queue:
    """What is to be reviewed.

    Attributes:
        cases: What changes the count most first, then those drawn by lot.
        waiting: How many doubtful cases come after those.
        too_large: How many doubtful cases have more records than anybody looks through: the linkage is at fault.
    """

    cases: tuple[Case, ...]
    waiting: int
    too_large: int


@dataclass(frozen=True, kw_only=True)
class Linked:
    """A linkage as the queue looks at it; shapes as in `sviedka.link.run.LinkageRun`.

    Attributes:
        list_of: `int[n]`.
        cluster_of: `int[n]`.
        draws: `int[D, n]`.
        scored: `(int[m], int[m])`.
        p: `float[m]`.
        conflicts: `(int[c], int[c])`.
    """

    list_of: NDArray[np.integer]
    cluster_of: NDArray[np.integer]
    draws: NDArray[np.integer]
    scored: tuple[NDArray[np.integer], NDArray[np.integer]]
    p: NDArray[np.floating]
    conflicts: tuple[NDArray[np.integer], NDArray[np.integer]]


def queue_cases(linked: Linked, rng: Generator, *, most: int = 500, sample: float = 0.05) -> Queue:
    """Return the cases to review.

    Args:
        linked: The linkage.
        rng: Draws the sample.
        most: How many doubtful cases at most.
        sample: Share of the cases without doubt that is drawn, at most `most` of them.
    """
    case_of, sizes = _hang_together(linked)
    change, doubt = _expected_change(linked, case_of, len(sizes)), _doubt(linked, case_of, len(sizes))
    doubtful = (sizes > 1) & ((change > 0) | (sizes > LARGE) | (doubt > 1e-3))
    fit = sizes <= MOST_RECORDS
    order = np.lexsort((np.arange(len(sizes)), -sizes, -doubt, -change))
    order = order[(doubtful & fit)[order]]
    sure = np.flatnonzero((sizes > 1) & ~doubtful)
    drawn = np.sort(rng.permutation(sure)[: min(most, int(np.ceil(len(sure) * sample)))])
    both = np.concatenate([order[:most], drawn])
    parts = (_members(case_of, both), _inside(linked.scored, case_of, both), _inside(linked.conflicts, case_of, both))
    cases = []
    for place, (records, pairs, conflicts) in enumerate(zip(*parts, strict=True)):
        moved = float(change[both[place]])
        why = Why.SAMPLE if place >= len(order[:most]) else _why(linked, records, pairs, moved)
        why |= Why.CONFLICT if len(conflicts) else Why(0)
        cases.append(
            Case(
                records=records,
                change=moved,
                doubt=float(doubt[both[place]]),
                why=why,
                pairs=pairs,
                conflicts=conflicts,
            )
        )
    return Queue(cases=tuple(cases), waiting=len(order[most:]), too_large=int((doubtful & ~fit).sum()))


def _hang_together(linked: Linked) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the case of each record and the size of each case: components of likely pairs and decided clusters."""
    n = len(linked.cluster_of)
    _, first, cluster = np.unique(linked.cluster_of, return_index=True, return_inverse=True)
    likely = linked.p >= LEAST_P
    left = np.concatenate([linked.scored[0][likely], np.arange(n)])
    right = np.concatenate([linked.scored[1][likely], first[cluster]])
    graph = coo_array((np.ones(len(left), np.int8), (left, right)), shape=(n, n))
    count, case_of = connected_components(graph, directed=False)
    return case_of.astype(np.int64), np.bincount(case_of, minlength=count)


def _expected_change(linked: Linked, case_of: NDArray[np.int64], count: int) -> NDArray[np.float64]:
    decided = _people(linked.cluster_of, case_of, count)
    total = np.zeros(count)
    for draw in linked.draws:
        total += np.abs(_people(draw, case_of, count) - decided)
    return total / max(1, len(linked.draws))


def _people(cluster_of: NDArray[np.integer], case_of: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Return how many clusters each case has. A cluster may lie in several cases of a draw; then it counts in each."""
    _, cluster = np.unique(cluster_of, return_inverse=True)
    width = int(cluster.max()) + 1 if cluster.size else 1
    return np.bincount(np.unique(case_of * width + cluster) // width, minlength=count)


def _doubt(linked: Linked, case_of: NDArray[np.int64], count: int) -> NDArray[np.float64]:
    left, right = linked.scored
    inside = (case_of[left] == case_of[right]) & (linked.p >= LEAST_P)
    p = linked.p[inside].astype(np.float64)
    doubt = np.bincount(case_of[left[inside]], weights=p * (1 - p), minlength=count)
    return doubt.astype(np.float64)  # whole numbers if there is nothing to add up


def _members(case_of: NDArray[np.int64], cases: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Return the places at which each of `cases` stands in `case_of`, ascending."""
    order = np.argsort(case_of, kind="stable")
    starts = np.searchsorted(case_of[order], cases, side="left")
    ends = np.searchsorted(case_of[order], cases, side="right")
    return [order[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]


def _inside(
    pairs: tuple[NDArray[np.integer], NDArray[np.integer]], case_of: NDArray[np.int64], cases: NDArray[np.int64]
) -> list[NDArray[np.int64]]:
    """Return the places of the pairs of which both ends are in each of `cases`."""
    left, right = case_of[pairs[0]], case_of[pairs[1]]
    return _members(np.where(left == right, left, -1), cases)


def _why(linked: Linked, records: NDArray[np.int64], pairs: NDArray[np.int64], change: float) -> Why:
    why = Why(0)
    lists = linked.list_of[records]
    own = np.stack([lists, linked.cluster_of[records]])
    for flag, holds in (
        (Why.COUNT, change > 0),
        (Why.LARGE, len(records) > LARGE),
        (Why.WIDE, len(np.unique(lists)) >= WIDE),
        (Why.TWICE, len(np.unique(own, axis=1).T) < len(records)),
        (Why.BRIDGE, _has_bridge(linked, pairs)),
    ):
        why |= flag if holds else Why(0)
    return why


def _has_bridge(linked: Linked, pairs: NDArray[np.int64]) -> bool:
    """Tell whether an edge that is not sure, if it were taken away, would leave two parts."""
    graph = nx.Graph()
    for place in pairs[linked.p[pairs] >= LEAST_P].tolist():
        graph.add_edge(int(linked.scored[0][place]), int(linked.scored[1][place]), p=float(linked.p[place]))
    return any(graph.edges[edge]["p"] < SURE_P for edge in nx.bridges(graph))
