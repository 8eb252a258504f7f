# SPDX-License-Identifier: AGPL-3.0-or-later
"""A table as a reader sees it: rows, columns, and in each place a number or the mark that it is hidden."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from sviedka.core.count.release.wording import WORDING
from sviedka.core.count.suppress.dimension import TOTAL
from sviedka.core.count.suppress.version import round_to_base

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sviedka.core.count.release.plan import PlannedDimension, PlannedTable, ReleasePlan
    from sviedka.core.count.suppress.table import Cell
    from sviedka.core.count.suppress.version import Version


@dataclass(frozen=True, kw_only=True)
class Heading:
    """What a row or column is called.

    Attributes:
        text: In the reader's language.
        depth: How far it is indented; 0 for a total.
    """

    text: str
    depth: int


@dataclass(frozen=True, kw_only=True)
class GridRow:
    """One line: what it is called, and its numbers; `None` is a hidden one."""

    headings: tuple[Heading, ...]
    numbers: tuple[int | None, ...]

    @property
    def is_total(self) -> bool:
        """Whether the line is for everybody."""
        return all(one.depth == 0 for one in self.headings)


@dataclass(frozen=True, kw_only=True)
class Grid:
    """A table to be read.

    Attributes:
        name: Of its file.
        caption: Its heading.
        corners: What the columns of headings are called.
        columns: Headings over the numbers.
        rows: From the total down.
        adds_up: Whether a total is the sum of what stands under it; not where people stand in several categories.
    """

    name: str
    caption: str
    corners: tuple[str, ...]
    columns: tuple[Heading, ...]
    rows: tuple[GridRow, ...]
    adds_up: bool

    @property
    def hidden(self) -> int:
        """How many numbers are hidden."""
        return sum(number is None for row in self.rows for number in row.numbers)


def published_number(version: Version, cell: Cell) -> int | None:
    """Return what is printed for a cell: its rounded number, or `None` if it is hidden."""
    return round_to_base(version.counts[cell].people, version.base) if cell in version.shown else None


def lay_out(plan: ReleasePlan, planned: PlannedTable, version: Version, language: str) -> Grid:
    """Return a table of a release, its last dimension in columns if there are several."""
    table = plan.bare_table(planned)
    dimensions = [plan.dimensions[name] for name in planned.across]
    down, across = (dimensions[:-1], dimensions[-1:]) if len(dimensions) > 1 else (dimensions, [])
    columns = list(across[0].bare.codes) if across else [TOTAL]
    rows = []
    for codes in product(*(one.bare.codes for one in down)):
        cells = [table.cell((*codes, *([column] if across else []))) for column in columns]
        rows.append(
            GridRow(
                headings=tuple(_heading(one, code, language) for one, code in zip(down, codes, strict=True)),
                numbers=tuple(published_number(version, cell) for cell in cells),
            )
        )
    unit = Heading(text=WORDING[language].units[plan.unit.value], depth=0)
    return Grid(
        name=planned.name,
        caption=planned.title[language],
        corners=tuple(one.title[language] for one in down),
        columns=tuple(_heading(across[0], code, language) for code in columns) if across else (unit,),
        rows=tuple(rows),
        adds_up=not any(one.several for one in dimensions),
    )


def lay_out_all(plan: ReleasePlan, version: Version, language: str) -> Iterator[Grid]:
    """Yield the tables of a release in the order of the plan."""
    for planned in plan.tables:
        yield lay_out(plan, planned, version, language)


def _heading(dimension: PlannedDimension, code: str, language: str) -> Heading:
    if code == TOTAL:
        return Heading(text=WORDING[language].total, depth=0)
    titles = {one.code: one.title[language] for one in dimension.categories}
    return Heading(text=titles[code], depth=dimension.depth(code))
