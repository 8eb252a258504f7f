# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which state a taking-back is in, from everything that was recorded about it and the time.

It freezes from the first statement on and can be forced; so erasing needs time, two people, and the finding that the
wish is free. Whatever protects wins, in whatever order statements arrive: what is done stays done, a wish found not
free holds, a narrowing stops, and only two people together end a freeze. That it is done counts only with the approvals
of two people and a wish found free, and not from a desk that knew of what stops it: a desk that is taken over would erase
by saying so. One that did not know has erased, so what it says counts everywhere. Spec: spec/03-statement.md §3.11.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from sviedka.core.base.ids import SubjectId
from sviedka.core.base.instants import moved

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sviedka.core.base.ids import StatementId, UserId

APPROVALS: Final = 2
"""So many different people approve."""

ERASE: Final = "erase"
UNFREEZE: Final = "unfreeze"
"""Words of `approval/1` statements: of the request, and of a narrowing to nothing."""


class Stage(StrEnum):
    """Where a taking-back stands. In every stage but `LIFTED` nothing more leaves and nothing is opened."""

    WAITING = "waiting"
    READY = "ready"
    HELD = "held"
    NARROWED = "narrowed"
    LIFTED = "lifted"
    DONE = "done"


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """The request. `not_before` is the latest time stated in its log before it: it was not recorded earlier than that.

    Times that are still to come are left out of it: they were stated by a clock that was wrong.

    `items` are the originals that it lists to be erased.
    """

    jti: StatementId
    at: datetime
    not_before: datetime
    items: frozenset[SubjectId] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Approved:
    """Somebody approved the statement `statement` for `action`, with an assertion of their own, already verified."""

    statement: StatementId
    action: str
    by: UserId


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    """Somebody asked whether the wish is free: `free`, `not-free` or `not-reached`."""

    jti: StatementId
    request: StatementId
    outcome: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Narrowed:
    """The request was narrowed to `freeze` or `nothing`."""

    jti: StatementId
    request: StatementId
    to: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """A desk says that it carried the request out, and which originals it erased. By itself that is only its word.

    `known` are the statements about the same subject that it knew (`known_before`).
    """

    jti: StatementId
    request: StatementId
    items: frozenset[SubjectId] = frozenset()
    known: frozenset[StatementId] = frozenset()


Event = Approved | Checked | Narrowed | Done


@dataclass(frozen=True, kw_only=True, slots=True)
class TakingBack:
    """A request and where it stands.

    Attributes:
        stage: Where.
        approved_by: Who approves erasing, sorted.
        is_checked: The wish was found free, and never not free.
        waits_until: From when on it may be carried out, if nothing else lacks.
        carried_out_by: The statements by which it is done; none if it is not.
        is_stopped: A finding that it is not free, or a narrowing, stands against it, though it may be done: then nothing goes
            but what the desks erased that did not know of that.
    """

    request: StatementId
    stage: Stage
    approved_by: tuple[UserId, ...]
    is_checked: bool
    waits_until: datetime
    carried_out_by: tuple[StatementId, ...] = ()
    is_stopped: bool = False

    @property
    def is_frozen(self) -> bool:
        """Tell whether nothing may be opened or leave."""
        return self.stage is not Stage.LIFTED


def taking_back_at(asked: Asked, events: Iterable[Event], *, now: datetime, wait_days: int) -> TakingBack:
    """Return where a request stands. The order of `events` does not matter, nor do those about other requests.

    Args:
        asked: The request.
        events: Everything recorded.
        now: By the clock; one that goes back makes nothing ready.
        wait_days: Days between the request and erasing, counted from the later of the two times that `asked` has: a
            desk cannot shorten them by dating a request back.
    """
    found = tuple(events)
    mine = [event for event in found if not isinstance(event, Approved) and event.request == asked.jti]
    outcomes = {event.outcome for event in mine if isinstance(event, Checked)}
    approved_by = _approvers(found, asked.jti, ERASE)
    is_checked = "free" in outcomes and "not-free" not in outcomes
    waits_until = moved(max(asked.at, asked.not_before), timedelta(days=wait_days))
    is_ready = len(approved_by) >= APPROVALS and is_checked and now >= waits_until
    # A desk alone erases nothing: its word that it is done counts under two people and a wish found free.
    may_be_done = len(approved_by) >= APPROVALS and "free" in outcomes
    dones = _carried_out_by(asked, mine) if may_be_done else ()
    going = Stage.READY if is_ready else Stage.WAITING
    stopped = _stopped(found, mine, outcomes)
    return TakingBack(
        request=asked.jti,
        stage=Stage.DONE if dones else stopped or going,
        approved_by=approved_by,
        is_checked=is_checked,
        waits_until=waits_until,
        carried_out_by=dones,
        is_stopped=stopped is not None,
    )


def _stopped(found: tuple[Event, ...], mine: list[Checked | Narrowed | Done], outcomes: set[str]) -> Stage | None:
    narrowed = [event for event in mine if isinstance(event, Narrowed)]
    if any(one.to == "nothing" and len(_approvers(found, one.jti, UNFREEZE)) >= APPROVALS for one in narrowed):
        return Stage.LIFTED
    if narrowed:
        return Stage.NARROWED
    return Stage.HELD if "not-free" in outcomes else None


def _carried_out_by(asked: Asked, mine: list[Checked | Narrowed | Done]) -> tuple[StatementId, ...]:
    """Return the statements that, of desks which knew of nothing against it, say that all was erased that the request lists."""
    stops = {
        one.jti for one in mine if isinstance(one, Narrowed) or (isinstance(one, Checked) and one.outcome == "not-free")
    }
    dones = [one for one in mine if isinstance(one, Done) and not stops & one.known]
    erased = frozenset[SubjectId]().union(*(one.items for one in dones))
    return tuple(sorted(one.jti for one in dones)) if asked.items <= erased else ()


def _approvers(events: tuple[Event, ...], statement: StatementId, action: str) -> tuple[UserId, ...]:
    by = {
        event.by
        for event in events
        if isinstance(event, Approved) and event.statement == statement and event.action == action
    }
    return tuple(sorted(by))
