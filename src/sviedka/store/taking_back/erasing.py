# SPDX-License-Identifier: AGPL-3.0-or-later
"""Carrying out a taking-back: slips and cells removed, projections destroyed and made anew, places of keys, the record.

    0  what deposits that were cut have left without a statement goes first: nobody's request could name it
    1  the keeper looks for itself whether the request may be carried out now, in packs that reach as far as every head, while
       nobody states anything
    2  the keeper writes down what goes, without which it signs no 5; slips and cells leave every epoch, each with a mark; an
       unfinished rotation is begun anew
    3  the database and the salt of its key are destroyed, and it is made again from the vault: what is erased is withheld
    4  each place of keys removes them too; one that cannot be reached is named
    5  `erasure.done` says what went, in several statements if one cannot list it all, and what was reached and what was not
    6  beyond recovery when every epoch in which they lay has ended: `sviedka epoch rotate`

Each step may be cut short and done again. Spec: spec/02-item.md §6, spec/03-statement.md §3.11.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.core.base.ids import CellId, StatementId, SubjectId
from sviedka.core.disclose.taking_back import APPROVALS, Stage
from sviedka.keeper.begun_erasures import forget_begun
from sviedka.store.cleaning import clean_projections
from sviedka.store.session import clear_cut_deposits, close_store
from sviedka.store.taking_back.asking import standing_request
from sviedka.store.taking_back.ended_elsewhere import other_desks
from sviedka.store.taking_back.erase_job import ERASE_JOB
from sviedka.store.taking_back.errors import NotYet
from sviedka.store.taking_back.saying_erased import Gone, record, sayings_of
from sviedka.vault.clock import now as read_clock
from sviedka.vault.replica.registry import KEYS, PAYLOADS, read_replicas
from sviedka.vault.replica.running import replicate

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sviedka.core.base.canonical import Json
    from sviedka.core.base.progress import Progress
    from sviedka.keeper.client import Keeper
    from sviedka.store.taking_back_ledger import Subject
    from sviedka.store.taking_back_requests import Request
    from sviedka.vault.layout import Archive

HERE: Final = "vault"
SERVER: Final = "database server"
"""Not reached where its write-ahead log may hold for a while what was in its tables."""

_MESSAGES: Final = {
    "held": "The wish was found not to be free. It stays frozen.",
    "narrowed": "It was narrowed: it stays frozen and is not erased.",
    "people": "Approvals by different people: {have} of {need}.",
    "check": "Nobody has found the wish to be free yet.",
    "time": "It waits until {until}.",
}


@dataclass(frozen=True, kw_only=True)
class Erased:
    """What was carried out.

    Attributes:
        items, cells: That are unreadable now.
        epochs: Until these have ended, a copy of them from elsewhere would still open.
        reached: `vault` and the places of keys that removed them. not_reached: those that could not.
        holders: Replicas of payloads, which keep ciphertext that opens with nothing.
        desks: Other desks, which erase it when they have taken in the record; it names them as not reached.
    """

    jti: StatementId
    items: tuple[SubjectId, ...]
    cells: tuple[CellId, ...]
    epochs: tuple[str, ...]
    reached: tuple[str, ...]
    not_reached: tuple[str, ...]
    holders: tuple[str, ...]
    desks: tuple[str, ...]


def carry_out(
    archive: Archive,
    keeper: Keeper,
    subject: Subject,
    *,
    progress: Progress | None = None,
    clock: Callable[[], datetime] = read_clock,
) -> Erased:
    """Erase what was asked to be taken back.

    Raises:
        NothingAsked: Nothing was, or all of it is over.
        NotYet: Something lacks; nothing was changed.
        CellDisputed: A cell of theirs is named for somebody else too; nothing was changed.
        PacksMissing, LogDiffers: Packs were taken away; nothing was changed.
        DiskFull, ReadOnly, DiskError: Some of it may be erased; do it again.
    """
    request = standing_request(archive, keeper, subject, at=clock())
    require_ready(request, at=clock())
    clear_cut_deposits(archive, keeper)
    close_store()
    arguments: Json = {"subject": subject.subject, "request": request.jti}
    gone = Gone.from_json(keeper.run_job(ERASE_JOB, arguments))
    is_clean = clean_projections(archive, keeper, progress=progress)
    reached, not_reached = _remove_in_places(archive, () if is_clean else (SERVER,))
    desks = other_desks(archive)
    sayings = sayings_of(gone, subject, request.jti, reached=[HERE, *reached], not_reached=[*not_reached, *desks])
    record(archive, keeper, sayings, at=clock())
    forget_begun(archive, request.jti)
    return Erased(
        jti=sayings[0].jti,
        items=tuple(map(SubjectId, gone.items)),
        cells=tuple(map(CellId, gone.cells)),
        epochs=gone.epochs,
        reached=(HERE, *reached),
        not_reached=not_reached,
        holders=tuple(one.name for one in read_replicas(archive) if one.holds == PAYLOADS),
        desks=desks,
    )


def require_ready(request: Request, *, at: datetime) -> None:
    """Refuse a request that may not be carried out at `at`, saying everything that lacks; raise `NotYet`."""
    state = request.state
    if state.stage is Stage.READY:
        return
    failure = NotYet("Request {jti} may not be carried out.", jti=request.jti)
    facts: dict[str, str | int] = {
        "have": len(state.approved_by),
        "need": APPROVALS,
        "until": state.waits_until.date().isoformat(),
    }
    lacking = {
        "held": state.stage is Stage.HELD,
        "narrowed": state.stage is Stage.NARROWED,
        "people": len(state.approved_by) < APPROVALS,
        "check": not state.is_checked,
        "time": at < state.waits_until,
    }
    failure.details = tuple((_MESSAGES[what], facts) for what, lacks in lacking.items() if lacks)
    raise failure


def _remove_in_places(archive: Archive, missed: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    reached, not_reached = list[str](), [*missed]
    for outcome in replicate(archive, only=KEYS):
        (reached if outcome.failure is None else not_reached).append(outcome.entry.name)
    return tuple(reached), tuple(not_reached)
