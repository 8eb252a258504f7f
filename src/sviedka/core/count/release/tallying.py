# SPDX-License-Identifier: AGPL-3.0-or-later
"""Counts from acts of the record: distinct persons, or acts, in every cell of a plan. Identifiers come in, numbers go out.

One person counts once in a cell, however many acts it holds, and once in the total, however many categories they stand in. So every
dimension is one in which a person may stand several times, and no total is a sum.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.core.count.release.counting import CountRow
from sviedka.core.count.release.release_errors import CountsRefused, PlanRefused
from sviedka.core.count.suppress.table import Unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sviedka.core.count.release.plan import ReleasePlan

RECORDED: Final = ("act", "place", "facility", "month")
"""The dimensions that acts of the record have."""
UNKNOWN: Final = "unknown"
"""The category of what fits no other, or is not known."""


@dataclass(frozen=True, kw_only=True)
class TalliedAct:
    """One act, as far as it is counted.

    Attributes:
        words: By dimension, what the record says, the most exact first: a settlement, its district, its region.
        people: Identifiers of the persons it was done to who allow to be counted.
        sources: Groups of sources that say so; those of one origin are one.
    """

    words: Mapping[str, tuple[str, ...]]
    people: frozenset[str]
    sources: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class _Placed:
    """An act with the categories it falls under, those above included."""

    act: TalliedAct
    codes: Mapping[str, frozenset[str]]


def check_tallied(plan: ReleasePlan) -> None:
    """Refuse a plan that acts of the record cannot fill.

    Raises:
        PlanRefused: Another unit, another dimension, or a dimension that does not say that persons stand in it several times.
    """
    if plan.unit not in {Unit.PERSONS, Unit.ACTS}:
        raise PlanRefused("From a case persons or acts are counted; other counts come from a file.")
    for name, dimension in plan.dimensions.items():
        if name not in RECORDED:
            raise PlanRefused("From a case counts are by {names}; others come from a file.", names=", ".join(RECORDED))
        if dimension.several is not (plan.unit is Unit.PERSONS):
            raise PlanRefused("Persons stand in several categories of {name}, and acts in one: say so.", name=name)


def tally(plan: ReleasePlan, acts: Sequence[TalliedAct]) -> tuple[CountRow, ...]:
    """Return a row of its own for every cell of the plan's tables.

    Raises:
        PlanRefused: As `check_tallied`.
        CountsRefused: An act fits no category of a dimension, and there is none called `unknown`.
    """
    check_tallied(plan)
    placed = [_Placed(act=act, codes=_codes(plan, act)) for act in acts]
    cells = dict.fromkeys(cell for table in plan.tables for cell in plan.bare_table(table).cells())
    return tuple(_row(plan, dict(cell.at), placed) for cell in cells)


def _codes(plan: ReleasePlan, act: TalliedAct) -> dict[str, frozenset[str]]:
    return {name: frozenset(_with_parents(plan, name, _find(plan, name, act))) for name in plan.dimensions}


def _find(plan: ReleasePlan, name: str, act: TalliedAct) -> str:
    """Return the category of the most exact word that any category goes by."""
    categories = plan.dimensions[name].categories
    for word in act.words.get(name, ()):
        for one in categories:
            if word == one.code or word in one.matches:
                return one.code
    if any(one.code == UNKNOWN for one in categories):
        return UNKNOWN
    raise CountsRefused("An act fits no category of {name}; add one with the code {code}.", name=name, code=UNKNOWN)


def _with_parents(plan: ReleasePlan, name: str, code: str) -> Iterator[str]:
    parents = {one.code: one.parent for one in plan.dimensions[name].categories}
    while code in parents:
        yield code
        code = parents[code]


def _row(plan: ReleasePlan, wanted: Mapping[str, str], placed: Iterable[_Placed]) -> CountRow:
    acts = [one.act for one in placed if all(code in one.codes[name] for name, code in wanted.items())]
    sources = frozenset[str]().union(*(act.sources for act in acts))
    if plan.unit is Unit.ACTS:
        count, told_by = len(acts), [act.sources for act in acts]
    else:
        by_person: dict[str, frozenset[str]] = {}
        for act in acts:
            for person in act.people:
                by_person[person] = by_person.get(person, frozenset()) | act.sources
        count, told_by = len(by_person), list(by_person.values())
    only = Counter(next(iter(one)) for one in told_by if len(one) == 1)
    return CountRow(at=frozenset(wanted.items()), people=count, sources=len(sources), only=only)
