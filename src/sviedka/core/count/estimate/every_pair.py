# SPDX-License-Identifier: AGPL-3.0-or-later
"""The log-linear model in which every two lists interact, chosen by nobody.

A choice by BIC leaves out what few people show. Where people differ mildly, every two lists share a little more than chance, no
single pair shows it, all are left out, and every method that chooses says too few, with a narrow interval. This model keeps
them all: less precise where nothing is there, honest where something is.

Assumes: no three lists interact; everybody could have been caught.

Source: S. Fienberg, The multiple recapture census for closed populations, Biometrika 59 (1972) 591-603; why not to choose:
R. Regal and E. Hook, The effects of model selection on confidence intervals for the size of a closed population, Statistics in
Medicine 10 (1991) 717-721.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.core.count.estimate.failures import NotEstimable
from sviedka.core.count.estimate.hierarchical_models import richest_model
from sviedka.core.count.estimate.loglinear import fit_model, is_sound

if TYPE_CHECKING:
    from sviedka.core.count.capture import CaptureTable
    from sviedka.core.count.estimate.hidden import Hidden


def estimate_every_pair(table: CaptureTable) -> Hidden:
    """Return the people whom no list holds, with the variance that the model has if it is true.

    Raises:
        NotEstimable: The model has no extended maximum on this table, or more than one.
    """
    fit = fit_model(richest_model(len(table.lists), 2), table.people)
    if fit is None or not is_sound(fit, table.people):
        raise NotEstimable("The model in which every two lists interact has no estimate on this table.")
    return fit.hidden
