# SPDX-License-Identifier: AGPL-3.0-or-later
"""How many people no list holds, on the logarithmic scale on which its doubt is nearly even to both sides."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist


@dataclass(frozen=True, kw_only=True)
class Hidden:
    """The people whom no list holds, by one method on one table.

    Attributes:
        log: The natural logarithm of their number.
        variance: Of `log`; 0 if the method tells none.
    """

    log: float
    variance: float

    @property
    def people(self) -> float:
        """How many."""
        return math.exp(self.log)

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the two ends, symmetric in the logarithm, that hold `level` of the doubt if that is normal there."""
        reach = NormalDist().inv_cdf(0.5 + level / 2) * math.sqrt(self.variance)
        return math.exp(self.log - reach), math.exp(self.log + reach)
