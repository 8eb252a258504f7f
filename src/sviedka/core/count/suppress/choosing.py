# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hides the least that the attacker cannot undo: a whole-number program, with a new rule for each of their successes.

Acceptance: whatever they compute from all that was ever published, a sensitive number may be anything from 0 to the threshold at
least, a small change likewise, and no hidden number is known to less than the threshold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from sviedka.core.base.progress import unwatched
from sviedka.core.count.suppress.attack import EXACT, Attacker
from sviedka.core.count.suppress.cutting import cut_reach, cut_width
from sviedka.core.count.suppress.suppress_errors import AlreadyRevealed, PatternNotFound

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from sviedka.core.base.progress import Progress
    from sviedka.core.count.suppress.attack import Extreme
    from sviedka.core.count.suppress.cutting import Cut
    from sviedka.core.count.suppress.system import System

INFEASIBLE: Final = 2
"""As scipy numbers it."""
GAP: Final = 0.02
"""A choice that hides two parts in a hundred more than the least is taken; it is as safe."""
MOST_NODES: Final = 300
"""Of one whole-number program; the best choice found by then is taken, as safe, if less sparing. Not seconds: a release is
the same on a slower machine."""
ROUND_S: Final = 120.0
"""Seconds for one whole-number program, for a machine that gets nowhere."""
SPARING_ROUNDS: Final = 8
"""From then on what is hidden stays hidden: the last rounds would else try one choice of nearly the same cost after the other."""
MOST_ROUNDS: Final = 200
"""A table of 24 x 12 takes three or so."""


def choose_hidden(system: System, *, threshold: int, watch: Progress = unwatched) -> NDArray[np.bool_]:
    """Return which numbers to hide, `bool[n]`: those without a choice, and the cheapest of the open ones.

    Args:
        system: Everything published before, and the release that is being made.
        threshold: The width of doubt that every hidden cell keeps.
        watch: Told once for each round.

    Raises:
        AlreadyRevealed: No choice is safe, because of what was published before.
        PatternNotFound: The search ended at its limit.
    """
    cuts: list[Cut] = []
    is_hidden = ~(system.is_shown | system.is_open)
    for number in range(MOST_ROUNDS):
        if cuts:
            is_hidden = _least(system, cuts, is_hidden if number > SPARING_ROUNDS else None)
        attacker = Attacker(system, is_hidden=is_hidden)
        found = list(_reached(system, attacker)) or list(_narrowed(system, attacker, is_hidden, threshold))
        watch(1, 1)
        if not found:
            return is_hidden
        cuts += found
    raise PatternNotFound("No safe choice of cells to hide was found in time.")


def _least(system: System, cuts: list[Cut], kept: NDArray[np.bool_] | None) -> NDArray[np.bool_]:
    """Return the cheapest choice that satisfies all rules, and hides what is `kept`, if there is any such choice."""
    if any(not (cut.coefficient > 0).any() and cut.least > EXACT for cut in cuts):
        raise AlreadyRevealed("A number that may not be known follows from what was published before.")
    found = None if kept is None else _solve(system, cuts, kept)
    if found is None:
        found = _solve(system, cuts, np.zeros(len(system.value), dtype=bool))
    if found is None:
        raise AlreadyRevealed("A number that may not be known follows from what was published before.")
    return found


def _solve(system: System, cuts: list[Cut], kept: NDArray[np.bool_]) -> NDArray[np.bool_] | None:
    """Return which numbers a whole-number program hides; None if the rules cannot all be satisfied."""
    opened = np.flatnonzero(system.is_open)
    rules = csr_array(np.array([cut.coefficient[opened] for cut in cuts]))
    scale = np.array([max(1.0, np.abs(cut.coefficient).max()) for cut in cuts])
    found = milp(
        system.cost[opened],
        constraints=LinearConstraint(
            rules.multiply(1 / scale[:, None]).tocsr(), np.array([cut.least for cut in cuts]) / scale
        ),
        integrality=np.ones(len(opened)),
        bounds=Bounds(kept[opened].astype(np.float64), 1),
        options={"mip_rel_gap": GAP, "node_limit": MOST_NODES, "time_limit": ROUND_S},
    )
    if found.x is None:
        if found.status == INFEASIBLE:
            return None
        raise PatternNotFound("No safe choice of cells to hide was found in time.")
    is_hidden = ~(system.is_shown | system.is_open)
    is_hidden[opened] = found.x > 0.5
    return is_hidden


def _reached(system: System, attacker: Attacker) -> Iterator[Cut]:
    """Yield a rule for each sensitive number that the attacker keeps from going as far as it has to."""
    least, greatest = system.value.copy(), system.value.copy()
    for column, low, high in system.needs:
        for upwards, wanted in ((False, low), (True, high)):
            if (greatest[column] >= wanted - EXACT) if upwards else (least[column] <= wanted + EXACT):
                continue
            extreme = attacker.extreme(column, upwards=upwards, enough=wanted)
            np.minimum(least, extreme.witness, out=least)
            np.maximum(greatest, extreme.witness, out=greatest)
            if abs(extreme.number - wanted) > EXACT:
                yield cut_reach(system, extreme, missing=abs(wanted - system.value[column]))


def _narrowed(system: System, attacker: Attacker, is_hidden: NDArray[np.bool_], threshold: int) -> Iterator[Cut]:
    """Yield a rule for each hidden cell that is known to less than the threshold."""
    least, greatest = system.value.copy(), system.value.copy()
    for column in np.flatnonzero(system.is_cell & is_hidden):
        tried: list[Extreme] = []
        for upwards in (False, True):
            if greatest[column] - least[column] >= threshold - EXACT:
                break
            enough = system.value[column] + (threshold if upwards else -threshold)
            tried.append(attacker.extreme(int(column), upwards=upwards, enough=enough))
            np.minimum(least, tried[-1].witness, out=least)
            np.maximum(greatest, tried[-1].witness, out=greatest)
        else:
            if greatest[column] - least[column] < threshold - EXACT:
                yield cut_width(system, int(column), (tried[0], tried[1]), width=threshold)
