# SPDX-License-Identifier: AGPL-3.0-or-later
"""All decomposable graphs of t lists: which lists depend on each other, as chordal graphs with cliques and separators.

Source: S. Lauritzen, Graphical Models (1996), section 2.1; the graphs are told apart by networkx.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING, Final

import networkx as nx

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_LISTS_AVERAGED: Final = 5
"""8, 61 and 822 graphs of 3, 4 and 5 lists; six lists have 18,154, and few data tell them apart."""


@dataclass(frozen=True, kw_only=True)
class DecomposableGraph:
    """One graph, by what its likelihood is a product and a quotient of.

    Attributes:
        cliques: Its largest complete groups of lists, as bit masks.
        separators: What neighbouring cliques share, with repetition; masks, 0 for parts that do not touch.
    """

    cliques: tuple[int, ...]
    separators: tuple[int, ...]

    @property
    def saturated(self) -> bool:
        """Every list depends on every other."""
        return len(self.cliques) == 1


@lru_cache(maxsize=8)
def all_decomposable_graphs(lists: int) -> tuple[DecomposableGraph, ...]:
    """Return the decomposable graphs on `lists` (1 to 5) labelled lists, the saturated one included."""
    edges = tuple(combinations(range(lists), 2))
    chosen = (group for size in range(len(edges) + 1) for group in combinations(edges, size))
    return tuple(graph for group in chosen for graph in _decomposed(lists, group))


def _decomposed(lists: int, edges: tuple[tuple[int, int], ...]) -> Iterator[DecomposableGraph]:
    graph = nx.Graph(edges)
    graph.add_nodes_from(range(lists))
    if not nx.is_chordal(graph):
        return
    cliques = sorted(sum(1 << (lists - 1 - place) for place in clique) for clique in nx.find_cliques(graph))
    # Separators are the edges of any heaviest spanning tree of the cliques, weighted by what they share (Lauritzen 2.1.3).
    junction = nx.Graph()
    junction.add_nodes_from(cliques)
    junction.add_weighted_edges_from((one, other, (one & other).bit_count()) for one, other in combinations(cliques, 2))
    tree = nx.maximum_spanning_tree(junction)
    yield DecomposableGraph(cliques=tuple(cliques), separators=tuple(sorted(one & other for one, other in tree.edges)))
