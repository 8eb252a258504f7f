# SPDX-License-Identifier: AGPL-3.0-or-later
"""A moment in text: UTC to the second, `2026-11-21T22:53:00Z`, and no other spelling.

It is what key lists and stamp records say. Dates with doubt are another matter (`core/base/dates`).
Spec: spec/04-log.md §7.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

from sviedka.core.base.errors import Malformed

_INSTANT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z\Z")


class InstantMalformed(Malformed):
    """Text that is not a moment written `YYYY-MM-DDTHH:MM:SSZ`."""

    code = "malformed.instant"
    hint = "Write the time in UTC to the second, with a Z at the end."


def format_instant(moment: datetime) -> str:
    """Return `moment` (aware) in UTC, cut to the second."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone is not a moment")
    # Not strftime: it writes years before 1000 with fewer digits on some systems.
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def parse_instant(text: str) -> datetime:
    """Read a moment; raise `InstantMalformed` for anything else."""
    if not _INSTANT.match(text):
        raise InstantMalformed("A moment is written YYYY-MM-DDTHH:MM:SSZ.")
    try:
        return datetime.fromisoformat(text)
    except ValueError as reason:
        raise InstantMalformed("There is no such day or hour.") from reason
