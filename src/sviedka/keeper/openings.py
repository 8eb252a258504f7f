# SPDX-License-Identifier: AGPL-3.0-or-later
"""What has been opened lately, by whom: each record is good for one opening, and openings are counted.

A small journal in `run/`: one line for each opening, durable before the key leaves, kept across a lock for as long as a
record could still be shown again. Only digests of records stand in it, and the actor's identifier.
Spec: spec/07-keys.md §6.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from sviedka.core.base.ids import StatementId, UserId
from sviedka.keeper.errors import LimitReached, OpeningRefused
from sviedka.vault.durable import append_line, replace

if TYPE_CHECKING:
    from pathlib import Path

FRESH: Final = timedelta(minutes=10)
"""How old a record of an opening may be when it is used."""

AHEAD: Final = timedelta(minutes=2)
"""How far ahead of our clock its time may be: two processes of one machine, and a clock that was just set back."""

HOUR: Final = timedelta(hours=1)
_LINE: Final = re.compile(r"([0-9]{1,12}) ([0-9a-f]{32}) ([0-9a-f]{64})\Z")


@dataclass(frozen=True, kw_only=True)
class Opening:
    """One opening that happened: when, by whom, and the SHA-256 (hexadecimal) of the record's identifier."""

    at: datetime
    actor: UserId
    digest: str

    @property
    def line(self) -> str:
        """The journal's line, without line feed."""
        return f"{int(self.at.timestamp())} {self.actor} {self.digest}"


class Openings:
    """The journal of openings and the two rules that rest on it."""

    def __init__(self, journal: Path, *, per_hour: int, now: datetime) -> None:
        """Read the journal, drop what is older than an hour, and count from there."""
        self._journal = journal
        self._per_hour = per_hour
        self._recent = [opening for opening in _read(journal) if now - opening.at < HOUR]
        replace(journal, "".join(opening.line + "\n" for opening in self._recent).encode())

    def take(self, jti: StatementId, *, actor: UserId, recorded_at: datetime, now: datetime) -> None:
        """Use the record `jti` for one opening, durably; after this it is used even if the opening fails.

        Raises:
            OpeningRefused: The record is too old, from the future, or used.
            LimitReached: This actor has opened as many items as the hour allows.
        """
        if not now - FRESH <= recorded_at <= now + AHEAD:
            raise OpeningRefused("The record of this opening is older than {most} minutes.", most=FRESH.seconds // 60)
        digest = hashlib.sha256(jti.encode()).hexdigest()
        if any(opening.digest == digest for opening in self._recent):
            raise OpeningRefused("The record of this opening was used already.")
        self._recent = [opening for opening in self._recent if now - opening.at < HOUR]
        if sum(opening.actor == actor for opening in self._recent) >= self._per_hour:
            raise LimitReached("{most} items were opened in the last hour.", most=self._per_hour)
        opening = Opening(at=now, actor=actor, digest=digest)
        append_line(self._journal, opening.line)
        self._recent.append(opening)


def _read(journal: Path) -> list[Opening]:
    try:
        lines = journal.read_text("ascii", "replace").splitlines()
    except FileNotFoundError:
        return []
    found = (_LINE.match(line) for line in lines)
    return [
        Opening(at=datetime.fromtimestamp(int(match[1]), UTC), actor=UserId(match[2]), digest=match[3])
        for match in found
        if match is not None
    ]
