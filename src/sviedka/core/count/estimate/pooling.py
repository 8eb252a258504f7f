# SPDX-License-Identifier: AGPL-3.0-or-later
"""Several linkages, one doubt: what each says of the unseen is pooled, with the differences between them added.

On the logarithm of the unseen: Q the mean over m draws, W the mean of their variances, B the variance between them,
total T = W + (1 + 1/m) B, Student's t with (m - 1) (1 + W / ((1 + 1/m) B))^2 degrees of freedom.

Source: M. Sadinle, Bayesian propagation of record linkage uncertainty into population size estimation of human rights
violations, Annals of Applied Statistics 12 (2018) 1013-1038; the rules: D. Rubin, Multiple Imputation (1987), section 3.1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import norm, t

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sviedka.core.count.estimate.hidden import Hidden


@dataclass(frozen=True, kw_only=True)
class Pooled:
    """The unseen by one method over all draws.

    Attributes:
        log: Q.
        within: W.
        between: B, 0 for a single draw.
        draws: m.
    """

    log: float
    within: float
    between: float
    draws: int

    @property
    def total(self) -> float:
        """The variance T."""
        return self.within + (1 + 1 / self.draws) * self.between

    @property
    def people(self) -> float:
        """The unseen."""
        return math.exp(self.log)

    def reach(self, level: float = 0.95) -> float:
        """Return how many within-draw standard deviations the interval of `level` reaches to each side.

        One method's own interval is stretched by this, over what it reaches for a single draw, and so keeps its shape.
        """
        between = (1 + 1 / self.draws) * self.between
        share = 0.5 + level / 2
        if between <= 0 or self.within <= 0:
            return float(norm.ppf(share))
        freedom = (self.draws - 1) * (1 + self.within / between) ** 2
        return float(t.ppf(share, freedom)) * math.sqrt(self.total / self.within)

    def interval(self, low: float, high: float, level: float = 0.95) -> tuple[float, float]:
        """Return the ends for the unseen.

        Args:
            low: How far the lower end of a single draw's interval lies below its middle, on the logarithm.
            high: How far the upper end lies above.
            level: Of that interval, and of the one returned.
        """
        stretch = self.reach(level) / float(norm.ppf(0.5 + level / 2))
        return math.exp(self.log - low * stretch), math.exp(self.log + high * stretch)


def pool(draws: Sequence[Hidden]) -> Pooled:
    """Pool one estimate for each draw, at least one."""
    logs = np.array([draw.log for draw in draws])
    return Pooled(
        log=float(logs.mean()),
        within=float(np.mean([draw.variance for draw in draws])),
        between=float(logs.var(ddof=1)) if len(draws) > 1 else 0.0,
        draws=len(draws),
    )
