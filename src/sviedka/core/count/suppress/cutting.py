# SPDX-License-Identifier: AGPL-3.0-or-later
"""Turns a success of the attacker into a rule that any safe choice of hidden cells satisfies.

By duality no choice of hidden cells lets a number go further than the sum over all numbers of what their
bounds contribute; so enough of those that matter have to be hidden. Source: Fischetti & Salazar-González, *Solving the Cell
Suppression Problem on Tabular Data with Linear Constraints*, Management Science 47 (2001), §3; coefficients are cut down
to what is missing, which no choice of whole cells can tell apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sviedka.core.count.suppress.attack import Extreme
    from sviedka.core.count.suppress.system import System

NOTHING: Final = 1e-7
"""A reduced cost below this is the solver's noise."""


@dataclass(frozen=True, kw_only=True)
class Cut:
    """`coefficient @ hidden >= least`, over all numbers; 0 where there is no choice.

    Attributes:
        coefficient: `float64[n]`.
        least: What has to be reached.
    """

    coefficient: NDArray[np.float64]
    least: float


def cut_reach(system: System, extreme: Extreme, *, missing: float) -> Cut:
    """Return the rule that lets a number go `missing` away from its true value, in the direction that was tried.

    Args:
        system: The equations.
        extreme: What the attacker found when too little was hidden.
        missing: How far from the true value the number has to be able to go; above 0.
    """
    hidden, shown = _contributions(system, extreme)
    least = missing - _fixed(system, hidden, shown)
    gain = np.where(system.is_open, np.minimum(hidden - shown, least), 0)
    return Cut(coefficient=gain, least=least)


def cut_width(system: System, column: int, extremes: tuple[Extreme, Extreme], *, width: float) -> Cut:
    """Return the rule that leaves a number `width` of doubt if it is hidden at all.

    Args:
        system: The equations.
        column: The hidden number.
        extremes: Its least and greatest value.
        width: What has to lie between them.
    """
    both = [_contributions(system, extreme) for extreme in extremes]
    hidden, shown = (both[0][side] + both[1][side] for side in (0, 1))
    fixed = _fixed(system, hidden, shown)
    gain = np.where(system.is_open, np.minimum(hidden - shown, width - fixed), 0)
    if not system.is_open[column]:
        return Cut(coefficient=gain, least=width - fixed)
    gain[column] -= width
    return Cut(coefficient=gain, least=-fixed)


def _contributions(system: System, extreme: Extreme) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return how much further the bounds of each number let the extreme go, if it is hidden and if it is shown."""
    used = np.where(np.abs(extreme.used) < NOTHING, 0, extreme.used)
    hidden, shown = (
        np.maximum(-used * (limits[0] - system.value), -used * (limits[1] - system.value))
        for limits in (system.hidden_range, system.shown_range)
    )
    return hidden, shown


def _fixed(system: System, hidden: NDArray[np.float64], shown: NDArray[np.float64]) -> float:
    return float(np.where(system.is_shown | system.is_open, shown, hidden).sum())
