# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a record of a list comes to when persons are counted by category: a month, a sex, an age band, a place.

Only what the closed columns of a list say. A cell that cannot be read, or may mean two categories, comes to none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from sviedka.core.count.release.release_errors import PlanRefused
from sviedka.core.count.suppress.table import Unit
from sviedka.link.cell_values import find_days, find_sex
from sviedka.link.name_columns import place_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sviedka.core.count.release.plan import PlannedDimension, ReleasePlan

BANDS: Final = ("0-17", "18-29", "30-44", "45-59", "60+")
"""Completed years at the event, where no plan says other bands."""
_BAND: Final = re.compile(r"([0-9]{1,3})(?:-([0-9]{1,3})|\+)", re.ASCII)
_EPOCH: Final = date(1970, 1, 1)
_OLDEST: Final = 150


@dataclass(frozen=True, kw_only=True)
class Dimension:
    """One way to divide persons.

    Attributes:
        fields: The list's columns that are read.
        read: From their cells to a category, or None. A cell that is empty comes as None.
    """

    fields: tuple[str, ...]
    read: Callable[..., str | None]


def plain_dimensions() -> dict[str, Dimension]:
    """Return what can be counted by without a plan."""
    return {
        "month": Dimension(fields=("event_date",), read=partial(_span, "%Y-%m")),
        "day": Dimension(fields=("event_date",), read=partial(_span, "%Y-%m-%d")),
        "sex": Dimension(fields=("sex",), read=_sex),
        "age_band": Dimension(fields=("born", "event_date"), read=partial(_age_band, _parse_bands(BANDS))),
    }


def planned_dimensions(plan: ReleasePlan) -> dict[str, Dimension]:
    """Return the dimensions of a plan, each with the plan's own categories.

    Raises:
        PlanRefused: It counts no persons, or by what no list tells: a linkage counts people to whom one kind of thing
            happened, so acts come from the record, and outcomes of complaints from a register of complaints.
    """
    if plan.unit is not Unit.PERSONS:
        raise PlanRefused("A linkage counts persons; this plan counts {unit}.", unit=plan.unit.value)
    return {name: _planned(name, dimension) for name, dimension in plan.dimensions.items()}


def _planned(name: str, dimension: PlannedDimension) -> Dimension:
    if name in {"place", "facility"}:
        return Dimension(fields=(name,), read=partial(_place, _spellings(dimension)))
    if name == "age_band":
        bands = _parse_bands(one.code for one in dimension.categories)
        return Dimension(fields=("born", "event_date"), read=partial(_age_band, bands))
    known = plain_dimensions()
    if name not in known:
        raise PlanRefused("Lists of people do not tell {name}; counts by it come from elsewhere.", name=name)
    return known[name]


def _spellings(dimension: PlannedDimension) -> dict[str, str]:
    """Return the category of each place, by the key that its spellings in three scripts have in common.

    A code is a place's name only if it is one word: `minsk-region` is not how anybody writes Minsk.
    """
    words = (
        (word, one.code)
        for one in dimension.categories
        for word in (*((one.code,) if one.code.isalpha() else ()), *sorted(one.matches))
    )
    found: dict[str, str] = {}
    for word, code in words:
        key = place_key(word)
        if key is not None and found.setdefault(key, code) != code:
            raise PlanRefused("{word} is spelt like a place of another category.", word=word)
    return found


def _place(codes: Mapping[str, str], text: str | None) -> str | None:
    key = None if text is None else place_key(text)
    return None if key is None else codes.get(key)


def _sex(text: str | None) -> str | None:
    return None if text is None else find_sex(text)


def _span(form: str, text: str | None) -> str | None:
    """Return the month or the day of a date, if all that it may mean lies in one."""
    days = None if text is None else find_days(text)
    ends = {f"{_EPOCH + timedelta(days=day):{form}}" for day in ((days.first, days.last) if days else ())}
    return ends.pop() if len(ends) == 1 else None


def _parse_bands(codes: Iterable[str]) -> dict[str, range]:
    """Return the years of each band; a code that is no band (`unknown`) has none."""
    found = ((code, _BAND.fullmatch(code)) for code in codes)
    return {code: range(int(band[1]), int(band[2] or _OLDEST) + 1) for code, band in found if band is not None}


def _age_band(bands: Mapping[str, range], born: str | None, event: str | None) -> str | None:
    """Return the band of all ages, in completed years, that both dates allow."""
    births, events = (None if text is None else find_days(text) for text in (born, event))
    if births is None or events is None:
        return None
    youngest, oldest = _years(births.last, events.first), _years(births.first, events.last)
    return next((code for code, years in bands.items() if youngest in years and oldest in years), None)


def _years(born: int, event: int) -> int:
    """Return the years completed between two days (since 1970-01-01); negative if the second comes first."""
    first, then = (_EPOCH + timedelta(days=day) for day in (born, event))
    return then.year - first.year - ((then.month, then.day) < (first.month, first.day))
