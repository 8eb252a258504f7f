# SPDX-License-Identifier: AGPL-3.0-or-later
"""The sweeps of the latent class model, in machine code.

Each sweep, in the order of the paper's section 4: people of each pattern are dealt to classes; the unseen are drawn and
dealt; capture probabilities, sticks and concentration are drawn anew. Between them stand the moves of `latent_class_moves`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sviedka.core.count.estimate.compiled import compiled
from sviedka.core.count.estimate.latent_class_moves import draw_concentration, slide_class, swap_labels
from sviedka.core.count.estimate.latent_class_state import LEAST

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sviedka.core.count.estimate.latent_class_state import Classes

TRIES: Final = 2
"""Steps of the concentration in each sweep."""
SWAPS: Final = 6
"""Pairs of neighbours in each sweep."""


@compiled
def _deal(
    people: int, weight: NDArray[np.float64], order: NDArray[np.int64], state: Classes, generator: np.random.Generator
) -> None:
    """Deal `people` to classes with probabilities in proportion to `weight`; `order`: classes, the largest first."""
    left, rest = people, weight.sum()
    state.dealt[:] = 0
    for place in range(order.shape[0] - 1):
        if left == 0:
            return
        one = order[place]
        share = weight[one] / rest if rest > 0.0 else 1.0
        taken = left if share >= 1.0 else generator.binomial(left, share)
        state.dealt[one] = taken
        left -= taken
        rest -= weight[one]
    state.dealt[order[-1]] = left


@compiled
def _never_caught(state: Classes) -> float:
    """Work out `odds` and `missed`; return the share of all people whom no list catches."""
    never = 0.0
    for one in range(state.share.shape[0]):
        state.missed[one] = state.share[one]
        for place in range(state.caught.shape[1]):
            state.missed[one] *= 1.0 - state.caught[one, place]
            state.odds[one, place] = state.caught[one, place] / (1.0 - state.caught[one, place])
        never += state.missed[one]
    return min(max(never, LEAST), 1.0 - 1e-9)


@compiled
def _deal_seen(
    on: NDArray[np.bool_],
    counts: NDArray[np.int64],
    order: NDArray[np.int64],
    state: Classes,
    generator: np.random.Generator,
) -> None:
    """Deal the people of each pattern to classes; count members and captures."""
    classes, lists = state.caught.shape
    weight = np.empty(classes)
    state.members[:] = 0
    state.captures[:] = 0
    for row in range(on.shape[0]):
        for one in range(classes):
            weight[one] = state.missed[one]
            for place in range(lists):
                if on[row, place]:
                    weight[one] *= state.odds[one, place]
        _deal(counts[row], weight, order, state, generator)
        for one in range(classes):
            if state.dealt[one] > 0:
                state.members[one] += state.dealt[one]
                for place in range(lists):
                    state.captures[one, place] += state.dealt[one] * on[row, place]


@compiled
def _draw_captures(state: Classes, generator: np.random.Generator) -> None:
    """Draw each class's capture probabilities: beta, from a uniform prior."""
    for one in range(state.caught.shape[0]):
        for place in range(state.caught.shape[1]):
            on = state.captures[one, place]
            drawn = generator.beta(1.0 + on, 1.0 + state.members[one] - on)
            state.caught[one, place] = min(max(drawn, LEAST), 1.0 - LEAST)


@compiled
def _draw_shares(state: Classes, generator: np.random.Generator) -> None:
    """Break the stick anew."""
    classes = state.share.shape[0]
    left, remaining = state.members.sum(), 1.0
    for one in range(classes - 1):
        left -= state.members[one]
        drawn = generator.beta(1.0 + state.members[one], state.concentration[0] + left)
        stick = min(max(drawn, LEAST), 1.0 - LEAST)
        state.share[one] = remaining * stick
        remaining *= 1.0 - stick
    state.share[classes - 1] = remaining


@compiled
def sweep_chain(
    on: NDArray[np.bool_],
    counts: NDArray[np.int64],
    state: Classes,
    sweeps: int,
    thin: int,
    prior: tuple[float, float],
    generator: np.random.Generator,
) -> NDArray[np.int64]:
    """Go on with one chain and return every `thin`-th number of unseen people, `int64[sweeps // thin]`.

    Args:
        on: `bool[m, t]`: the patterns that somebody has, list by list.
        counts: `int64[m]`: the people who have them.
        state: Where the chain stands; rewritten.
        sweeps: How many.
        thin: Keep one in so many.
        prior: Shape and rate of the gamma prior of the concentration.
        generator: This chain's own.
    """
    seen = counts.sum()
    kept = np.empty(sweeps // thin, dtype=np.int64)
    for sweep in range(sweeps):
        slide_class(on, counts, state, generator)
        order = np.argsort(-state.share)
        never = _never_caught(state)
        _deal_seen(on, counts, order, state, generator)
        # p(N) in proportion to 1/N makes the unseen negative binomial: a Poisson whose mean is a gamma draw.
        unseen = generator.poisson(generator.gamma(float(seen), never / (1.0 - never)))
        _deal(unseen, state.missed, order, state, generator)
        state.members[:] += state.dealt
        draw_concentration(state, prior, TRIES, generator)
        for _ in range(SWAPS):
            swap_labels(state, generator)
        _draw_shares(state, generator)
        _draw_captures(state, generator)
        if (sweep + 1) % thin == 0:
            kept[sweep // thin] = unseen
    return kept
