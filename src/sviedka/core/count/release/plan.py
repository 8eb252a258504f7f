# SPDX-License-Identifier: AGPL-3.0-or-later
"""The plan of a release: what is counted, divided how, in which tables. It is fixed before anybody looks at the numbers.

The dimensions are a closed list. None is of protest, opinion or membership, and none can be added by a plan.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.core.count.suppress.dimension import Dimension
from sviedka.core.count.suppress.table import Table, Unit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sviedka.core.count.suppress.primary import PrimaryRule

DIMENSIONS: Final = ("act", "place", "facility", "month", "day", "sex", "age_band", "outcome")
LANGUAGES: Final = ("en", "be", "ru")

Words = dict[str, str]
"""One text in each language of the release."""


@dataclass(frozen=True, kw_only=True)
class Category:
    """One category of a dimension: its code in the data, what readers call it, and further words of the record for it."""

    code: str
    parent: str
    title: Words
    matches: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class PlannedDimension:
    """A dimension with its categories, as readers see them."""

    name: str
    title: Words
    categories: tuple[Category, ...]
    several: bool

    @property
    def bare(self) -> Dimension:
        """The dimension as numbers know it."""
        return Dimension(
            name=self.name, parents=tuple((one.code, one.parent) for one in self.categories), several=self.several
        )

    def depth(self, code: str) -> int:
        """Return how deep a category lies; 1 for the first level."""
        parents = {one.code: one.parent for one in self.categories}
        steps = 0
        while code in parents:
            code, steps = parents[code], steps + 1
        return steps


@dataclass(frozen=True, kw_only=True)
class PlannedTable:
    """A table: its file name, its heading, and the dimensions it crosses, the last one in columns."""

    name: str
    title: Words
    across: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A figure that somebody published, shown beside the tables and never added to anything.

    Attributes:
        text: The number as its source gives it, such as `more than 900`.
        unit: What it counts, in words.
        as_of: Until when, in words or as a date.
        source: Who says so, and where.
        low: With `high`, the doubt of an estimate, in people; `None` for what is no estimate.
    """

    text: Words
    unit: Words
    as_of: str
    source: Words
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, kw_only=True)
class ReleasePlan:
    """Everything that a person decides before the numbers are looked at."""

    languages: tuple[str, ...]
    title: Words
    unit: Unit
    population: Words
    as_of: str
    coverage: Words
    method: Words
    certainty: str
    rule: PrimaryRule
    rounded_to: int
    counts: str | None
    count_case: str | None
    dimensions: Mapping[str, PlannedDimension]
    tables: tuple[PlannedTable, ...]
    figures: tuple[Figure, ...]
    corrects: str | None
    erratum: Words | None
    estimates: tuple[str, ...] = ()
    """Statements of estimates in this archive's log."""
    estimated: tuple[Figure, ...] = ()
    """What they say; not from the plan, but from the log."""

    @property
    def people_key(self) -> str:
        """What tells one population from another in the ledger: its words in the first language."""
        return self.population[self.languages[0]]

    def bare_table(self, planned: PlannedTable) -> Table:
        """Return a planned table as numbers know it."""
        crossed = tuple(self.dimensions[name].bare for name in planned.across)
        return Table(unit=self.unit, population=self.people_key, dimensions=crossed)
