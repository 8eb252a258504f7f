# SPDX-License-Identifier: AGPL-3.0-or-later
"""Everything ever published, as one set of equations: what an attacker can write down.

A column is a number: a cell in one state, the change of a cell from one version to the next, or the slack of an
inequality. Every row is a sum that comes to 0. The attacker is granted more than they can have: which undivided cells
did not change between versions, and for the others whether they grew or were corrected downwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    from sviedka.core.count.suppress.table import Cell


@dataclass(frozen=True, kw_only=True)
class System:
    """The attacker's equations `rows @ x = 0` with bounds, for n numbers.

    Attributes:
        rows: `float64[m, n]`, sparse.
        value: `float64[n]`, the true numbers; they satisfy the equations.
        hidden_range: `float64[2, n]`, lowest and highest while a number is hidden.
        shown_range: `float64[2, n]`, the same once it is published, rounding included.
        is_shown: `bool[n]`, published by an earlier release.
        is_open: `bool[n]`, a cell of the newest release, not sensitive and not yet published: shown or hidden by choice.
        is_cell: `bool[n]`, a cell of any release, and no change or slack.
        needs: Column, lowest and highest number that must stay possible.
        column_of: The cells of the newest release.
        cost: `float64[n]`, what hiding a number loses; 0 where there is no choice.
    """

    rows: csr_array
    value: NDArray[np.float64]
    hidden_range: NDArray[np.float64]
    shown_range: NDArray[np.float64]
    is_shown: NDArray[np.bool_]
    is_open: NDArray[np.bool_]
    is_cell: NDArray[np.bool_]
    needs: tuple[tuple[int, float, float], ...]
    column_of: Mapping[Cell, int]
    cost: NDArray[np.float64]
