# SPDX-License-Identifier: AGPL-3.0-or-later
"""Does the maximum of a log-linear model's likelihood exist on this table? A linear program answers exactly.

It exists if and only if some table with every cell above zero has the same sufficient statistics as the observed one
(S. Fienberg and A. Rinaldo, Maximum likelihood estimation in log-linear models, Annals of Statistics 40 (2012)
996-1023, theorem 3.1), here among the cells and terms that are left after cells at zero are taken out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.optimize import linprog

from sviedka.core.count.estimate.poisson_loops import reduce_terms

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sviedka.core.count.estimate.hierarchical_models import Model

LEAST: Final = 1e-5
"""Of a person: below it a cell counts as zero. The solver's own tolerance is 1e-7."""


@dataclass(frozen=True, kw_only=True)
class Existence:
    """What is known of a model's extended maximum likelihood estimate on a table.

    Attributes:
        exists: The extended maximum exists.
        identifiable: The terms that are left are linearly independent on the cells that are left.
    """

    exists: bool
    identifiable: bool

    @property
    def sound(self) -> bool:
        """Both: an estimate by this model means something."""
        return self.exists and self.identifiable


def examine_model(model: Model, people: NDArray[np.int64]) -> Existence:
    """Return whether `model` has an extended maximum likelihood estimate on `people` (`int64[2**t]`), and only one."""
    terms, cells = reduce_terms(np.array(model, dtype=np.int64), people.astype(np.float64))
    design = (cells[:, None] & terms[None, :] == terms[None, :]).astype(np.float64)
    counts = people[cells].astype(np.float64)
    identifiable = int(np.linalg.matrix_rank(design)) == terms.size
    # maximise s subject to design' x = design' counts and x >= s; x = y + s with y >= 0
    equal = np.hstack([design.T, design.sum(axis=0)[:, None]])
    goal = np.zeros(cells.size + 1)
    goal[-1] = -1.0
    found = linprog(goal, A_eq=equal, b_eq=design.T @ counts, bounds=(0, None), method="highs")
    return Existence(exists=bool(found.success and -found.fun > LEAST), identifiable=identifiable)
