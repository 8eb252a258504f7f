# SPDX-License-Identifier: AGPL-3.0-or-later
"""Statements that wait, inside the keeper, for the assertion of the person who is to stand behind them.

The draft stays here between the two steps, so that nobody can exchange it; what is signed in the end is what the person
was shown. Few are held, not for long, and a lock forgets them. Each is good for one attempt.
Spec: spec/07-keys.md §13.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sviedka.core.base.instants import unix_day
from sviedka.keeper.errors import PreparedGone
from sviedka.keeper.pending import PendingStatement

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sviedka.core.seal.statement import Prepared

LASTS: Final = timedelta(minutes=10)
"""How long a statement waits for its person."""

MOST_WAITING: Final = 256
MOST_CHARS: Final = 16 * 1024 * 1024
"""What all that wait may hold together; beyond either the oldest goes, so that a flood cannot keep others out for long."""


@dataclass(frozen=True, kw_only=True)
class _Waiting:
    prepared: Prepared
    since: datetime
    chars: int


class WaitingRoom:
    """The prepared statements of one keeper."""

    def __init__(self) -> None:
        """Begin with none."""
        self._waiting: OrderedDict[str, _Waiting] = OrderedDict()

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, prepared: Prepared, handle: str, *, now: datetime) -> PendingStatement:
        """Let a statement wait under `handle`, which is fresh and random; return what its person is shown."""
        disclosures = prepared.disclosures
        chars = sum(map(len, disclosures))
        self._waiting[handle] = _Waiting(prepared=prepared, since=now, chars=chars)
        self._make_room(now)
        return PendingStatement(
            handle=handle,
            jti=prepared.draft.jti,
            iat=unix_day(prepared.draft.at),
            digests=tuple(prepared.digests),
            disclosures=disclosures,
        )

    def take(self, handles: Iterable[str], *, now: datetime) -> list[Prepared]:
        """Return prepared statements and forget them, whatever becomes of them.

        Raises:
            PreparedGone: One was never prepared, was taken before, or waited too long.
        """
        taken = [self._waiting.pop(handle, None) for handle in handles]
        found = [one.prepared for one in taken if one is not None and now - one.since < LASTS]
        if len(found) != len(taken):
            raise PreparedGone("A statement that waited for an assertion is not there any more.")
        return found

    def _make_room(self, now: datetime) -> None:
        held = sum(one.chars for one in self._waiting.values())
        while len(self._waiting) > 1:
            oldest = next(iter(self._waiting.values()))
            fits = len(self._waiting) <= MOST_WAITING and held <= MOST_CHARS
            if fits and now - oldest.since < LASTS:
                return
            held -= oldest.chars
            self._waiting.popitem(last=False)
