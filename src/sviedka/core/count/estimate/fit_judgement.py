# SPDX-License-Identifier: AGPL-3.0-or-later
"""Is a table as it would be if a model were true? Tables are invented from the fit, fitted again, and compared by their deviance.

A family of models is judged by its richest member: what that cannot fit, no smaller one can, and nothing is chosen before.

Source: deviance with its distribution by simulation, since many cells are small: A. Davison and D. Hinkley, Bootstrap Methods
and their Application (1997), section 4.2; stopping early: J. Besag and P. Clifford, Sequential Monte Carlo p-values,
Biometrika 78 (1991) 301-304.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import xlogy

from sviedka.core.count.estimate.loglinear import fit_model

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from sviedka.core.count.estimate.hierarchical_models import Model
    from sviedka.core.count.estimate.loglinear import LogLinearFit

SAMPLES: Final = 1_999
ENOUGH: Final = 20
"""Invented tables that fit worse, after which it is clear that the model is not refuted."""
NO_DEVIANCE: Final = 1e-6


def judge_fit(richest: Iterable[Model], people: NDArray[np.int64], generator: np.random.Generator) -> float | None:
    """Return the share of invented tables that fit as badly as `people` (`int64[2**t]`), 1/2,000 to 1; None if nothing fits.

    Args:
        richest: The models of a family that no other contains; the one that fits best is judged.
        people: The table.
        generator: Invents.
    """
    fits = [fit for model in richest if (fit := fit_model(model, people)) is not None]
    if not fits:
        return None
    best = min(fits, key=lambda fit: measure_deviance(fit, people))
    here = measure_deviance(best, people)
    if here < NO_DEVIANCE:
        return 1.0
    worse = 0
    for tried in range(1, SAMPLES + 1):
        invented = generator.poisson(best.means).astype(np.int64)
        invented[0] = 0
        again = fit_model(best.model, invented)
        worse += again is None or measure_deviance(again, invented) >= here
        if worse == ENOUGH:
            return worse / tried
    return (worse + 1) / (SAMPLES + 1)


def measure_deviance(fit: LogLinearFit, people: NDArray[np.int64]) -> float:
    """Return how far the fit is from `people`: twice the gain in log likelihood of a fit that is exact."""
    seen, means = people[1:].astype(np.float64), fit.means[1:]
    ratio = np.divide(seen, means, out=np.ones_like(means), where=(seen > 0) & (means > 0))
    return float(2 * (xlogy(seen, ratio) - seen + means).sum())
