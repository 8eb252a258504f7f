# SPDX-License-Identifier: AGPL-3.0-or-later
"""Asks the attacker about every hidden number, once the choice is made: the last word before a release leaves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sviedka.core.base.errors import Withheld
from sviedka.core.base.progress import unwatched
from sviedka.core.count.suppress.attack import EXACT, Attacker
from sviedka.core.count.suppress.choosing import choose_hidden
from sviedka.core.count.suppress.writing import build_system

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sviedka.core.base.progress import Progress
    from sviedka.core.count.suppress.table import Cell
    from sviedka.core.count.suppress.version import Version


class CellTooNarrow(Withheld):
    """An attacker would know a hidden number too well."""

    code = "withheld.cell-too-narrow"
    hint = "Publish nothing of this. Merge categories, or leave a table out of the plan."


@dataclass(frozen=True, kw_only=True)
class Audit:
    """What the attacker infers from a release together with everything before it.

    Attributes:
        intervals: For each hidden cell of the newest release, the least and the greatest number it can be.
        narrowest: The smallest difference between the two, over all hidden cells ever; 0 if there is none.
        asked: How many numbers were attacked.
    """

    intervals: dict[Cell, tuple[float, float]]
    narrowest: float
    asked: int


def choose_shown(versions: Sequence[Version], watch: Progress = unwatched) -> frozenset[Cell]:
    """Return the cells of the newest release that may be published.

    Args:
        versions: Everything ever published, oldest first, and the release that is being made, last.
        watch: Told of progress.

    Raises:
        AlreadyRevealed: No choice is safe, because of what was published before.
        PatternNotFound: The search ended at its limit.
        TableMalformed: The numbers do not add up.
    """
    system = build_system(versions)
    is_hidden = choose_hidden(system, threshold=versions[-1].rule.threshold, watch=watch)
    newest = versions[-1]
    return frozenset(
        cell
        for cell, column in system.column_of.items()
        if not is_hidden[column] and not newest.rule.is_sensitive(newest.counts[cell])
    )


def audit_release(versions: Sequence[Version], watch: Progress = unwatched) -> Audit:
    """Attack every hidden number of every release, and pass only what stands.

    Args:
        versions: Everything ever published, oldest first, the newest with the cells that are to be shown.
        watch: Told of progress.

    Raises:
        CellTooNarrow: A sensitive number or a small change cannot be all that it must be able to be, or a hidden number
            is known to less than the threshold.
    """
    system = build_system(versions)
    attacker = Attacker(system, is_hidden=~system.is_shown)
    threshold = versions[-1].rule.threshold
    needs = {column: (low, high) for column, low, high in system.needs}
    asked = sorted({*needs, *(int(column) for column in np.flatnonzero(system.is_cell & ~system.is_shown))})
    found = {}
    for column in asked:
        least, greatest = found[column] = attacker.interval(column)
        low, high = needs.get(column, (greatest, least))
        narrow = system.is_cell[column] and greatest - least < threshold - EXACT
        if narrow or least > low + EXACT or greatest < high - EXACT:
            raise CellTooNarrow(
                "A hidden number would be known to between {least} and {greatest}.",
                least=round(least),
                greatest=round(greatest),
            )
        watch(1, 1)
    widths = [found[column][1] - found[column][0] for column in asked]
    intervals = {cell: found[column] for cell, column in system.column_of.items() if column in found}
    return Audit(intervals=intervals, narrowest=min(widths, default=0.0), asked=len(asked))
