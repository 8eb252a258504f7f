# SPDX-License-Identifier: AGPL-3.0-or-later
"""How often the range holds the truth, on invented populations whose size is known, and how wide it is."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from statistics import mean, median
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sviedka.bench.measurement import Measurement
from sviedka.bench.simulated_lists import COUNTED, TRUTH, simulate_linkage, train_once
from sviedka.core.count.estimate.estimating import estimate_people
from sviedka.core.count.estimate.latent_class import ChainPlan
from sviedka.core.count.estimate.plan import EstimatePlan

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CHAINS: Final = ChainPlan(chains=2, sweeps=20_000, warm_up=4_000, thin=5, workers=1)
PLAN: Final = EstimatePlan(samples=200, top_models=20, chains=CHAINS, draw_chains=CHAINS)
WORKERS: Final = 2


@dataclass(frozen=True, kw_only=True)
class Population:
    """What became of one population.

    Attributes:
        low, high: The envelope, whether it may be published or not.
        refused: The codes for which it may not.
        bias: Linked count over the true one, less 1, averaged over draws.
        methods: By name, whether the method's own interval holds the truth.
    """

    low: float
    high: float
    refused: tuple[str, ...]
    bias: float
    methods: Mapping[str, bool]

    @property
    def covered(self) -> bool:
        """The envelope holds the truth."""
        return self.low <= TRUTH <= self.high


def estimate_populations(count: int, *, seed: int = 1) -> list[Population]:
    """Invent `count` populations, link and estimate each, on two processes; the linkage is trained once."""
    one = partial(_estimate_one, seed, train_once())
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as pool:
        return list(pool.map(one, range(count)))


def _estimate_one(seed: int, model: Mapping[str, Any], number: int) -> Population:
    linkage = simulate_linkage(np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(number,))), model)
    report = estimate_people(linkage.tables, counted=COUNTED, seed=number, plan=PLAN).report
    low, high = report.envelope or (0.0, 0.0)
    return Population(
        low=low,
        high=high,
        refused=tuple(one.code for one in report.refusal),
        bias=mean(table.observed for table in linkage.tables[1:]) / linkage.seen - 1,
        methods={
            one.name: one.low <= TRUTH <= one.high
            for one in report.methods
            if one.low is not None and one.high is not None
        },
    )


def coverage_of(populations: Sequence[Population]) -> float:
    """Return the share of populations whose envelope holds the truth."""
    return mean(one.covered for one in populations)


def describe_populations(populations: Sequence[Population]) -> dict[str, float | str]:
    """Return what stands beside the coverage: width, refusals, bias, and each method by itself."""
    given = [one for one in populations if not one.refused]
    told: dict[str, float | str] = {
        "populations": len(populations),
        "median width, of the truth": median((one.high - one.low) / TRUTH for one in populations),
        "median lower end": median(one.low for one in populations),
        "median upper end": median(one.high for one in populations),
        "refused": 1 - len(given) / len(populations),
        "bias of the linked count": mean(one.bias for one in populations),
        "largest bias of one": max(abs(one.bias) for one in populations),
    }
    if given:
        told["coverage where a range is given"] = mean(one.covered for one in given)
        told["median width where a range is given"] = median((one.high - one.low) / TRUTH for one in given)
    for name in sorted({name for one in populations for name in one.methods}):
        held = [one.methods[name] for one in populations if name in one.methods]
        told[f"{name} alone"] = f"{mean(held):.2f} of {len(held)}"
    return told


def measure_count_coverage(*, quick: bool = False) -> Measurement:
    """Estimate twenty invented populations of 2,000.

    Bound: every range holds the truth. 200 of them are estimated by `make test-long`.
    """
    populations = estimate_populations(2 if quick else 20)
    return Measurement(
        values=[coverage_of(populations)],
        unit="of populations",
        bound=1.0,
        reach="0.9 of 200 populations; bias of the linked count at most 0.03",
        beside=describe_populations(populations),
    )
