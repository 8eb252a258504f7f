# SPDX-License-Identifier: AGPL-3.0-or-later
"""Moments, as formats write them: UTC, whole seconds, `2026-11-21T22:53:00Z`, one spelling each."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from sviedka.core.base.errors import Malformed

DAY_SECONDS: Final = 86_400

_INSTANT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", re.ASCII)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND: Final = timedelta(seconds=1)


class InstantMalformed(Malformed):
    """Not a moment in its one spelling."""

    code = "malformed.instant"
    hint = "Write the time in UTC to the second, with a Z at the end."


def format_instant(moment: datetime) -> str:
    """Return `moment` (aware, UTC) as text; parts of a second are dropped."""
    if moment.utcoffset() != timedelta(0):
        raise ValueError("a moment must be aware and in UTC")
    return moment.replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def parse_instant(text: object) -> datetime:
    """Return the aware UTC moment that `text` names.

    Raises:
        InstantMalformed: Another spelling, another zone, or a moment that the calendar does not have.
    """
    if not isinstance(text, str) or not _INSTANT.fullmatch(text):
        raise InstantMalformed("A moment is written like 2026-11-21T22:53:00Z; this is not one.")
    try:
        return datetime.fromisoformat(text)
    except ValueError as reason:
        raise InstantMalformed("The calendar does not have this moment.") from reason


def unix_day(moment: datetime) -> int:
    """Return the Unix time of 00:00 UTC on the day of `moment`: all that a statement shows of its time."""
    seconds = (moment - _EPOCH) // _SECOND
    return seconds - seconds % DAY_SECONDS


def moved(moment: datetime, by: timedelta) -> datetime:
    """Return `moment` moved by a span; at the end of the calendar its last moment, since a statement may be dated there."""
    try:
        return moment + by
    except OverflowError:
        return datetime.max.replace(microsecond=0, tzinfo=UTC)
