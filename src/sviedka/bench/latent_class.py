# SPDX-License-Identifier: AGPL-3.0-or-later
"""How long the latent class model takes for Kosovo: four chains that go on until they agree to 1.01."""

from __future__ import annotations

import shutil
import subprocess
from typing import Final

import numpy as np

from sviedka.bench.measurement import ABSENT, Measurement, seconds
from sviedka.core.count.estimate.latent_class import CLASSES, ChainPlan, ClassPosterior, sample_classes

# P. Ball et al., Killings and refugee flow in Kosovo (2002): four lists, 4,400 people; cells 0001 to 1111 in binary order.
KOSOVO: Final = (306, 936, 123, 845, 31, 217, 32, 1131, 106, 228, 42, 177, 18, 181, 27)
PLAN: Final = ChainPlan(chains=4, sweeps=100_000, warm_up=10_000, thin=10, most_sweeps=300_000)
QUICK: Final = ChainPlan(chains=4, sweeps=2_000, warm_up=200, thin=10)
SEED: Final = 4
_PEER: Final = "LCMCR (R)"
_R_PROGRAM: Final = """
suppressMessages(library(LCMCR)); data(kosovo_aggregate)
took <- system.time(for (one in 1:4) {
  s <- lcmCR(kosovo_aggregate, tabular = TRUE, K = 10, seed = one, buffer_size = 20000, thinning = 10)
  lcmCR_PostSampl(s, burnin = 20000, samples = 20000, thinning = 10)
})
cat(took[["elapsed"]])
"""


def measure_lcm_kosovo(*, quick: bool = False) -> Measurement:
    """Run four chains over the table of Kosovo, compiled before, until they agree.

    Bound: the random numbers of those sweeps alone, drawn in bulk over as many threads.
    """
    plan = QUICK if quick else PLAN
    people = np.array([0, *KOSOVO], dtype=np.int64)
    _sample(people, QUICK)
    found: list[ClassPosterior] = []
    took = seconds(lambda: found.append(_sample(people, plan)))
    sweeps = plan.warm_up + plan.thin * found[0].unseen.shape[1]
    return Measurement(
        values=[took],
        unit="s",
        bound=_draws_alone(plan, sweeps),
        lower_is_better=True,
        reach="10 s, R-hat at most 1.01, median 10,400 within 5 %; ahead of the R package where R is",
        peers={_PEER: ABSENT if quick else _peer_ratio(took)},
        beside={
            "sweeps of each": sweeps,
            "R-hat": found[0].r_hat,
            "effective draws": found[0].effective,
            "median": float(np.median(found[0].unseen) + sum(KOSOVO)),
        },
    )


def _sample(people: np.ndarray[tuple[int], np.dtype[np.int64]], plan: ChainPlan) -> ClassPosterior:
    return sample_classes(people, plan=plan, seeds=np.random.SeedSequence(SEED))


def _draws_alone(plan: ChainPlan, sweeps: int) -> float:
    """Return the seconds of drawing, in bulk, a beta for each class and list and each stick, and two gamma draws a sweep."""
    generator, tried = np.random.default_rng(SEED), 10_000
    betas = CLASSES * 4 + CLASSES - 1
    took = seconds(lambda: (generator.beta(50.0, 50.0, size=tried * betas), generator.gamma(50.0, size=2 * tried)))
    return took * plan.chains * sweeps / tried / plan.workers


def _peer_ratio(took: float) -> float | str:
    """Return how many times as fast as the R package we are, or that it is not installed."""
    program = shutil.which("Rscript")
    if program is None:
        return ABSENT
    done = subprocess.run([program, "-e", _R_PROGRAM], capture_output=True, text=True, check=False)
    return float(done.stdout) / took if done.returncode == 0 else ABSENT
