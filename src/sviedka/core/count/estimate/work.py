# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every method is given, and how what it says on each draw of the linkage becomes one row."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sviedka.core.count.estimate.method import MethodResult, Role
from sviedka.core.count.estimate.pooling import pool

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sviedka.core.base.progress import Progress
    from sviedka.core.count.capture import CaptureTable
    from sviedka.core.count.estimate.hidden import Hidden
    from sviedka.core.count.estimate.plan import EstimatePlan


@dataclass(frozen=True, kw_only=True)
class Work:
    """What every method is given.

    Attributes:
        tables: The linkage decided, then its draws; lists in the settled order.
        plan: How much work.
        seed: From which each method takes its own stream.
        progress: Told of each table.
    """

    tables: Sequence[CaptureTable]
    plan: EstimatePlan
    seed: int
    progress: Progress

    def stream(self, *key: int) -> np.random.SeedSequence:
        """Return the stream of random numbers of one method and table."""
        return np.random.SeedSequence(self.seed, spawn_key=key)


def pooled_row(
    work: Work,
    name: str,
    role: Role,
    hidden: Sequence[Hidden],
    ends: tuple[float, float],
    facts: Mapping[str, str | float],
) -> MethodResult:
    """Return one method's row over all draws.

    Args:
        work: What it was given.
        name: The method's word.
        role: What its number is.
        hidden: What it says of the linkage decided, then of those draws of which it says something.
        ends: Of its interval for the unseen on the linkage decided; the draws move and stretch it.
        facts: What it tells besides.
    """
    drawn = hidden[1:] if len(hidden) > 1 else hidden
    pooled = pool(drawn)
    seen = [table.observed for table in work.tables]
    here = hidden[0].log
    low, high = pooled.interval(here - math.log(ends[0]), math.log(ends[1]) - here, work.plan.level)
    linkage = pooled.between * (1 + 1 / pooled.draws) / pooled.total if pooled.total > 0 else 0.0
    return MethodResult(
        name=name,
        role=role,
        people=float(np.median(seen)) + pooled.people,
        low=min(seen) + low,
        high=max(seen) + high,
        facts={**facts, "linkage_share": linkage},
    )
