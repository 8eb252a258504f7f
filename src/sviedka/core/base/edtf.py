# SPDX-License-Identifier: AGPL-3.0-or-later
"""The part of EDTF (ISO 8601-2:2019, levels 0 and 1) in which dates are written, and one form of level 2.

    2020-08-10   2020-08   2020              a day, a month, a year
    2020-08-XX   2020-XX   202X   20XX       the end is not known
    2020-08-10?  2020-08-10~  2020-08-10%    uncertain, approximate, both
    2020-08-09/2020-08-12                    from, to
    2020-08-09/..   ../2020-08-12            with an open end
    2020-08-09/     /2020-08-12              with an end that nobody knows
    [2020-08-09,2020-08-10]                  one of these

Refused although some readers take them: hours (they stay in the words of the source), a tenth of a month
(`2020-08-1X`), a day without its month (`2020-XX-10`), seasons, years
before 1000 or after 2999. Spec: spec/01-canonical-form.md §1.5.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from sviedka.core.base.errors import Malformed

MAX_EDTF_CHARS: Final = 200
MAX_CHOICES: Final = 16

_DATE: Final = re.compile(
    r"(?P<year>[12](?:[0-9]{3}|[0-9]{2}X|[0-9]XX))"
    r"(?:-(?P<month>0[1-9]|1[0-2]|XX)(?:-(?P<day>0[1-9]|[12][0-9]|3[01]|XX))?)?(?P<doubt>[?~%])?",
    re.ASCII,
)


class EdtfMalformed(Malformed):
    """Not a date in the subset of EDTF that is used here."""

    code = "malformed.edtf"
    hint = "Write a day as 2020-08-10, an unknown day as 2020-08-XX, and put hours into the words of the source."


class Doubt(StrEnum):
    """What the source, or the analyst, says of a date's reliability."""

    NONE = ""
    UNCERTAIN = "?"
    APPROXIMATE = "~"
    BOTH = "%"


class Edge(StrEnum):
    """How one side of a stretch of time is known."""

    KNOWN = "known"
    OPEN = "open"
    UNKNOWN = "unknown"


class Form(StrEnum):
    """Which of the three forms a date was written in."""

    SINGLE = "single"
    INTERVAL = "interval"
    ONE_OF = "one-of"


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """A date as written: the days it may mean, first to last. `exact`: written to the day, so that both are one."""

    first: date
    last: date
    exact: bool
    doubt: Doubt


@dataclass(frozen=True, kw_only=True, slots=True)
class Edtf:
    """A parsed date. `spans` has one part, two for an interval (`None` for a side without a date), or the choices."""

    text: str
    form: Form
    spans: tuple[Span | None, ...]
    begins: Edge = Edge.KNOWN
    ends: Edge = Edge.KNOWN


def parse_edtf(text: str) -> Edtf:
    """Read a date.

    Untrusted: `text`.

    Raises:
        EdtfMalformed: Outside the subset, a day that the calendar does not have, or an end before its beginning.
    """
    if len(text) > MAX_EDTF_CHARS:
        raise EdtfMalformed("A date has more than {most} characters.", most=MAX_EDTF_CHARS)
    if text.startswith("["):
        return _parse_choices(text)
    if "/" in text:
        return _parse_interval(text)
    return Edtf(text=text, form=Form.SINGLE, spans=(_parse_span(text),))


def _parse_interval(text: str) -> Edtf:
    sides = text.split("/")
    if len(sides) != 2:
        raise EdtfMalformed("An interval has one beginning and one end.")
    edges = [{"..": Edge.OPEN, "": Edge.UNKNOWN}.get(side, Edge.KNOWN) for side in sides]
    spans = [_parse_span(side) if edge is Edge.KNOWN else None for side, edge in zip(sides, edges, strict=True)]
    begin, end = spans
    if begin is None and end is None:
        raise EdtfMalformed("An interval must have a date on one side.")
    if begin is not None and end is not None and end.last < begin.first:
        raise EdtfMalformed("An interval ends before it begins.")
    return Edtf(text=text, form=Form.INTERVAL, spans=tuple(spans), begins=edges[0], ends=edges[1])


def _parse_choices(text: str) -> Edtf:
    if not text.endswith("]"):
        raise EdtfMalformed("A set of possible dates ends with a square bracket.")
    spans = tuple(_parse_span(choice) for choice in text[1:-1].split(","))
    if not 2 <= len(spans) <= MAX_CHOICES:
        raise EdtfMalformed("A set of possible dates has 2 to {most} of them.", most=MAX_CHOICES)
    if any(span.doubt is not Doubt.NONE for span in spans):
        raise EdtfMalformed("A set of possible dates is doubtful as a whole, not in its parts.")
    if any(later.first <= earlier.last for earlier, later in itertools.pairwise(spans)):
        raise EdtfMalformed("Possible dates stand in order of time and do not overlap.")
    return Edtf(text=text, form=Form.ONE_OF, spans=spans)


def _parse_span(text: str) -> Span:
    match = _DATE.fullmatch(text)
    if match is None:
        raise EdtfMalformed("This is not a date of the kind that is used here.")
    year, month, day = match["year"], match["month"], match["day"]
    if (month is not None and "X" in year) or (month == "XX" and day not in {None, "XX"}):
        raise EdtfMalformed("Behind a part of a date that is unknown, no part can be known.")
    first, last = _bounds(year, month, day)
    return Span(first=first, last=last, exact=day not in {None, "XX"}, doubt=Doubt(match["doubt"] or ""))


def _bounds(year: str, month: str | None, day: str | None) -> tuple[date, date]:
    years = int(year.replace("X", "0")), int(year.replace("X", "9"))
    if month is None or month == "XX":
        return date(years[0], 1, 1), date(years[1], 12, 31)
    if day is None or day == "XX":
        return date(years[0], int(month), 1), _month_end(years[0], int(month))
    try:
        known = date(years[0], int(month), int(day))
    except ValueError as reason:
        raise EdtfMalformed("The calendar does not have this day.") from reason
    return known, known


def _month_end(year: int, month: int) -> date:
    if month == 12:
        return date(year, 12, 31)
    return date(year, month + 1, 1) - timedelta(days=1)
