# SPDX-License-Identifier: AGPL-3.0-or-later
"""What one cell of a list means: a date with doubt, a sex. A cell that says neither is counted as unread, never guessed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from sviedka.core.base.edtf import Doubt, EdtfMalformed, Form, parse_edtf

_DOTTED: Final = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?: г\.?| р\.?)?", re.ASCII)  # noqa: RUF001  # "of the year", ru and be
_MONTH_YEAR: Final = re.compile(r"(\d{1,2})\.(\d{4})", re.ASCII)
_CLOCK: Final = re.compile(r"[T ]\d{1,2}:\d{2}.*", re.ASCII | re.DOTALL)
_EPOCH: Final = date(1970, 1, 1).toordinal()

_MAN: Final = ("m", "male", "man", "м", "муж", "мужчына", "мужчина", "мужчынскі", "мужской")
_WOMAN: Final = ("f", "female", "woman", "w", "ж", "жен", "жан", "женщина", "жанчына", "женский", "жаночы")
_SEXES: Final = dict.fromkeys(_MAN, "m") | dict.fromkeys(_WOMAN, "f")


@dataclass(frozen=True, kw_only=True, slots=True)
class Days:
    """The days that a date may mean, first to last, counted from 1970-01-01. One day if it is known to the day."""

    first: int
    last: int


def find_days(text: str) -> Days | None:
    """Return what a cell says of a date, or None if it says none that can be read.

    Read: `1987-05-03`, `1987-05`, `1987`, the rest of EDTF, `3.5.1987`, `5.1987`, a time of day behind a date. Not
    read: `3/5/87` and the like, which mean two things.
    """
    try:
        parsed = parse_edtf(_iso(text))
    except EdtfMalformed:
        return None
    known = [span for span in parsed.spans if span is not None]
    if len(known) != len(parsed.spans):
        return None
    first, last = known[0].first, known[-1].last
    if parsed.form is Form.SINGLE and known[0].doubt is not Doubt.NONE:  # "about then": the year, at best
        first, last = first.replace(month=1, day=1), last.replace(month=12, day=31)
    return Days(first=first.toordinal() - _EPOCH, last=last.toordinal() - _EPOCH)


def find_sex(text: str) -> str | None:
    """Return `m` or `f`, or None if a cell says neither."""
    return _SEXES.get(text.strip().rstrip(".").lower())


def _iso(text: str) -> str:
    plain = _CLOCK.sub("", text.strip())
    dotted = _DOTTED.fullmatch(plain)
    if dotted is not None:
        return f"{dotted[3]}-{int(dotted[2]):02d}-{int(dotted[1]):02d}"
    month = _MONTH_YEAR.fullmatch(plain)
    return plain if month is None else f"{month[2]}-{int(month[1]):02d}"
