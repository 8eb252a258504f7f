# SPDX-License-Identifier: AGPL-3.0-or-later
"""What somebody did within the last hour, counted: openings, and assertions, each in a journal of its own.

One line for each act, durable before its fruit leaves, kept across a lock for as long as it counts. Only a digest of
what it was stands in it, and the person's identifier. Spec: spec/07-keys.md §6, §13.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from sviedka.core.base.ids import StatementId, UserId
from sviedka.vault.durable import append_line, replace

if TYPE_CHECKING:
    from pathlib import Path

HOUR: Final = timedelta(hours=1)
AHEAD: Final = timedelta(minutes=2)
"""How far ahead of our clock a time may be: two processes of one machine, and a clock that was just set back."""
_LINE: Final = re.compile(r"([0-9]{1,12}) ([0-9a-f]{32}) ([0-9a-f]{64})\Z")


@dataclass(frozen=True, kw_only=True)
class Act:
    """What somebody did: when, who, and the SHA-256 (hexadecimal) of the statement's identifier."""

    at: datetime
    actor: UserId
    digest: str

    @property
    def line(self) -> str:
        """The journal's line, without line feed."""
        return f"{int(self.at.timestamp())} {self.actor} {self.digest}"


class RecentActs:
    """A journal of one kind of act."""

    def __init__(self, journal: Path, *, now: datetime) -> None:
        """Read the journal, and drop what is older than an hour."""
        self._journal = journal
        self._recent = [act for act in _read(journal) if now - act.at < HOUR]
        replace(journal, "".join(act.line + "\n" for act in self._recent).encode())

    def holds(self, jti: StatementId) -> bool:
        """Tell whether there was an act with this statement."""
        digest = _digest(jti)
        return any(act.digest == digest for act in self._recent)

    def count(self, actor: UserId, *, now: datetime) -> int:
        """Return how many acts were `actor`'s within the last hour."""
        self._recent = [act for act in self._recent if now - act.at < HOUR]
        return sum(act.actor == actor and is_within(act.at, HOUR, now=now) for act in self._recent)

    def add(self, jti: StatementId, *, actor: UserId, now: datetime) -> None:
        """Write an act down, durable when this returns."""
        act = Act(at=now, actor=actor, digest=_digest(jti))
        append_line(self._journal, act.line)
        self._recent.append(act)


def is_within(at: datetime, span: timedelta, *, now: datetime) -> bool:
    """Tell whether something was done within `span` before `now`. What a clock that was wrong put further ahead was not."""
    return -AHEAD <= now - at < span


def _digest(jti: StatementId) -> str:
    return hashlib.sha256(jti.encode()).hexdigest()


def _read(journal: Path) -> list[Act]:
    try:
        lines = journal.read_text("ascii", "replace").splitlines()
    except FileNotFoundError:
        return []
    found = (_LINE.match(line) for line in lines)
    return [
        Act(at=datetime.fromtimestamp(int(match[1]), UTC), actor=UserId(match[2]), digest=match[3])
        for match in found
        if match is not None
    ]
