# SPDX-License-Identifier: AGPL-3.0-or-later
"""From weights of evidence to probabilities, and from those to decisions that give the right number of people.

Of a threshold for counting one thing is asked: that as many links are expected to be wrong above it as to be missed below.
One that is chosen so that hardly any link is wrong misses many, and the count comes out too high; what was estimated from it
comes out higher still.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

AUTO: Final = 0.99
REVIEW: Final = 0.2
KEPT: Final = 0.01
"""Pairs less likely than this are apart and are not kept in the run."""

_ROUNDS: Final = 200
_STILL: Final = 1e-9


class State(IntEnum):
    """What is done with a pair."""

    APART = 0
    REVIEW = 1
    AUTO = 2


def probabilities(bits: NDArray[np.float64], *, possible: float, recall: float = 1.0) -> NDArray[np.float64]:
    """Return the probability of each pair, with the prior that the evidence itself asks for.

    The prior is the share of true pairs among all possible ones: the fixed point of `prior = sum(p) / (recall * possible)`.

    Args:
        bits: log2 of the likelihood ratio.
        possible: How many pairs there are in all.
        recall: Share of the true pairs that were compared, over 0.
    """
    ratios = np.exp2(np.clip(bits, -200, 200))
    prior = max(1.0, float((bits > np.log2(possible)).sum())) / possible if len(bits) else 0.5
    for _ in range(_ROUNDS):
        odds = ratios * (prior / (1 - prior))
        after = min(max(float((odds / (1 + odds)).sum()) / (recall * possible), 1e-15), 0.5)
        if abs(after - prior) <= _STILL * prior:
            break
        prior = after
    odds = ratios * (prior / (1 - prior))
    found: NDArray[np.float64] = odds / (1 + odds)
    return found


def counting_threshold(p: NDArray[np.float64], *, recall: float = 1.0) -> float:
    """Return the probability from which on pairs are linked: as many wrong links expected above as missed below.

    Args:
        p: All pairs that were compared.
        recall: Share of the true pairs that were compared; the others are missed as well.
    """
    falling = np.sort(p)[::-1]
    true = np.cumsum(falling)
    wrong = np.arange(1, len(falling) + 1) - true
    missed = (true[-1] / recall if len(true) else 0.0) - true
    above = int(np.searchsorted(wrong - missed, 0.0, side="left"))  # wrong rises and missed falls: they cross once
    if not len(falling):
        return 0.5
    return float(falling[min(above, len(falling) - 1)])


def decide(p: NDArray[np.floating], conflict: NDArray[np.bool_]) -> NDArray[np.int8]:
    """Return the `State` of each pair: what conflicts is never linked by machine, and asked about if it is likely else."""
    state = np.where(p >= AUTO, State.AUTO, np.where(p >= REVIEW, State.REVIEW, State.APART))
    return np.where(conflict & (state == State.AUTO), State.REVIEW, state).astype(np.int8)


def expected_quality(p: NDArray[np.floating], threshold: float, *, recall: float = 1.0) -> tuple[float, float]:
    """Return the precision and recall of pairs that are expected above a threshold, by the probabilities alone."""
    linked = p[p >= threshold]
    true = float(p.sum()) / recall
    return (float(linked.mean()) if len(linked) else 1.0, float(linked.sum()) / true if true else 1.0)
