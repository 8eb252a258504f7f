# SPDX-License-Identifier: AGPL-3.0-or-later
"""A table: numbers of one counting unit by the categories of one or more dimensions, with all margins.

A cell is named by its coordinates without those at a total. So the margin that two tables share is one cell, and
a sensitive number that one of them hides is not left standing in the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from itertools import product
from typing import TYPE_CHECKING

from sviedka.core.count.suppress.dimension import TOTAL, Dimension
from sviedka.core.count.suppress.suppress_errors import TableMalformed

if TYPE_CHECKING:
    from collections.abc import Iterator


class Unit(Enum):
    """What is counted. Numbers of different units are never added, subtracted or set against each other."""

    PERSONS = "persons"
    ACTS = "acts"
    COMPLAINTS = "complaints"
    EVENTS = "events"


@dataclass(frozen=True, kw_only=True, order=True, slots=True)
class Cell:
    """One number: of which unit, among whom, where in the dimensions.

    Attributes:
        unit: The value of a `Unit`.
        population: Among whom it is counted, as the plan words it.
        at: Pairs of dimension and category, by dimension; empty for the total of all.
    """

    unit: str
    population: str
    at: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Sum:
    """`whole` is the sum of `parts`; or, if people stand in several of them, no less than each and no more than all."""

    whole: Cell
    parts: tuple[Cell, ...]
    several: bool


@dataclass(frozen=True, kw_only=True)
class Table:
    """The cross of some dimensions, one unit, one population. Without dimensions it is one number."""

    unit: Unit
    population: str
    dimensions: tuple[Dimension, ...]

    def __post_init__(self) -> None:
        """Refuse a dimension that stands twice."""
        if len({one.name for one in self.dimensions}) != len(self.dimensions):
            raise TableMalformed("A table has each dimension once.")

    def cell(self, codes: tuple[str, ...]) -> Cell:
        """Return the cell at these categories, given in the order of the dimensions."""
        at = sorted((one.name, code) for one, code in zip(self.dimensions, codes, strict=True) if code != TOTAL)
        return Cell(unit=self.unit.value, population=self.population, at=tuple(at))

    def cells(self) -> Iterator[Cell]:
        """Yield every cell and margin, the total of all first."""
        for codes in product(*(one.codes for one in self.dimensions)):
            yield self.cell(codes)

    def sums(self) -> Iterator[Sum]:
        """Yield everything that a reader may add up."""
        for place, divided in enumerate(self.dimensions):
            others = [one.codes for one in self.dimensions]
            for whole, parts in divided.families():
                others[place] = (whole,)
                for codes in product(*others):
                    at = [self.cell((*codes[:place], part, *codes[place + 1 :])) for part in parts]
                    yield Sum(whole=self.cell(codes), parts=tuple(at), several=divided.several)
