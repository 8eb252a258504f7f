# SPDX-License-Identifier: AGPL-3.0-or-later
"""How much work an estimate is given: for a publication, or for a simulation of two hundred of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from sviedka.core.count.estimate.latent_class import ChainPlan


@dataclass(frozen=True, kw_only=True)
class EstimatePlan:
    """What is computed.

    Attributes:
        order: How many lists may interact at once in log-linear models; None: 3, or 2 with five lists and more.
        top_models: Among how many models each resampled table chooses again.
        samples: Resampled tables.
        chains: Of the latent class model on the linkage decided.
        draw_chains: On each linkage draw.
        level: Of all intervals.
    """

    order: int | None = None
    top_models: int = 20
    samples: int = 1_000
    chains: ChainPlan = field(default_factory=lambda: ChainPlan(chains=8, sweeps=110_000, warm_up=10_000, thin=10))
    draw_chains: ChainPlan = field(default_factory=lambda: ChainPlan(chains=2, sweeps=22_000, warm_up=2_000, thin=10))
    level: float = 0.95
