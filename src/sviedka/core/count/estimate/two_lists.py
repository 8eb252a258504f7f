# SPDX-License-Identifier: AGPL-3.0-or-later
"""Chapman's estimator from two lists: the share of one list that the other holds is the share that the other holds of all.

It assumes that the two lists catch independently and that everybody is equally likely to be on one. Both are seldom
true, so its numbers for each two lists stand in the table of overlaps, and never in the envelope.

Source: D. Chapman, Some properties of the hypergeometric distribution, Univ. California Publ. Statist. 1 (1951) 131-160;
variance: G. Seber, Biometrika 57 (1970) 313-318.
"""

from __future__ import annotations

import math


def estimate_from_two(*, first: int, second: int, both: int) -> tuple[float, float]:
    """Return Chapman's estimate of all people and its standard error.

    Args:
        first: People on the first list.
        second: People on the second.
        both: People on both, at most the smaller of the two.
    """
    people = (first + 1) * (second + 1) / (both + 1) - 1
    variance = (first + 1) * (second + 1) * (first - both) * (second - both) / ((both + 1) ** 2 * (both + 2))
    return people, math.sqrt(variance)
