# SPDX-License-Identifier: AGPL-3.0-or-later
"""Fills the cells of a plan from rows of counts. A row says how many there are in some categories; it knows nobody.

Rows that name the same dimensions make one block. A cell is filled from a row of its own, else from the block with the fewest
further dimensions, added up over those. Nothing is added up over a dimension in which one person may stand several times: a block of
its own has to say those totals.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sviedka.core.count.release.guarding import guard
from sviedka.core.count.release.release_errors import CountsRefused
from sviedka.core.count.suppress.primary import CellCount
from sviedka.core.count.suppress.version import Version

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sviedka.core.count.release.plan import ReleasePlan
    from sviedka.core.count.suppress.table import Cell

    At = frozenset[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class CountRow:
    """How many there are in some categories.

    Attributes:
        at: Dimension and category; a dimension that is left out stands at its total.
        people: How many.
        sources: Distinct sources behind them, or `None` where nobody counted.
        only: By list, how many are known from that list alone.
    """

    at: frozenset[tuple[str, str]]
    people: int
    sources: int | None = None
    only: Mapping[str, int] = field(default_factory=dict)


def fill_plan(plan: ReleasePlan, rows: Iterable[CountRow]) -> Version:
    """Return the plan's tables with a number in every cell, as the version that is to be published.

    Args:
        plan: What is wanted.
        rows: Each combination of categories once; what no row names has nobody in it, if its block is there at all.

    Raises:
        CountsRefused: A combination stands twice, or no block has what a table needs.
        TableMalformed: A number is impossible.
    """
    blocks = _Blocks(plan, rows)
    tables = tuple(plan.bare_table(one) for one in plan.tables)
    cells = dict.fromkeys(cell for table in tables for cell in table.cells())
    counts = {cell: guard(plan, cell, blocks.count(cell)) for cell in cells}
    return Version(as_of=plan.as_of, tables=tables, counts=counts, base=plan.rounded_to)


class _Blocks:
    """The rows, by the dimensions that they name."""

    def __init__(self, plan: ReleasePlan, rows: Iterable[CountRow]) -> None:
        self._several = {name for name, one in plan.dimensions.items() if one.several}
        self._leaves = {name: _leaves_under(plan, name) for name in plan.dimensions}
        self._blocks: dict[frozenset[str], dict[At, CountRow]] = defaultdict(dict)
        for row in rows:
            block = self._blocks[frozenset(name for name, _ in row.at)]
            if row.at in block:
                raise CountsRefused("One combination of categories has two rows.")
            block[row.at] = row

    def count(self, cell: Cell) -> CellCount:
        """Return what a cell holds."""
        wanted = dict(cell.at)
        for names in sorted(self._blocks, key=lambda names: (len(names), sorted(names))):
            if names >= wanted.keys() and not (names - wanted.keys()) & self._several:
                found = self._from_block(self._blocks[names], wanted)
                if found is not None:
                    return _merged(found)
        raise CountsRefused("No rows say how many there are by {names}.", names=", ".join(sorted(wanted)) or "-")

    def _from_block(self, block: Mapping[At, CountRow], wanted: dict[str, str]) -> list[CountRow] | None:
        """Return the rows that make up a cell: its own, or all below it; None if this block cannot tell."""
        own = block.get(frozenset(wanted.items()))
        if own is not None:
            return [own]
        inner = {name for name, code in wanted.items() if self._leaves[name][code] != {code}}
        if inner & self._several:
            return None
        return [row for row in block.values() if self._is_below(row, wanted)]

    def _is_below(self, row: CountRow, wanted: dict[str, str]) -> bool:
        """Whether a row of undivided categories lies in a cell. Rows of divided ones are totals, and counted there already."""
        at = dict(row.at)
        if any(self._leaves[name][code] != {code} for name, code in row.at):
            return False
        return all(at[name] in self._leaves[name][code] for name, code in wanted.items())


def _leaves_under(plan: ReleasePlan, name: str) -> dict[str, set[str]]:
    bare = plan.dimensions[name].bare
    below: dict[str, set[str]] = {leaf: {leaf} for leaf in bare.leaves}
    for code, parent in reversed(bare.parents):
        below.setdefault(parent, set()).update(below[code])
    return below


def _merged(rows: list[CountRow]) -> CellCount:
    """Add rows of different people up. Their sources may be the same ones: at least as many as any row has."""
    if not rows:
        return CellCount(people=0)
    people = sum(row.people for row in rows)
    known = [row.sources for row in rows if row.sources is not None and row.people]
    only: dict[str, int] = defaultdict(int)
    for row in rows:
        for name, alone in row.only.items():
            only[name] += alone
    return CellCount(
        people=people,
        sources=max(known) if known else None,
        largest_list=max(only.values()) if only else None,
    )
