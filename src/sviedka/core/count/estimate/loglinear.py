# SPDX-License-Identifier: AGPL-3.0-or-later
"""Log-linear Poisson models: fitted, checked for existence, and compared by BIC.

The number of people in each pattern of lists is Poisson with a mean that is a product of effects of lists and of groups of
lists; the people whom no list holds are the pattern in which only the intercept is left.

Assumes: the lists interact as the model says and no further, which no data can show; everybody could have been caught.

Source: S. Fienberg, The multiple recapture census for closed populations, Biometrika 59 (1972) 591-603; BIC = -2 log L +
k log n with the full Poisson likelihood, k all terms, those at minus infinity too, and n the people seen (Silverman, Chan and
Vincent, Bootstrapping multiple systems estimates to account for model selection, Statistics and Computing 34 (2024) 44).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import gammaln, xlogy

from sviedka.core.count.estimate.existence import examine_model
from sviedka.core.count.estimate.hidden import Hidden
from sviedka.core.count.estimate.hierarchical_models import Model, all_models
from sviedka.core.count.estimate.poisson_loops import CERTAIN, SINGULAR, fit_terms

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from sviedka.core.count.capture import CaptureTable


@dataclass(frozen=True, kw_only=True, eq=False)
class LogLinearFit:
    """One model on one table.

    Attributes:
        model: Its terms.
        bic: Bayesian information criterion; lower is better.
        means: `float64[2**t]` fitted numbers of people, at 0 those whom no list holds.
        hidden: Those people, with the variance that the model has if it is true (Wald, on the logarithm).
        certain: The fit itself proves that the maximum exists; else `is_sound` asks the linear program.
    """

    model: Model
    bic: float
    means: NDArray[np.float64]
    hidden: Hidden
    certain: bool


def fit_model(model: Model, people: NDArray[np.int64]) -> LogLinearFit | None:
    """Return the fit of `model` to `people` (`int64[2**t]`), or None if the model is not identifiable there."""
    counts = people.astype(np.float64)
    status, beta, means, variance = fit_terms(np.array(model, dtype=np.int64), counts)
    if status == SINGULAR:
        return None
    likelihood = float((xlogy(counts[1:], means[1:]) - means[1:] - gammaln(counts[1:] + 1)).sum())
    bic = -2 * likelihood + len(model) * math.log(counts.sum())
    hidden = Hidden(log=float(beta[0]), variance=float(variance))
    return LogLinearFit(model=model, bic=bic, means=means, hidden=hidden, certain=status == CERTAIN)


def is_sound(fit: LogLinearFit, people: NDArray[np.int64]) -> bool:
    """Return whether the extended maximum exists and is the only one."""
    return fit.certain or examine_model(fit.model, people).sound


def rank_models(
    models: Iterable[Model], people: NDArray[np.int64], *, most: int | None = None
) -> tuple[LogLinearFit, ...]:
    """Return the sound fits among `models`, the lowest BIC first.

    Args:
        models: What to try.
        people: `int64[2**t]`.
        most: Stop after so many; the linear program is then asked of no more models than needed.
    """
    tried = [fit for model in models if (fit := fit_model(model, people)) is not None]
    found: list[LogLinearFit] = []
    for fit in sorted(tried, key=lambda fit: (fit.bic, len(fit.model), fit.model)):
        if most is not None and len(found) >= most:
            break
        if is_sound(fit, people):
            found.append(fit)
    return tuple(found)


def search_models(table: CaptureTable, *, order: int, most: int | None = None) -> tuple[LogLinearFit, ...]:
    """Return the sound hierarchical models of `table` with interactions of at most `order` lists, the lowest BIC first."""
    return rank_models(all_models(len(table.lists), order), table.people, most=most)
