# SPDX-License-Identifier: AGPL-3.0-or-later
"""Intervals that also carry the doubt of the model choice: each resampled table chooses its own model again.

Bias-corrected and accelerated (BCa): the quantiles of the resampled estimates are shifted by how far they sit from the
estimate and by how fast their spread changes, the latter from leaving out one person at a time.

Source: B. Efron, Better bootstrap confidence intervals, JASA 82 (1987) 171-185; with the choice of model inside: Silverman,
Chan and Vincent, Statistics and Computing 34 (2024) 44, section 3.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from sviedka.core.base.progress import unwatched
from sviedka.core.count.estimate.failures import NotEstimable

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from sviedka.core.base.progress import Progress

    Estimator = Callable[[NDArray[np.int64]], float | None]
    """From `int64[2**t]` to the logarithm of the people whom no list holds; None if it cannot say."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Bootstrap:
    """Resampled estimates and what corrects their quantiles.

    Attributes:
        log_hidden: `float64[b]`, ascending: estimates on the resampled tables that had one.
        failed: How many resampled tables had none.
        bias: z0, in standard deviations.
        acceleration: a.
    """

    log_hidden: NDArray[np.float64]
    failed: int
    bias: float
    acceleration: float

    @property
    def variance(self) -> float:
        """The variance of the resampled logarithms, from their middle half, so that a few wild tables do not decide it."""
        low, high = np.quantile(self.log_hidden, [0.25, 0.75])
        return float(((high - low) / (2 * NormalDist().inv_cdf(0.75))) ** 2)

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the BCa interval for the people whom no list holds."""
        low, high = (self._quantile(share) for share in ((1 - level) / 2, (1 + level) / 2))
        return float(np.exp(low)), float(np.exp(high))

    def _quantile(self, share: float) -> float:
        normal = NormalDist()
        shifted = self.bias + normal.inv_cdf(share)
        corrected = normal.cdf(self.bias + shifted / (1 - self.acceleration * shifted))
        return float(np.quantile(self.log_hidden, corrected))


def bootstrap_table(
    people: NDArray[np.int64],
    estimate: Estimator,
    *,
    samples: int,
    generator: np.random.Generator,
    progress: Progress = unwatched,
) -> Bootstrap:
    """Resample the people seen `samples` times and estimate each time, the choice of model included.

    Args:
        people: `int64[2**t]`.
        estimate: What is applied to each table, `people` first.
        samples: 1,000 for a publication; 200 for simulations.
        generator: Made from a seed that the caller keeps.
        progress: Told of each table.

    Raises:
        NotEstimable: The table itself, or more than half of the resampled ones, have no estimate.
    """
    here = estimate(people)
    if here is None:
        raise NotEstimable("No model has an estimate on this table.")
    seen = int(people.sum())
    found: list[float] = []
    progress(0, samples)
    for table in generator.multinomial(seen, people / seen, size=samples):
        if (one := estimate(table)) is not None:
            found.append(one)
        progress(1)
    if 2 * len(found) < samples:
        raise NotEstimable("Most resampled tables have no estimate: the overlaps are too small.")
    values = np.sort(np.array(found))
    # Ties are split: with a choice among few models many tables agree to the last digit.
    below = float((values < here).mean() + (values == here).mean() / 2)
    bias = NormalDist().inv_cdf(min(max(below, 0.5 / samples), 1 - 0.5 / samples))
    return Bootstrap(
        log_hidden=values,
        failed=samples - len(found),
        bias=bias,
        acceleration=_accelerate(people, estimate),
    )


def _accelerate(people: NDArray[np.int64], estimate: Estimator) -> float:
    """Return Efron's a from the jackknife; people of one pattern are alike, so each pattern is left out once."""
    patterns = np.nonzero(people)[0]
    without = [(estimate(people - (np.arange(people.size) == one)), int(people[one])) for one in patterns]
    told = [(np.exp(log), weight) for log, weight in without if log is not None]
    values, weights = (
        (np.array(column, dtype=np.float64) for column in zip(*told, strict=True))
        if told
        else (np.zeros(1), np.ones(1))
    )
    away = np.average(values, weights=weights) - values
    spread = float((weights * away**2).sum())
    return float((weights * away**3).sum() / (6 * spread**1.5)) if spread > 0 else 0.0
