# SPDX-License-Identifier: AGPL-3.0-or-later
"""Recording what somebody takes back, that their wish was checked, and a narrowing. The freeze comes with the first."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sviedka.core.base.errors import Unavailable, Withheld
from sviedka.core.base.ids import StatementId
from sviedka.core.base.instants import moved
from sviedka.core.disclose.taking_back import Stage
from sviedka.core.disclose.types.erasure_asked import MOST_ITEMS
from sviedka.keeper.config import read_config
from sviedka.store.admission import admit
from sviedka.store.drafting import Drafter, Saying
from sviedka.store.moments import CLOCKS_DIFFER
from sviedka.store.session import open_store
from sviedka.store.taking_back.removing import remove_again
from sviedka.store.taking_back_requests import find_requests, preview
from sviedka.vault.clock import now as read_clock
from sviedka.vault.entropy import new_id

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sviedka.core.base.canonical import Json
    from sviedka.keeper.client import Keeper
    from sviedka.store.taking_back_ledger import Subject
    from sviedka.store.taking_back_requests import Request
    from sviedka.vault.layout import Archive

_OVER = (Stage.LIFTED, Stage.DONE)


class TooManyItems(Unavailable):
    """More originals than one request can list."""

    code = "unavailable.too-many-items"
    hint = "Take the items back one by one, then the person."


class NothingAsked(Withheld):
    """Nothing was asked to be taken back here, or all of it is over."""

    code = "withheld.nothing-asked"
    hint = "Ask first: sviedka erase with the person or item, and who asks."


def requests_of(archive: Archive, keeper: Keeper, subject: Subject, *, at: datetime) -> tuple[Request, ...]:
    """Return the requests about `subject` as they stand at `at`."""
    days = read_config(archive).erase_after_days
    return find_requests(open_store(archive, keeper), subject.subject, now=at, wait_days=days)


def standing_requests(archive: Archive, keeper: Keeper, subject: Subject, *, at: datetime) -> tuple[Request, ...]:
    """Return those that are neither carried out nor ended by two people: what is ready first, then what waits the least."""
    found = (one for one in requests_of(archive, keeper, subject, at=at) if one.state.stage not in _OVER)
    return tuple(sorted(found, key=lambda one: (one.state.stage is not Stage.READY, one.state.waits_until)))


def ask(
    archive: Archive,
    keeper: Keeper,
    subject: Subject,
    *,
    asked_by: str,
    channel: str,
    clock: Callable[[], datetime] = read_clock,
) -> StatementId:
    """Record that `subject` is taken back; frozen when this returns. A request that stands already is returned.

    Unless that was dated ahead, by a clock that was wrong, and nothing stands against it: nobody need wait for years.

    Raises:
        TooManyItems: More than one statement lists; nothing was frozen.
    """
    at_last = moved(clock(), timedelta(days=read_config(archive).erase_after_days) + CLOCKS_DIFFER)
    for one in standing_requests(archive, keeper, subject, at=clock()):
        if one.state.is_stopped or one.state.waits_until <= at_last:
            return one.jti
    seen = preview(open_store(archive, keeper), subject)
    if max(len(seen.items), len(seen.blocked)) > MOST_ITEMS:
        raise TooManyItems(
            "{count} originals would go; one request lists {most}.", count=len(seen.items), most=MOST_ITEMS
        )
    fields: dict[str, Json] = {
        "of": subject.kind,
        "asked_by": asked_by,
        "channel": channel,
        "items": [*seen.items],
        "blocked": [*seen.blocked],
    }
    return _say(archive, keeper, subject, "erasure.asked/1", fields, at=clock())


def check(
    archive: Archive,
    keeper: Keeper,
    subject: Subject,
    *,
    outcome: str,
    channel: str,
    clock: Callable[[], datetime] = read_clock,
) -> StatementId:
    """Record whether the wish is free, as asked by the channel agreed as safe; raise `NothingAsked`."""
    request = standing_request(archive, keeper, subject, at=clock())
    fields: dict[str, Json] = {"request": request.jti, "outcome": outcome, "channel": channel}
    return _say(archive, keeper, subject, "erasure.checked/1", fields, at=clock())


def narrow(
    archive: Archive, keeper: Keeper, subject: Subject, *, to: str, clock: Callable[[], datetime] = read_clock
) -> StatementId:
    """Narrow a request to `freeze` or `nothing`; the latter counts once two people approve it. Raises `NothingAsked`."""
    request = standing_request(archive, keeper, subject, at=clock())
    for one in request.narrowings:
        if one.to == to:
            return one.jti
    return _say(archive, keeper, subject, "erasure.narrowed/1", {"request": request.jti, "to": to}, at=clock())


def lift(keeper: Keeper) -> None:
    """Have the keeper take away the marks of freezes that two people ended, as its own reading of the packs says."""
    remove_again(keeper)


def standing_request(archive: Archive, keeper: Keeper, subject: Subject, *, at: datetime) -> Request:
    """Return the first of `standing_requests`; raise `NothingAsked`."""
    for one in standing_requests(archive, keeper, subject, at=at):
        return one
    raise NothingAsked("Nothing of {item} is asked to be taken back.", item=subject.subject)


def _say(
    archive: Archive, keeper: Keeper, subject: Subject, kind: str, fields: dict[str, Json], *, at: datetime
) -> StatementId:
    saying = Saying(jti=StatementId(new_id()), case=subject.case, type=kind, subject=subject.subject, fields=fields)
    drafter = Drafter(open_store(archive, keeper), archive_cell=keeper.facts().archive_cell)
    (admitted,) = admit(archive, keeper, [drafter.draft(saying, at)])
    return admitted.jti
