# SPDX-License-Identifier: AGPL-3.0-or-later
"""The saturated model without the interaction of all lists: the product of cells of odd degree over that of even degree.

It is one reading among many: the interaction of all lists cannot be seen in the data, and xi multiplies the unseen
if it is not nothing.

Source: S. Aleshin-Guendel, M. Sadinle and J. Wakefield, The central role of the identifying assumption in population
size estimation, Biometrics 80 (2024), arXiv 2101.09304; variance of the logarithm by the delta method: the sum of 1/n.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sviedka.core.count.estimate.failures import NotEstimable
from sviedka.core.count.estimate.hidden import Hidden

if TYPE_CHECKING:
    from sviedka.core.count.capture import CaptureTable


def estimate_saturated(table: CaptureTable) -> Hidden:
    """Return the unseen if the lists interact in every way but all at once.

    Raises:
        NotEstimable: A pattern of lists has nobody.
    """
    cells = table.people[1:].astype(np.float64)
    if bool((cells == 0).any()):
        raise NotEstimable("Some patterns of lists have nobody, and this model needs people in each.")
    odd = np.bitwise_count(np.arange(1, table.people.size, dtype=np.uint64)) % 2 == 1
    return Hidden(log=float(np.where(odd, 1, -1) @ np.log(cells)), variance=float((1 / cells).sum()))
