# SPDX-License-Identifier: AGPL-3.0-or-later
"""An epoch that another desk ended ends here too, once all that lives here under its key has come under another one.

Desks share what they can open: each holds a copy of the others' keys of epochs. As long as one has it, what was erased still opens with a
slip that somebody kept. So after each import, and at each rotation:

    1  which epochs of other desks their own desk has stated as ended: each statement bears that desk's signature
    2  each slip and cell that lives here under such a key is opened, and opens to the same in an epoch that has not ended
    3  the places of keys have those; then, while nobody writes, that it ended is recorded here
    4  its key and folders are destroyed here and in the places of keys; `epoch.ended` is logged here too at the next admission

What is not all there yet stays, and is named. Killed at any point, the next import or rotation goes on. Spec: spec/06-vault.md §11.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Failure, Unavailable
from sviedka.keeper.rewrap import living
from sviedka.store.connect import connect, database_failures, disconnect
from sviedka.store.session import close_store
from sviedka.store.taking_back.ended_elsewhere import other_desks, silent_desks, stated_ends
from sviedka.store.taking_back.ending import keys_that_stay, prepare_end
from sviedka.store.taking_back.lost_here import find_kept_elsewhere
from sviedka.store.taking_back.marks import find_unexplained
from sviedka.store.taking_back.replicas_confirm import RotationUnconfirmed, bring_to_key_places, confirmed_by
from sviedka.store.taking_back.rotation_lock import rotating_alone
from sviedka.vault.epoch_removal import remove_ended, sync_stores
from sviedka.vault.epoch_turn import EpochEnd, epochs_alone, write_end

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sviedka.core.base.canonical import Json
    from sviedka.core.base.progress import Progress
    from sviedka.keeper.carried_over import Looked
    from sviedka.keeper.client import Keeper
    from sviedka.keeper.jobs import JobKeys
    from sviedka.vault.layout import Archive

LET_GO_JOB: Final = "sviedka.store.taking_back.letting_go:job"


@dataclass(frozen=True, kw_only=True)
class LetGo:
    """What became of epochs that one desk ended and several hold.

    Attributes:
        ended: Another desk's, ended here too.
        kept: Another desk's, whose keys are still here: something opens by them alone, also if only a place of keys has it any more, or
            is marked as taken back and nothing explains it, or a place of keys has not confirmed.
        waited_for: Desks that have not stated of each epoch of this desk which ended here that it ended there too.
    """

    ended: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    waited_for: tuple[str, ...] = ()


def let_go(archive: Archive, keeper: Keeper) -> LetGo:
    """End here what other desks ended, as far as nothing is lost by it.

    What has to wait, for a place of keys, a disk or another process too, is in `kept`: no failure. The next import or rotation tries again.
    """
    if not other_desks(archive):
        return LetGo()
    close_store()
    seen = _read(keeper.run_job(LET_GO_JOB, {}))
    if not seen.kept:
        return seen
    _copy(archive)
    try:
        done = _read(keeper.run_job(LET_GO_JOB, {"end": True}))
    except Unavailable:
        return seen
    _copy(archive)
    return done


def job(keys: JobKeys, arguments: Json, _progress: Progress) -> Json:
    """Keeper job: steps 1 to 4.

    Args:
        keys: Of the archive.
        arguments: `end`: if not true, it is only looked which there are.

    Returns:
        `ended`, `kept` and `waited_for`, as in `LetGo`.
    """
    database = connect(keys.archive, keys.database_key)
    try:
        with database_failures():
            stated, silent = stated_ends(database, keys), silent_desks(database, keys)
        would_lose = any(mark.lies for mark in find_unexplained(keys.archive, database))
    finally:
        disconnect()
    is_asked = isinstance(arguments, dict) and arguments.get("end") is True and not would_lose
    ended: list[Json] = [*end_stated(keys, stated)] if is_asked else []
    kept: list[Json] = [epoch for epoch in stated if epoch not in ended]
    return {"ended": ended, "kept": kept, "waited_for": [*silent]}


def end_stated(keys: JobKeys, stated: Mapping[str, str]) -> tuple[str, ...]:
    """Do steps 2 to 4 with the epochs that `stated` says their desks ended, each with where it was rewrapped to.

    Returns:
        Those that ended here.

    Raises:
        RotationUnderWay: Another process ends epochs.
        DiskFull, ReadOnly, DiskError: Some may have ended; do it again.
    """
    with rotating_alone(keys.archive):
        ended = tuple(epoch for epoch in stated if _end(keys, epoch, stated))
        remove_ended(keys.archive)
    return ended


def _end(keys: JobKeys, epoch: str, stated: Mapping[str, str]) -> bool:
    """Record that an epoch ended here too; return whether it may."""
    if find_kept_elsewhere(keys.archive, (epoch,)):
        return False
    looked = prepare_end(keys, epoch, keys_that_stay(keys.archive, stated))
    return looked is not None and _record(keys.archive, epoch, stated[epoch], looked)


def _record(archive: Archive, epoch: str, rewrapped_to: str, looked: Looked) -> bool:
    with epochs_alone(archive):
        if _living(archive, epoch) - looked.slips - looked.cells:
            return False  # came meanwhile
        try:
            confirmed = [name for one in sorted(looked.relied_on) for name in confirmed_by(archive, one)]
        except RotationUnconfirmed:
            return False
        sync_stores(archive)
        end = EpochEnd(
            epoch=epoch,
            rewrapped_to=rewrapped_to,
            slips=len(looked.slips),
            cells=len(looked.cells),
            confirmed_by=tuple(dict.fromkeys(confirmed)),
        )
        write_end(archive, end)
    return True


def _living(archive: Archive, epoch: str) -> set[str]:
    return {name for store in (archive.slips, archive.cells) for name in living(store, epoch)}


def _copy(archive: Archive) -> None:
    """Bring the places of keys up to date. The keeper sees what they have; one that is out of reach keeps what it has for now."""
    with suppress(Failure):
        bring_to_key_places(archive)


def _read(told: Json) -> LetGo:
    facts = told if isinstance(told, dict) else {}
    ended, kept, silent = (
        tuple(map(str, found)) if isinstance(found := facts.get(name), list) else ()
        for name in ("ended", "kept", "waited_for")
    )
    return LetGo(ended=ended, kept=kept, waited_for=silent)
