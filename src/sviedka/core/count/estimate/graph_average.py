# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bayesian average over all decomposable graphs of the lists, exact: no simulation.

For each graph and each number of unseen people the marginal likelihood is a product over cliques divided by one over
separators, each a Dirichlet-multinomial under a hyper-Dirichlet prior with delta in each of the 2^t cells; graphs are
equally likely beforehand.

Assumes: the lists depend on each other as some decomposable graph says, and given that everybody is alike.

Source: D. Madigan and J. York, Bayesian methods for estimation of the size of a closed population, Biometrika 84 (1997)
19-31; A. Dawid and S. Lauritzen, Hyper Markov laws, Annals of Statistics 21 (1993) 1272-1317.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import gammaln, logsumexp

from sviedka.core.count.estimate.decomposable_graphs import all_decomposable_graphs
from sviedka.core.count.estimate.hidden import Hidden

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from sviedka.core.count.estimate.decomposable_graphs import DecomposableGraph

EVERY_NUMBER_TO = 400
"""Up to here each number of unseen people is looked at; beyond, numbers that grow by a steady factor."""
NODES = 1_600


@dataclass(frozen=True, kw_only=True, eq=False)
class GraphPosterior:
    """What the average says.

    Attributes:
        unseen: `float64[m]`, ascending numbers of people whom no list holds.
        weight: `float64[m]`: the posterior probability of each (of the numbers around it, where they are spaced).
        graphs: The graphs.
        graph_weight: `float64[g]`: their posterior probabilities.
        by_graph: `float64[g, m]`: the posterior of `unseen` given each graph.
    """

    unseen: NDArray[np.float64]
    weight: NDArray[np.float64]
    graphs: tuple[DecomposableGraph, ...]
    graph_weight: NDArray[np.float64]
    by_graph: NDArray[np.float64]

    def quantile(self, share: float) -> float:
        """Return the number of unseen people below which `share` (0 to 1) of the posterior lies."""
        return quantile_of(self.unseen, self.weight, share)

    @property
    def hidden(self) -> Hidden:
        """Mean and variance of the logarithm; half a person is added, since there may be none."""
        logs = np.log(self.unseen + 0.5)
        mean = float(self.weight @ logs)
        return Hidden(log=mean, variance=float(self.weight @ (logs - mean) ** 2))


def quantile_of(values: NDArray[np.float64], weight: NDArray[np.float64], share: float) -> float:
    """Return the first whole number up to which `share` of `weight` lies, each value standing for those nearest to it."""
    edges, sums = _edges(values), np.cumsum(weight)
    at = min(int(np.searchsorted(sums, share)), values.size - 1)
    inside = (share - (sums[at] - weight[at])) / weight[at] if weight[at] > 0 else 1.0
    return float(np.ceil(edges[at] + min(inside, 1.0) * (edges[at + 1] - edges[at]) - 0.5))


def _edges(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the ends of the stretches that ascending whole numbers stand for, one more than there are numbers."""
    return np.concatenate([[values[0] - 0.5], (values[1:] + values[:-1]) / 2, [values[-1] + 0.5]])


def mean_by_squares(people: NDArray[np.float64], weight: NDArray[np.float64]) -> float:
    """Return the estimate that is best under squared relative error: E(1/N) / E(1/N^2) (Madigan and York, section 3)."""
    return float((weight @ (1 / people)) / (weight @ (1 / people**2)))


def average_graphs(
    people: NDArray[np.int64],
    *,
    delta: float | None = None,
    unseen: NDArray[np.float64] | None = None,
    log_prior: Callable[[NDArray[np.float64]], NDArray[np.float64]] | None = None,
    saturated: bool = False,
) -> GraphPosterior:
    """Return the posterior of the unseen, averaged over graphs.

    Args:
        people: `int64[2**t]`, t from 2 to 5.
        delta: Prior weight of each cell; 2^-t unless given.
        unseen: Numbers to look at, ascending; unless given, 0 to a hundred times the people seen.
        log_prior: Of N, all people, up to a constant; 1/N unless given.
        saturated: Whether the graph in which every list depends on every other counts; the data say nothing in it.
    """
    lists, seen = people.size.bit_length() - 1, int(people.sum())
    spread, width = _spaced(100 * seen) if unseen is None else (unseen, np.ones_like(unseen))
    graphs = tuple(graph for graph in all_decomposable_graphs(lists) if saturated or not graph.saturated)
    per_cell = 2.0**-lists if delta is None else delta
    factors = np.array([_marginal(people, mask, per_cell, spread) for mask in range(people.size)])
    powers = np.zeros((len(graphs), people.size))
    for row, graph in enumerate(graphs):
        np.add.at(powers[row], list(graph.cliques), 1.0)
        np.add.at(powers[row], list(graph.separators), -1.0)
    total = spread + seen
    common = gammaln(total + 1) - gammaln(spread + 1) + (-np.log(total) if log_prior is None else log_prior(total))
    joint = powers @ factors + common + np.log(width)
    joint = np.exp(joint - logsumexp(joint))
    by_graph = joint.sum(axis=1)
    return GraphPosterior(
        unseen=spread,
        weight=joint.sum(axis=0),
        graphs=graphs,
        graph_weight=by_graph,
        by_graph=joint / np.maximum(by_graph, np.finfo(float).tiny)[:, None],
    )


def _spaced(most: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return whole numbers from 0 to about `most` and how many numbers each stands for."""
    near = np.arange(EVERY_NUMBER_TO, dtype=np.float64)
    far = np.unique(np.rint(np.geomspace(EVERY_NUMBER_TO, max(most, 2 * EVERY_NUMBER_TO), NODES)))
    nodes = np.concatenate([near, far])
    return nodes, np.diff(_edges(nodes))


def _marginal(people: NDArray[np.int64], mask: int, delta: float, unseen: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the log Dirichlet-multinomial of the margin over the lists in `mask`, for each number of unseen."""
    patterns = np.arange(people.size) & mask
    margin = np.bincount(patterns, weights=people, minlength=people.size)[np.unique(patterns)]
    cells = margin.size
    alpha = delta * people.size / cells
    nobody = gammaln(margin[0] + unseen + alpha)  # the pattern on none of these lists holds the unseen too
    constant = gammaln(margin[1:] + alpha).sum() - cells * gammaln(alpha) + gammaln(alpha * cells)
    result: NDArray[np.float64] = nobody + constant - gammaln(people.sum() + unseen + alpha * cells)
    return result
