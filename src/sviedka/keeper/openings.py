# SPDX-License-Identifier: AGPL-3.0-or-later
"""What has been opened lately, by whom: each record is good for one opening, and openings are counted.

The journal (`run/openings`) outlives a lock for as long as a record could still be shown again.
Spec: spec/07-keys.md §6.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sviedka.keeper.errors import LimitReached, OpeningRefused
from sviedka.keeper.recent_acts import AHEAD, RecentActs

if TYPE_CHECKING:
    from pathlib import Path

    from sviedka.core.base.ids import StatementId, UserId

FRESH: Final = timedelta(minutes=10)
"""How old a record of an opening may be when it is used."""


class Openings:
    """The journal of openings and the two rules that rest on it."""

    def __init__(self, journal: Path, *, per_hour: int, now: datetime) -> None:
        """Read the journal, drop what is older than an hour, and count from there."""
        self._acts = RecentActs(journal, now=now)
        self._per_hour = per_hour

    def take(self, jti: StatementId, *, actor: UserId, recorded_at: datetime, now: datetime) -> None:
        """Use the record `jti` for one opening, durably; after this it is used even if the opening fails.

        Raises:
            OpeningRefused: The record is too old, from the future, or used.
            LimitReached: This actor has opened as many items as the hour allows.
        """
        if not now - FRESH <= recorded_at <= now + AHEAD:
            raise OpeningRefused(
                "The record of this opening is older than {most} minutes, or ahead of the clock.",
                most=FRESH.seconds // 60,
            )
        if self._acts.holds(jti):
            raise OpeningRefused("The record of this opening was used already.")
        if self._acts.count(actor, now=now) >= self._per_hour:
            raise LimitReached("{most} items were opened in the last hour.", most=self._per_hour)
        self._acts.add(jti, actor=actor, now=now)
