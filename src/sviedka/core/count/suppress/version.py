# SPDX-License-Identifier: AGPL-3.0-or-later
"""One release as it stands in the ledger, and how its numbers are rounded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sviedka.core.count.suppress.primary import DEFAULT
from sviedka.core.count.suppress.suppress_errors import TableMalformed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sviedka.core.count.suppress.primary import CellCount, PrimaryRule
    from sviedka.core.count.suppress.table import Cell, Table


@dataclass(frozen=True, kw_only=True)
class Version:
    """One release, with the numbers behind it, hidden ones too. It never leaves the archive.

    Attributes:
        as_of: Until when the data go, as an ISO date: two releases of the same day count the same people.
        tables: Its tables. Cells of one name in several tables are the same number.
        counts: One for each cell of the tables.
        shown: The cells that were published; for the release that is being made, none yet.
        rule: What was sensitive when it was made.
        base: What shown numbers are rounded to the nearest multiple of; odd; 1 for exact numbers.
    """

    as_of: str
    tables: tuple[Table, ...]
    counts: Mapping[Cell, CellCount]
    shown: frozenset[Cell] = frozenset()
    base: int = 1
    rule: PrimaryRule = DEFAULT

    def __post_init__(self) -> None:
        """Refuse a base whose halves are ambiguous, and a cell without a number."""
        if self.base < 1 or self.base % 2 == 0:
            raise TableMalformed("Numbers are rounded to an odd base.")
        if any(cell not in self.counts for table in self.tables for cell in table.cells()):
            raise TableMalformed("A cell of a table has no number.")


def round_to_base(number: int, base: int) -> int:
    """Return the multiple of `base` nearest to `number`.

    The same number is rounded to the same in every table and version, so that rounding twice tells nothing new; with an
    odd base there is no tie to break.
    """
    return base * ((number + base // 2) // base)
