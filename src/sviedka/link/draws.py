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
    from numpy.random import Generator
    from numpy.typing import NDArray

    from sviedka.link.run import Conflicts, ScoredPairs

LEAST_DRAWS: Final = 20
MOST_DRAWS: Final = 200


def draw_clusters(
    records: int, pairs: ScoredPairs, conflicts: Conflicts, *, draws: int, rng: Generator
) -> NDArray[np.int32]:
    """Return `int32[draws, records]`: the clusters of each draw."""
    order = np.argsort(-pairs.p, kind="stable")
    i, j, p = pairs.i[order], pairs.j[order], pairs.p[order]
    found = np.empty((draws, records), dtype=np.int32)
    for row in found:
        linked = rng.random(len(p)) < p
        row[:] = join_pairs(records, (i[linked], j[linked]), (conflicts.i, conflicts.j))
    return found


def decided_clusters(records: int, pairs: ScoredPairs, conflicts: Conflicts, threshold: float) -> NDArray[np.int32]:
    """Return `int32[records]`: all pairs from the threshold on are joined, the likelier first."""
    order = np.argsort(-pairs.p, kind="stable")
    linked = order[pairs.p[order] >= threshold]
    return join_pairs(records, (pairs.i[linked], pairs.j[linked]), (conflicts.i, conflicts.j))
