# SPDX-License-Identifier: AGPL-3.0-or-later
"""Linkages drawn at random by what the pairs' probabilities allow: their spread is what the linkage does not know.

In each draw a pair is linked with its probability, independently of others, the likelier joined first, never across a
conflict. Two that are linked to a third are linked: so draws tell of larger clusters what pairs alone do not.

Source: M. Sadinle, Bayesian propagation of record linkage uncertainty into population size estimation, Annals of Applied
Statistics 12 (2018), for carrying linkage on by draws; the draws here are from pairs, not from a posterior over partitions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sviedka.link.clustering import join_pairs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.random import Generator
    from numpy.typing import NDArray

    from sviedka.link.facts import Facts
    from sviedka.link.run import ScoredPairs

    Sides = tuple[NDArray[np.int32], NDArray[np.int32]]

LEAST_DRAWS: Final = 20
MOST_DRAWS: Final = 200


def draw_clusters(facts: Facts, pairs: ScoredPairs, *, draws: int, rng: Generator) -> NDArray[np.int32]:
    """Return `int32[draws, n]`: the clusters of each draw of the n records that `facts` knows."""
    found = np.empty((draws, len(facts.sex)), dtype=np.int32)
    for row, drawn in zip(found, drawn_pairs(pairs, draws=draws, rng=rng), strict=True):
        row[:] = join_pairs(facts, drawn)
    return found


def drawn_pairs(pairs: ScoredPairs, *, draws: int, rng: Generator) -> Iterator[Sides]:
    """Yield the pairs linked in each draw, the likelier first; the same ones for the same generator."""
    order = np.argsort(-pairs.p, kind="stable")
    i, j, p = pairs.i[order], pairs.j[order], pairs.p[order]
    for _ in range(draws):
        linked = rng.random(len(p)) < p
        yield i[linked], j[linked]


def decided_pairs(pairs: ScoredPairs, threshold: float) -> Sides:
    """Return the pairs from the threshold on, the likelier first."""
    order = np.argsort(-pairs.p, kind="stable")
    linked = order[pairs.p[order] >= threshold]
    return pairs.i[linked], pairs.j[linked]


def decided_clusters(facts: Facts, pairs: ScoredPairs, threshold: float) -> NDArray[np.int32]:
    """Return `int32[n]`: all pairs from the threshold on are joined, the likelier first."""
    return join_pairs(facts, decided_pairs(pairs, threshold))
