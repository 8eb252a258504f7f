# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bayesian latent class model: people differ, and people of one class are caught by each list independently.

The number of classes is not chosen: their shares are a stick broken again and again (a truncated Dirichlet process). Priors:
capture probabilities uniform, concentration Gamma(1/4, 1/4), all people 1/N.

Assumes: classes explain all dependence between lists; nobody has no chance at all.

Source: D. Manrique-Vallier, Bayesian population size estimation using Dirichlet process mixtures, Biometrics 72 (2016)
1246-1254.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from sviedka.core.count.estimate.chain_quality import effective_size, potential_scale_reduction
from sviedka.core.count.estimate.hidden import Hidden
from sviedka.core.count.estimate.latent_class_loops import sweep_chain
from sviedka.core.count.estimate.latent_class_state import fresh_classes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sviedka.core.count.estimate.latent_class_state import Classes

CLASSES: Final = 10
CONCENTRATION: Final = (0.25, 0.25)
LARGEST_R_HAT: Final = 1.05
"""Above it the chains' numbers mean nothing."""
WANTED_R_HAT: Final = 1.01
"""Until here chains go on, if they may."""
LEAST_EFFECTIVE: Final = 400


@dataclass(frozen=True, kw_only=True)
class ChainPlan:
    """How the chains run.

    Attributes:
        chains: How many, 2 and more.
        sweeps: Of each chain, the warm-up included.
        warm_up: Sweeps thrown away at the beginning, fewer than `sweeps`.
        thin: One in so many is kept.
        most_sweeps: Chains that do not agree yet go on, `sweeps` at a time, but not beyond this; None: they never go on.
        workers: Threads at once.
    """

    chains: int = 8
    sweeps: int = 60_000
    warm_up: int = 10_000
    thin: int = 10
    most_sweeps: int | None = None
    workers: int = 2


@dataclass(frozen=True, kw_only=True, eq=False)
class ClassPosterior:
    """What the chains drew.

    Attributes:
        unseen: `int64[c, n]`: people whom no list holds, by chain, warm-up left out.
        r_hat: Split R-hat of their logarithm.
        effective: Effective sample size of their logarithm.
    """

    unseen: NDArray[np.int64]
    r_hat: float
    effective: float

    @property
    def settled(self) -> bool:
        """The chains agree well enough that their numbers mean something."""
        return self.r_hat <= LARGEST_R_HAT and self.effective >= LEAST_EFFECTIVE

    @property
    def agreed(self) -> bool:
        """The chains agree so well that going on would say nothing new."""
        return self.r_hat <= WANTED_R_HAT and self.effective >= LEAST_EFFECTIVE

    @property
    def hidden(self) -> Hidden:
        """Mean and variance of the logarithm; half a person is added, since there may be none."""
        logs = np.log(self.unseen + 0.5)
        return Hidden(log=float(logs.mean()), variance=float(logs.var()))


def sample_classes(people: NDArray[np.int64], *, plan: ChainPlan, seeds: np.random.SeedSequence) -> ClassPosterior:
    """Run the chains on `people` (`int64[2**t]`); the same seed gives the same draws, however many threads run.

    Args:
        people: The table.
        plan: How long and how many.
        seeds: Each chain takes one child of it.
    """
    patterns = np.nonzero(people)[0]
    places = np.arange(people.size.bit_length() - 2, -1, -1)
    on, counts = (patterns[:, None] >> places & 1).astype(np.bool_), people[patterns]
    children = (np.random.SeedSequence(seeds.entropy, spawn_key=(*seeds.spawn_key, one)) for one in range(plan.chains))
    generators = [np.random.Generator(np.random.PCG64(child)) for child in children]
    states = [fresh_classes(CLASSES, on, generator) for generator in generators]

    def go_on(state: Classes, generator: np.random.Generator) -> NDArray[np.int64]:
        return sweep_chain(on, counts, state, plan.sweeps, plan.thin, CONCENTRATION, generator)

    with ThreadPoolExecutor(plan.workers) as pool:
        drawn = [np.stack(list(pool.map(go_on, states, generators)))]
        found = _judge(drawn, plan)
        while not found.agreed and (len(drawn) + 1) * plan.sweeps <= (plan.most_sweeps or 0):
            drawn.append(np.stack(list(pool.map(go_on, states, generators))))
            found = _judge(drawn, plan)
    return found


def _judge(drawn: list[NDArray[np.int64]], plan: ChainPlan) -> ClassPosterior:
    """Return what the chains have drawn so far, judged."""
    unseen = np.concatenate(drawn, axis=1)[:, plan.warm_up // plan.thin :]
    logs = np.log(unseen + 0.5)
    return ClassPosterior(unseen=unseen, r_hat=potential_scale_reduction(logs), effective=effective_size(logs))
