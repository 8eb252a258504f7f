# SPDX-License-Identifier: AGPL-3.0-or-later
"""Chao's lower bound: who was seen once and who was seen twice say how many at least were never seen.

It assumes that lists catch independently and that people differ; the more they differ, the further below the truth it
stays. So it is a bound, and never a total.

Source: A. Chao, Estimating the population size for capture-recapture data with unequal catchability, Biometrics 43
(1987) 783-791; for t occasions with the factor (t - 1) / t: A. Chao and R. Colwell, Thirty years of progeny from Chao's
inequality, SORT 41 (2017) 3-54, eq. 8 and the variance after eq. 9.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sviedka.core.count.estimate.failures import NotEstimable
from sviedka.core.count.estimate.hidden import Hidden
from sviedka.core.count.estimate.overlaps import count_frequencies

if TYPE_CHECKING:
    from sviedka.core.count.capture import CaptureTable


def estimate_lower_bound(table: CaptureTable) -> Hidden:
    """Return Chao's lower bound of the people whom no list holds: (t - 1) / t * f1^2 / (2 f2).

    Raises:
        NotEstimable: Fewer than two lists, nobody seen once, or nobody seen exactly twice.
    """
    lists = len(table.lists)
    once, twice = (int(number) for number in count_frequencies(table)[1:3]) if lists > 1 else (0, 0)
    if not once or not twice:
        raise NotEstimable("Chao's bound needs people on exactly one list and people on exactly two.")
    share, ratio = (lists - 1) / lists, once / twice
    hidden = share * once * ratio / 2
    variance = twice * (share * ratio**2 / 2 + share**2 * ratio**3 + share**2 * ratio**4 / 4)
    return Hidden(log=math.log(hidden), variance=variance / hidden**2)
