# SPDX-License-Identifier: AGPL-3.0-or-later
"""Three moves besides the Gibbs sweep, each of which leaves the posterior as it is, without which chains stick for thousands of sweeps.

- `slide_class`: one class becomes harder to catch and larger at once, so that the people seen stay as likely. The unseen and
  who belongs where are summed out, which the sweep alone walks through in small steps.
- `draw_concentration`: with the sticks summed out, since the concentration hangs on them.
- `swap_labels`: a large class behind a small one changes places with it; the sticks favour large classes in front.

Source: the marginal likelihood with p(N) in proportion to 1/N is that of the people seen given that they are seen; swaps and
the summed-out sticks: O. Papaspiliopoulos and G. Roberts, Retrospective Markov chain Monte Carlo methods for Dirichlet process
hierarchical models, Biometrika 95 (2008) 169-186; D. Hastie, S. Liverani and S. Richardson, Sampling from
Dirichlet process mixture models with unknown concentration parameter, Statistics and Computing 25 (2015) 1023-1037.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from sviedka.core.count.estimate.compiled import compiled
from sviedka.core.count.estimate.latent_class_state import LEAST

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from sviedka.core.count.estimate.latent_class_state import Classes

FARTHEST: Final = 0.3
"""Standard deviation, on the logit, of the longest slides; the scale of each is drawn anew below it."""
TINY: Final = 1e-300


@compiled
def slide_class(
    on: NDArray[np.bool_], counts: NDArray[np.int64], state: Classes, generator: np.random.Generator
) -> bool:
    """Shift all capture probabilities of one class, chosen by its share, and make up for it in the shares; return if taken."""
    share, caught = state.tried.share, state.tried.caught
    classes, lists = state.caught.shape
    one = _choose(state.share, generator.random())
    shift = math.exp(-FARTHEST * generator.random() * generator.normal())
    missed, missed_then, volume = 1.0, 1.0, 0.0
    caught[:] = state.caught
    for place in range(lists):
        before = state.caught[one, place]
        after = min(max(1.0 / (1.0 + (1.0 - before) / before * shift), LEAST), 1.0 - LEAST)
        caught[one, place] = after
        missed *= 1.0 - before
        missed_then *= 1.0 - after
        volume += math.log(after * (1.0 - after)) - math.log(before * (1.0 - before))
    grown = max(1.0 - missed, LEAST) / max(1.0 - missed_then, LEAST)
    total = 1.0 + state.share[one] * (grown - 1.0)
    for other in range(classes):
        share[other] = state.share[other] / total
    share[one] *= grown
    volume += math.log(grown) - classes * math.log(total)  # of the shares, as points of a simplex
    chosen = math.log(max(share[one], TINY) / max(state.share[one], TINY))
    gain = _worth(on, counts, share, caught, state) - _worth(on, counts, state.share, state.caught, state)
    taken: bool = math.log(1.0 - generator.random()) < gain + volume + chosen
    if taken:
        state.share[:] = share
        state.caught[:] = caught
    return taken


@compiled
def _choose(share: NDArray[np.float64], point: float) -> int:
    one, sum_so_far = 0, share[0]
    while sum_so_far < point and one < share.shape[0] - 1:
        one += 1
        sum_so_far += share[one]
    return one


@compiled
def _worth(
    on: NDArray[np.bool_],
    counts: NDArray[np.int64],
    share: NDArray[np.float64],
    caught: NDArray[np.float64],
    state: Classes,
) -> float:
    """Return the logarithm of the posterior of shares and capture probabilities, up to a constant."""
    cells, odds = state.tried.cells, state.tried.odds
    classes, lists = caught.shape
    never, left = 0.0, 1.0
    worth = 0.0
    cells[:] = 0.0
    for one in range(classes):
        missed = share[one]
        for place in range(lists):
            missed *= 1.0 - caught[one, place]
            odds[place] = caught[one, place] / (1.0 - caught[one, place])
        never += missed
        for row in range(on.shape[0]):
            weight = missed
            for place in range(lists):
                if on[row, place]:
                    weight *= odds[place]
            cells[row] += weight
        if one < classes - 1:  # the density of a broken stick, as shares
            worth -= math.log(max(left, TINY))
            left -= share[one]
    worth += (state.concentration[0] - 1.0) * math.log(max(share[classes - 1], TINY))
    seen = math.log(max(1.0 - never, TINY))
    for row in range(on.shape[0]):
        worth += counts[row] * (math.log(max(cells[row], TINY)) - seen)
    return float(worth)


@compiled
def draw_concentration(state: Classes, prior: tuple[float, float], tries: int, generator: np.random.Generator) -> None:
    """Walk the logarithm of the concentration `tries` steps, given who belongs where; `prior`: shape and rate of its gamma."""
    here = state.concentration[0]
    worth = _worth_concentration(here, state.members, prior)
    for _ in range(tries):
        there = here * math.exp(generator.normal())
        if not 1e-6 < there < 1e6:
            continue
        found = _worth_concentration(there, state.members, prior)
        if math.log(1.0 - generator.random()) < found - worth:
            here, worth = there, found
    state.concentration[0] = here


@compiled
def _worth_concentration(concentration: float, members: NDArray[np.int64], prior: tuple[float, float]) -> float:
    worth = prior[0] * math.log(concentration) - prior[1] * concentration  # of its logarithm
    left = members.sum()
    for one in range(members.shape[0] - 1):
        rest = left - members[one]
        worth += math.log(concentration) + math.lgamma(concentration + rest) - math.lgamma(1.0 + concentration + left)
        left = rest
    return worth


@compiled
def swap_labels(state: Classes, generator: np.random.Generator) -> None:
    """Let two neighbours change places with the probability that sticks, summed out, give to it; each draws anew after."""
    classes = state.members.shape[0]
    one = int(generator.random() * (classes - 1))
    behind = 0.0
    for other in range(one + 2, classes):
        behind += state.members[other]
    first, second, extra = float(state.members[one]), float(state.members[one + 1]), state.concentration[0] + behind
    if one + 1 < classes - 1:
        gain = math.log(extra + second) - math.log(extra + first)
    else:  # the last has no stick of its own
        gain = math.lgamma(extra + first) - math.lgamma(extra + second)
        gain += math.lgamma(1.0 + second) - math.lgamma(1.0 + first)
    if math.log(1.0 - generator.random()) < gain:
        state.members[one], state.members[one + 1] = state.members[one + 1], state.members[one]
        for place in range(state.captures.shape[1]):
            kept = state.captures[one, place]
            state.captures[one, place] = state.captures[one + 1, place]
            state.captures[one + 1, place] = kept
