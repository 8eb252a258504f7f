# SPDX-License-Identifier: AGPL-3.0-or-later
"""Dates with doubt: what a source says of a time, without adding anything to it (spec/01-canonical-form.md §1.5).

Two stretches of days are drawn from a date. *Precise*: it was so on every day of it. *Imprecise*: it was so on at
least one day of it, or reaches no further than it. An unknown part stays unknown; hours stay in the words of the
source; a date is cut off at the day after which the source can have known nothing (rule R21).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from sviedka.core.base.date_bounds import Bounds, DateRefused
from sviedka.core.base.edtf import Doubt, Edge, Edtf, EdtfMalformed, parse_edtf

if TYPE_CHECKING:
    from sviedka.core.base.canonical import Json

DEFAULT_ZONE: Final = "Europe/Minsk"
ZONES: Final = {"Europe/Minsk": timedelta(hours=3), "UTC": timedelta(0)}
"""Zones in which days are counted. Minsk has had UTC+3 all year since 27 March 2011."""

_MINSK_FIXED_SINCE: Final = date(2011, 3, 27)
_OPTIONAL: Final = frozenset({"basis", "ending", "not_after", "said_on", "starting", "time_text", "zone"})
_ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class DateX:
    """A date with doubt.

    Attributes:
        edtf: As written.
        precise_first: With `precise_last`, the stretch on every day of which it was so. Both or neither.
        imprecise_first: The earliest day that is possible, where that is not `precise_first`.
        imprecise_last: The latest day that is possible, where that is not `precise_last`.
        begins: Whether the first side is known, open (since before anything is told) or unknown.
        ends: The same for the last side; open means that it was still so when it was told.
        doubt: Whether the source or the analyst calls the date uncertain, approximate, or both.
        starting: The source says that it began then.
        ending: The source says that it ended then.
        said_on: The day it was told, for what still lasted then.
        not_after: The last day that the source can have known of.
        zone: In which the days are counted.
        time_text: The words of the source, hours included.
        basis: What the reading of these words rests on.
    """

    edtf: str
    precise_first: date | None
    precise_last: date | None
    imprecise_first: date | None
    imprecise_last: date | None
    begins: Edge
    ends: Edge
    doubt: Doubt
    starting: bool = False
    ending: bool = False
    said_on: date | None = None
    not_after: date | None = None
    zone: str = DEFAULT_ZONE
    time_text: str | None = None
    basis: str | None = None

    @property
    def earliest(self) -> date | None:
        """The first day that is possible; `None` if it is open or unknown."""
        return self.imprecise_first if self.imprecise_first is not None else self.precise_first

    @property
    def latest(self) -> date | None:
        """The last day that is possible; `None` if it is open or unknown."""
        if self.ends is not Edge.KNOWN:
            return None
        return self.imprecise_last if self.imprecise_last is not None else self.precise_last


def parse_date(value: Json) -> DateX:
    """Read a date as statements hold it: EDTF text, or an object with `edtf` and at least one thing more.

    Untrusted: `value`.

    Raises:
        EdtfMalformed: The text is outside the subset of EDTF.
        DateRefused: Members that do not belong, or a date after `not_after`.
    """
    if isinstance(value, str):
        return read_date(value)
    if not isinstance(value, dict) or not isinstance(value.get("edtf"), str):
        raise DateRefused("A date is EDTF text, or an object that holds it as edtf.")
    members = value.keys() - {"edtf"}
    if not members or not members <= _OPTIONAL:
        raise DateRefused("A date's object holds edtf and at least one of the members that belong to it.")
    return read_date(
        str(value["edtf"]),
        starting=_flag(value, "starting"),
        ending=_flag(value, "ending"),
        said_on=_day(value, "said_on"),
        not_after=_day(value, "not_after"),
        zone=_line(value, "zone") or DEFAULT_ZONE,
        time_text=_line(value, "time_text"),
        basis=_line(value, "basis"),
    )


def read_date(
    text: str,
    *,
    starting: bool = False,
    ending: bool = False,
    said_on: date | None = None,
    not_after: date | None = None,
    zone: str = DEFAULT_ZONE,
    time_text: str | None = None,
    basis: str | None = None,
) -> DateX:
    """Return what `text` (EDTF) says, cut off at `not_after`.

    Raises:
        EdtfMalformed: Outside the subset of EDTF.
        DateRefused: An unknown zone, or a date that the source cannot have known.
    """
    if zone not in ZONES:
        raise DateRefused("Days are not counted in this zone here.")
    parsed = parse_edtf(text)
    told = [said_on] if said_on is not None else []
    firsts = told + [span.first for span in parsed.spans if span is not None]
    if not_after is not None and max(firsts) > not_after:
        raise DateRefused("A date lies after the last day that its source can have known of.")
    bounds = Bounds.of(parsed, said_on).cut_off(not_after)
    return DateX(
        edtf=text,
        precise_first=bounds.precise_first,
        precise_last=bounds.precise_last,
        imprecise_first=bounds.imprecise_first,
        imprecise_last=bounds.imprecise_last,
        begins=parsed.begins,
        ends=parsed.ends,
        doubt=_doubt_of(parsed),
        starting=starting,
        ending=ending,
        said_on=said_on,
        not_after=not_after,
        zone=zone,
        time_text=time_text,
        basis=basis,
    )


def night_of(first: date) -> str:
    """Return the EDTF for *the night of `first` to the day after*: one of the two days, and nobody knows which."""
    return f"[{first.isoformat()},{(first + _ONE_DAY).isoformat()}]"


def is_night(when: DateX) -> bool:
    """Tell whether `when` is one night: one of two days that follow each other."""
    first, last = when.earliest, when.latest
    if not when.edtf.startswith("[") or first is None or last is None:
        return False
    return last - first == _ONE_DAY


def utc_span(when: DateX) -> tuple[datetime | None, datetime | None]:
    """Return the moments between which it lies, aware UTC: from the first possible day's midnight to after the last's.

    `None` where a side is open or unknown.

    Raises:
        DateRefused: A day before the zone's offset became what it is (Minsk: 27 March 2011).
    """
    first, last = when.earliest, when.latest
    if when.zone == DEFAULT_ZONE and any(day is not None and day < _MINSK_FIXED_SINCE for day in (first, last)):
        raise DateRefused("Before 27 March 2011 the offset of Minsk changed with the season.")
    return (
        None if first is None else _midnight(first, when.zone),
        None if last is None else _midnight(last + _ONE_DAY, when.zone),
    )


def _doubt_of(parsed: Edtf) -> Doubt:
    found = {span.doubt for span in parsed.spans if span is not None} - {Doubt.NONE}
    if not found:
        return Doubt.NONE
    return found.pop() if len(found) == 1 else Doubt.BOTH


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC) - ZONES[zone]


def _flag(value: dict[str, Json], name: str) -> bool:
    found = value.get(name, False)
    if not isinstance(found, bool):
        raise DateRefused("Whether something began or ended on a date is true or false.")
    return found


def _line(value: dict[str, Json], name: str) -> str | None:
    found = value.get(name)
    if name in value and (not isinstance(found, str) or not 1 <= len(found) <= 500):
        raise DateRefused("A date's words are a line of at most 500 characters.")
    return found if isinstance(found, str) else None


def _day(value: dict[str, Json], name: str) -> date | None:
    if name not in value:
        return None
    found = value[name]
    parsed = parse_edtf(found) if isinstance(found, str) and len(found) == 10 else None
    span = None if parsed is None else parsed.spans[0]
    if span is None or not span.exact:
        raise DateRefused("The day on which something was told is one day, like 2020-08-13.")
    return span.first


__all__ = [
    "DEFAULT_ZONE",
    "ZONES",
    "DateRefused",
    "DateX",
    "Doubt",
    "Edge",
    "EdtfMalformed",
    "is_night",
    "night_of",
    "parse_date",
    "read_date",
    "utc_span",
]
