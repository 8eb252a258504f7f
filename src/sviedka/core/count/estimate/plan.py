# SPDX-License-Identifier: AGPL-3.0-or-later
"""How much work an estimate is given: for a publication, or for a simulation of two hundred of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sviedka.core.count.estimate.hierarchical_models import MOST_LISTS_SEARCHED
from sviedka.core.count.estimate.latent_class import ChainPlan

_LONG: Final = ChainPlan(chains=8, sweeps=60_000, warm_up=10_000, thin=10, most_sweeps=300_000)
_SHORT: Final = ChainPlan(chains=2, sweeps=22_000, warm_up=2_000, thin=10)


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
    chains: ChainPlan = _LONG
    draw_chains: ChainPlan = _SHORT
    level: float = 0.95

    def interactions(self, lists: int) -> int:
        """Return how many of `lists` lists may interact at once."""
        return self.order or (3 if lists < MOST_LISTS_SEARCHED else 2)
