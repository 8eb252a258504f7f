# SPDX-License-Identifier: AGPL-3.0-or-later
"""The attacker: what linear programming infers about a number from everything that was published.

For each number the least and the greatest value that any non-negative table with the published numbers allows. Where an
answer is not what we wanted, its dual says which published numbers were used: those make the next rule (`cutting`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import block_array, csr_array
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sviedka.core.count.suppress.system import System

EXACT: Final = 1e-6
"""Numbers of people closer than this are the same; the solver works to 1e-7."""


@dataclass(frozen=True, kw_only=True)
class Extreme:
    """How far one number can go in one direction.

    Attributes:
        number: The extreme value.
        witness: `float64[n]`, a table that has it, with everything else as published.
        used: `float64[n]`, reduced cost of each number: 0 where it does not matter for this extreme.
    """

    number: float
    witness: NDArray[np.float64]
    used: NDArray[np.float64]


class Attacker:
    """Knows the equations and which numbers are hidden; finds out what the hidden ones can be.

    The equations fall apart into pieces that share no hidden number; each question is asked of one piece.
    """

    def __init__(self, system: System, *, is_hidden: NDArray[np.bool_]) -> None:
        """Look at everything that is not hidden.

        Args:
            system: The equations.
            is_hidden: `bool[n]`.
        """
        self._system = system
        self.lower, self.upper = np.where(is_hidden, system.hidden_range, system.shown_range)
        self._free = np.flatnonzero(self.upper > self.lower)
        inner = system.rows[:, self._free]
        self._known = -(system.rows @ np.where(self.upper > self.lower, 0, self.lower))
        _, piece = connected_components(block_array([[None, inner], [inner.T, None]]), directed=False)
        self._piece_of_row, self._piece_of_free = np.split(piece, [inner.shape[0]])
        self._pieces: dict[int, tuple[NDArray[np.int64], NDArray[np.int64], csr_array]] = {}

    def extreme(self, column: int, *, upwards: bool, enough: float) -> Extreme:
        """Return the greatest or least value of a number, or `enough` if it goes as far as that.

        Args:
            column: Which number.
            upwards: The greatest rather than the least.
            enough: Where to stop; beyond the number's own bounds to never stop.
        """
        sign = -1.0 if upwards else 1.0
        place = np.searchsorted(self._free, column)
        witness = self._system.value.copy()
        used = np.zeros(len(witness))
        used[column] = sign
        if place == len(self._free) or self._free[place] != column:
            return Extreme(number=float(self.lower[column]), witness=witness, used=used)
        columns, rows, inner = self._piece(int(self._piece_of_free[place]))
        bounds = np.column_stack([self.lower[columns], self.upper[columns]])
        target = int(np.searchsorted(columns, column))
        side = 1 if upwards else 0
        bounds[target, side] = min(bounds[target, 1], enough) if upwards else max(bounds[target, 0], enough)
        found = linprog(used[columns], A_eq=inner, b_eq=self._known[rows], bounds=bounds, method="highs")
        if found.x is None:  # the true numbers are one solution: only a defect of ours leads here
            raise AssertionError(found.message)
        witness[columns] = found.x
        used -= self._system.rows[rows].T @ found.eqlin.marginals
        return Extreme(number=float(found.x[target]), witness=witness, used=used)

    def interval(self, column: int) -> tuple[float, float]:
        """Return the least and the greatest value that a number can have."""
        least = self.extreme(column, upwards=False, enough=-np.inf).number
        return least, self.extreme(column, upwards=True, enough=np.inf).number

    def _piece(self, number: int) -> tuple[NDArray[np.int64], NDArray[np.int64], csr_array]:
        if number not in self._pieces:
            columns = self._free[self._piece_of_free == number]
            rows = np.flatnonzero(self._piece_of_row == number)
            self._pieces[number] = columns, rows, self._system.rows[rows][:, columns]
        return self._pieces[number]
