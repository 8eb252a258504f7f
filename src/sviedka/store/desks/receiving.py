# SPDX-License-Identifier: AGPL-3.0-or-later
"""What other desks sent is taken in: proven first, whole or not at all, and once however often it is offered.

For each desk: its log is proven (`proving`) -> keys of epochs, cells and payloads that are new are kept, a cell if something
stated under it opens with it, a payload if it was stated -> rows written but not committed -> slips that open what they were
stated for kept -> packs durable -> commit -> what it asks to be taken back is frozen here, what it has erased is removed here
too -> its head and tiles published. Those before a desk that had something new are looked at once more. After all of them:
epochs that they ended end here too (`taking_back.letting_go`). A kill between any two leaves what the next start replays or the
next import completes. What was erased leaves the projections last: they are destroyed and made anew, as at the desk that erased
it; a kill before that leaves a note of it to the next start (`cleaning`). They are made again as well when a cell came after what
was told under it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from sviedka.core.base.errors import Failure
from sviedka.core.base.ids import parse_origin
from sviedka.keeper.wire import parse_failure
from sviedka.store.cleaning import clean_if_due
from sviedka.store.desks.errors import NothingSent
from sviedka.store.desks.older import Older
from sviedka.store.rebuild import rebuild
from sviedka.store.session import bring_in_step, close_store, open_store
from sviedka.store.taking_back.letting_go import LetGo, let_go
from sviedka.store.writer_lock import admission_lock
from sviedka.vault.disk_errors import translating
from sviedka.vault.layout import Archive, NameRefused

if TYPE_CHECKING:
    from sviedka.core.base.progress import Progress
    from sviedka.keeper.client import Keeper

RECEIVE_JOB = "sviedka.store.desks.taking_in:job"


@dataclass(frozen=True, kw_only=True)
class Received:
    """What became of one desk's part: how many statements are new, or why none of it was taken in.

    Attributes:
        desk: Whose part.
        statements: How many are new.
        older: Set if it is an older copy of that desk's log than the one held here: nothing is new.
        newer_list: Number of the key list that it goes by, if that is newer than the one in force here; else 0.
        list_forks: Key lists that it goes by and that are others here, or at another desk.
        foreign: Set if slips, cells or payloads in its place are not what they are named for; those were not kept.
        failure: Why nothing was taken in.
    """

    desk: str
    statements: int = 0
    older: Older | None = None
    newer_list: int = 0
    list_forks: tuple[Failure, ...] = ()
    foreign: Failure | None = None
    failure: Failure | None = None


@dataclass(frozen=True, kw_only=True)
class TakenIn:
    """What became of each desk's part, and of the epochs that the desks have ended."""

    desks: tuple[Received, ...]
    let_go: LetGo


def receive(archive: Archive, keeper: Keeper, folder: Path, progress: Progress | None = None) -> TakenIn:
    """Take in what the other desks have put into `folder`. What one of them sent wrong stops none of the others.

    Untrusted: everything in the folder.

    Raises:
        NothingSent: No other desk has put anything there.
        Locked: The keeper holds no keys.
    """
    own = parse_origin(keeper.facts().origin)[1]
    desks = [desk for desk in _desks_in(folder) if desk != own]
    if not desks:
        raise NothingSent("No other desk has put anything into this folder.")
    open_store(archive, keeper)
    received = [_try(archive, keeper, folder, desk, progress) for desk in desks]
    heard = max((place for place, one in enumerate(received) if one.statements), default=0)
    for place in range(heard):  # a cell there may have waited for what a desk after it stated
        again = _try(archive, keeper, folder, desks[place], progress)
        received[place] = replace(again, statements=received[place].statements + again.statements)
    gone = let_go(archive, keeper)
    open_store(archive, keeper)
    return TakenIn(desks=tuple(received), let_go=gone)


def _try(archive: Archive, keeper: Keeper, folder: Path, desk: str, progress: Progress | None) -> Received:
    try:
        return _receive(archive, keeper, folder / desk, desk, progress)
    except Failure as failure:
        return Received(desk=desk, failure=failure)


def _receive(archive: Archive, keeper: Keeper, sent: Path, desk: str, progress: Progress | None) -> Received:
    with admission_lock(archive):
        bring_in_step(archive, keeper)  # what a killed writer left, before anything is proven against it
        close_store()
        told = keeper.run_job(RECEIVE_JOB, {"sent": str(sent.absolute()), "desk": desk}, progress)
    facts = told if isinstance(told, dict) else {}
    if not clean_if_due(archive, keeper, progress=progress) and facts.get("late"):
        rebuild(archive, keeper, progress)
    older, forks, foreign = facts.get("older"), facts.get("list_forks"), facts.get("foreign")
    forks = forks if isinstance(forks, list) else []
    return Received(
        desk=desk,
        statements=int(str(facts.get("statements", 0))),
        older=Older.from_json(older) if isinstance(older, dict) else None,
        newer_list=int(str(facts.get("newer_list", 0))),
        foreign=parse_failure(foreign["error"]) if isinstance(foreign, dict) else None,
        list_forks=tuple(parse_failure(one["error"]) for one in forks if isinstance(one, dict)),
    )


def _desks_in(folder: Path) -> list[str]:
    with translating():
        names = sorted(entry.name for entry in os.scandir(folder) if entry.is_dir(follow_symlinks=False))
    return [name for name in names if _is_desk(name)]


def _is_desk(name: str) -> bool:
    try:
        Archive(root=Path()).desk_packs(name)
    except NameRefused:
        return False
    return True
