# SPDX-License-Identifier: AGPL-3.0-or-later
"""Invented populations with a known size, caught by five lists and linked with error. It knows nothing of estimators.

1,800 people whom the lists seldom catch and 200 whom they nearly always catch (the first of the simulations in
HRDAG/StanLCMCR, import/hand/simulations.yaml). Linkage: a damaged record belongs to its person with a probability that the
linkage states truly; as many wrong pairs are proposed, and stated as truly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from sviedka.core.count.capture import CaptureTable, tabulate_captures

if TYPE_CHECKING:
    from numpy.typing import NDArray

SELDOM: Final = (1_800, (0.033, 0.033, 0.099, 0.132, 0.033))
OFTEN: Final = (200, (0.66, 0.825, 0.759, 0.99, 0.693))
TRUTH: Final = SELDOM[0] + OFTEN[0]
LISTS: Final = ("court", "clinic", "first", "second", "press")
DAMAGED: Final = 0.12
"""Share of a person's records after the first whose tie is in doubt: 6 % typing errors and 30 % without a date of birth
leave about so many pairs between .02 and .98."""
DRAWS: Final = 20


@dataclass(frozen=True, kw_only=True)
class SimulatedLinkage:
    """One population as a linkage hands it over, and what is true.

    Attributes:
        tables: The linkage decided, then its draws.
        seen: How many people truly stand on one list at least.
    """

    tables: tuple[CaptureTable, ...]
    seen: int


def simulate_linkage(generator: np.random.Generator) -> SimulatedLinkage:
    """Invent one population, its lists and their linkage."""
    caught = np.concatenate([generator.random((people, 5)) < chances for people, chances in (SELDOM, OFTEN)])
    person, list_of = np.nonzero(caught)
    ties = _true_ties(person, generator)
    pairs, chance = _stated(ties, list_of, person, generator)
    decided = _clusters(person.size, pairs[chance > 0.5])
    drawn = (_clusters(person.size, pairs[generator.random(chance.size) < chance]) for _ in range(DRAWS))
    tables = (tabulate_captures(LISTS, list_of=list_of, cluster_of=cluster) for cluster in (decided, *drawn))
    return SimulatedLinkage(tables=tuple(tables), seen=int(caught.any(axis=1).sum()))


def _true_ties(person: NDArray[np.int64], generator: np.random.Generator) -> NDArray[np.int64]:
    """Return `int64[k, 2]`: each record after a person's first with one before it; records stand person by person."""
    later = np.nonzero(np.diff(person) == 0)[0] + 1
    first = np.searchsorted(person, person[later])
    before = first + np.floor(generator.random(later.size) * (later - first)).astype(np.int64)
    return np.stack([before, later], axis=1)


def _stated(
    ties: NDArray[np.int64], list_of: NDArray[np.int64], person: NDArray[np.int64], generator: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return pairs of records and the probability that the linkage states for each; of those with p, a share p are true."""
    damaged = generator.random(len(ties)) < DAMAGED
    doubtful = int(damaged.sum())
    # Uniform p over all doubtful pairs: true ones then have density 2p, wrong ones 2(1 - p), as many of each.
    true_chance = np.sqrt(generator.random(doubtful))
    wrong = generator.integers(0, person.size, size=(doubtful, 2))
    apart = (person[wrong[:, 0]] != person[wrong[:, 1]]) & (list_of[wrong[:, 0]] != list_of[wrong[:, 1]])
    wrong, wrong_chance = wrong[apart], 1 - np.sqrt(generator.random(int(apart.sum())))
    chance = np.full(len(ties), 0.999)
    chance[damaged] = true_chance
    return np.concatenate([ties, wrong]), np.concatenate([chance, wrong_chance])


def _clusters(records: int, pairs: NDArray[np.int64]) -> NDArray[np.int32]:
    graph = coo_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(records, records))
    cluster: NDArray[np.int32] = connected_components(graph, directed=False)[1]
    return cluster
