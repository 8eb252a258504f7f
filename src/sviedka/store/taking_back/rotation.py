# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka epoch rotate`: what lives is wrapped to a new key, and the keys before it are destroyed.

    1  which epoch is the new one is written down, and its key is made: durable
    2  every slip and cell that lives is wrapped to it, in groups that are each durable
    3  the new set is compared with its lists, byte for byte
    4  it was copied to every registered place of keys and read back: by whoever asks, since the keeper knows no network
    5  2 and 3 again, by the keeper's own look, whatever it is told; then, while nobody writes: nothing is left behind, each
       place has confirmed, all names synced; then that the old epochs ended is recorded
    6  old keys are overwritten and removed, old folders removed, the mark of 1 removed
    7  what other desks have ended ends here too, where all of it is carried over (`letting_go`)
    8  `epoch.ended` is logged, at the next admission if not now

Killed after any call it goes on where it was when it is started again; before 5 nothing old is touched, and a slip or
cell that does not open, or is lost here (`lost_here`), stops it there. In the keeper. Spec: spec/02-item.md §6, spec/06-vault.md §8.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Failure, Malformed, Refuted
from sviedka.core.base.progress import unwatched
from sviedka.keeper.errors import EpochGone
from sviedka.keeper.rewrap import Rewrapper, living, rewrap
from sviedka.store.admission import admit
from sviedka.store.cleaning import clean_projections
from sviedka.store.session import clear_cut_deposits, close_store, open_store
from sviedka.store.taking_back.epochs_begun import begun_epochs, begun_in
from sviedka.store.taking_back.letting_go import LetGo, let_go
from sviedka.store.taking_back.lost_here import find_lost
from sviedka.store.taking_back.marks import refuse_unexplained
from sviedka.store.taking_back.removing import remove_again
from sviedka.store.taking_back.replicas_confirm import bring_to_key_places, confirmed_by
from sviedka.store.taking_back.rotation_lock import RotationUnderWay, rotating_alone
from sviedka.store.taking_back.rotation_target import choose_target, epochs_before, read_mark
from sviedka.vault.durable import remove
from sviedka.vault.epoch_removal import carry_marks, find_unlike_lists, remove_ended, sync_stores
from sviedka.vault.epoch_turn import EpochEnd, epochs_alone, read_ends, write_end
from sviedka.vault.epochs import list_epochs
from sviedka.vault.layout import parse_epoch_name
from sviedka.vault.recovery import recover

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sviedka.core.base.canonical import Json
    from sviedka.core.base.progress import Progress
    from sviedka.keeper.client import Keeper
    from sviedka.keeper.jobs import JobKeys
    from sviedka.vault.layout import Archive

CARRY_JOB: Final = "sviedka.store.taking_back.rotation:carry_job"
END_JOB: Final = "sviedka.store.taking_back.rotation:end_job"
_MOST_NAMED: Final = 1_000


class RotationStopped(Refuted):
    """Some slips or cells cannot be carried to the new key, so the old one was not destroyed."""

    code = "refuted.rotation"
    hint = "Mend them from a replica or a second key place and rotate again. With --lose-damaged they are given up for good."


@dataclass(frozen=True, kw_only=True)
class Rotated:
    """What a rotation did.

    Attributes:
        epoch: The new one.
        ended: The epochs whose keys are destroyed.
        slips: Slips that live now under the new key, from this and earlier tries. cells: cells.
        lost: Identifiers that were given up, by `lose_damaged`; at most 1,000.
        forgotten: Every place of keys has let go of what ended. If not, the next copying does it.
        let_go: What became of epochs that other desks ended, and which desks may still have a key that ended here.
    """

    epoch: str
    ended: tuple[str, ...]
    slips: int
    cells: int
    lost: tuple[str, ...]
    forgotten: bool
    let_go: LetGo


def rotate(
    archive: Archive, keeper: Keeper, *, lose_damaged: bool = False, progress: Progress | None = None
) -> Rotated:
    """Begin a new epoch, carry all that lives into it, destroy the keys of those before, and log that.

    Args:
        archive: Whose.
        keeper: Does it, because it has the keys.
        lose_damaged: Give up slips and cells that do not open or are lost, instead of stopping before anything is destroyed.
        progress: Told slips and cells.

    Raises:
        RotationStopped: Some do not open, or are missing here; every old key is still there.
        MarksUnexplained: Some are marked as taken back that nobody took back; likewise.
        RotationUnconfirmed: A place of keys has not confirmed; likewise.
        RotationUnderWay: Somebody else is at it.
        DiskFull, ReadOnly, DiskError: Nothing is lost; start it again.
    """
    clear_cut_deposits(archive, keeper)  # else it would be carried on, for good
    database = open_store(archive, keeper)
    refuse_unexplained(archive, database)
    wanted: dict[str, Json] = {"lose_damaged": lose_damaged, "begun": [*begun_epochs(database)]}
    if remove_again(keeper):  # what was erased and came back, by a repair or by hand, is not carried
        clean_projections(archive, keeper, progress=progress)
    close_store()
    ended: Mapping[str, Json] = {}
    while not ended.get("done"):
        carried = _told(keeper.run_job(CARRY_JOB, wanted, progress))
        bring_to_key_places(archive)
        ended = _told(keeper.run_job(END_JOB, {"epoch": carried["epoch"], "lose_damaged": lose_damaged}))
    gone = let_go(archive, keeper)
    admit(archive, keeper, [])  # logs what began and what ended
    return Rotated(
        epoch=str(carried["epoch"]),
        ended=_texts(ended["ended"]),
        slips=int(str(ended["slips"])),
        cells=int(str(ended["cells"])),
        lost=_texts(ended["lost"]),
        forgotten=_forget(archive),
        let_go=gone,
    )


def _forget(archive: Archive) -> bool:
    """Have the places of keys remove what ended. One that is out of reach now does it when it is copied to again."""
    try:
        bring_to_key_places(archive)
    except Failure:
        return False  # told by `forgotten`, and by `sviedka status` of the replica itself
    return True


def carry_job(keys: JobKeys, arguments: Json, progress: Progress) -> Json:
    """Keeper job: steps 1 to 3.

    Args:
        keys: Open the old epochs, make the new one.
        arguments: `lose_damaged`, and `begun`: names that the log says were given, which are not given again.
        progress: Told slips and cells.

    Returns:
        `epoch`, the new one.
    """
    with rotating_alone(keys.archive):
        return _Rotation(keys, begun_in(arguments)).carry(lose_damaged=_loses(arguments), progress=progress)


def end_job(keys: JobKeys, arguments: Json, _progress: Progress) -> Json:
    """Keeper job: steps 5 and 6.

    Args:
        keys: Of the archive.
        arguments: `epoch` as `carry_job` gave it, and `lose_damaged`. Which those are is not asked of anybody: a desk that is
            taken over would name all.

    Returns:
        `done`: false if something in an old epoch was carried only now, and has to come to the places of keys first, or
        came meanwhile; `ended`, `slips`, `cells`; `lost`, what did not open, at most 1,000.
    """
    told = arguments if isinstance(arguments, dict) else {}
    with rotating_alone(keys.archive):
        return _Rotation(keys).end(parse_epoch_name(str(told.get("epoch"))), lose_damaged=_loses(told))


def _loses(arguments: Json) -> bool:
    return isinstance(arguments, dict) and arguments.get("lose_damaged") is True


def _told(result: Json) -> Mapping[str, Json]:
    if not isinstance(result, dict):
        raise Malformed("A job's result is not one.")
    return result


def _texts(value: Json) -> tuple[str, ...]:
    return tuple(map(str, value if isinstance(value, list) else ()))


class _Rotation:
    """One job, while it holds the lock of rotations."""

    def __init__(self, keys: JobKeys, begun: Collection[str] = ()) -> None:
        self._keys, self._begun = keys, begun
        self._archive = keys.archive

    def carry(self, *, lose_damaged: bool, progress: Progress) -> Json:
        """Do steps 1 to 3."""
        recover(self._archive)
        target = choose_target(self._keys, self._begun)
        self._carry(epochs_before(self._archive, target), target, progress, lose_damaged=lose_damaged)
        return {"epoch": target}

    def end(self, target: str, *, lose_damaged: bool) -> Json:
        """Do steps 5 and 6."""
        if read_mark(self._archive) != target:
            raise RotationUnderWay("Another rotation has ended this one, or something was taken back meanwhile.")
        old = epochs_before(self._archive, target)
        left = self._left(old, target)
        broken = self._carry(old, target, unwatched, lose_damaged=lose_damaged)
        ends = self._end(old, target, broken) if left <= broken else None  # else: to the places of keys first
        if ends is None:
            return {"done": False}
        remove_ended(self._archive)
        remove(self._archive.rotation)
        ended: list[Json] = [end.epoch for end in ends]
        lost: list[Json] = [*sorted(broken)[:_MOST_NAMED]]
        slips, cells = sum(end.slips for end in ends), sum(end.cells for end in ends)
        return {"done": True, "ended": ended, "slips": slips, "cells": cells, "lost": lost}

    def _carry(self, old: tuple[str, ...], target: str, progress: Progress, *, lose_damaged: bool) -> set[str]:
        """Carry; return what is damaged or lost and may be given up, or raise `RotationStopped` if nothing may."""
        broken = self._carry_what_opens(old, target, progress)
        if broken and not lose_damaged:
            raise RotationStopped(
                "{count} slips or cells do not open or are missing here; no key was destroyed.", count=len(broken)
            )
        return broken

    def _carry_what_opens(self, old: tuple[str, ...], target: str, progress: Progress) -> set[str]:
        """Wrap to `target` what lives in `old` and is not there yet; return what opens in none of them, or was lost from them."""
        broken: set[str] = set()
        recipient = self._keys.epoch_identity(target).recipient()
        for epoch, cells in ((epoch, cells) for epoch in old for cells in (False, True)):
            store = self._archive.cells if cells else self._archive.slips
            if epoch not in list_epochs(store):
                continue
            try:
                identity = self._keys.epoch_identity(epoch)
            except EpochGone:  # lost, not ended: nothing in it opens
                broken |= set(living(store, epoch, besides=target))
                continue
            rewrapper = Rewrapper(
                archive=self._archive, cells=cells, old=epoch, new=target, identity=identity, recipient=recipient
            )
            broken |= set(rewrap(rewrapper, progress).broken)
            carry_marks(store, epoch, target)
        self._refuse_unlike(target)
        return (broken & self._left(old, target)) | find_lost(self._archive, old)

    def _refuse_unlike(self, target: str) -> None:
        """Stop if the disk gave back other bytes than it was given: what they came from may still open, and is not given up."""
        stores = (self._archive.slips, self._archive.cells)
        count = sum(1 for store in stores for _ in find_unlike_lists(store / target))
        if count:
            remove(self._archive.rotation)  # the next rotation carries from the old ones again, into another epoch
            raise RotationStopped(
                "{count} slips or cells are not as they were written; no key was destroyed.", count=count
            )

    def _end(self, old: tuple[str, ...], target: str, broken: set[str]) -> tuple[EpochEnd, ...] | None:
        """Record that the old epochs ended; None if something came into one of them meanwhile."""
        with epochs_alone(self._archive):
            if self._left(old, target) - broken:
                return None
            confirmed = confirmed_by(self._archive, target)
            sync_stores(self._archive)
            for epoch in old:
                write_end(self._archive, self._count(epoch, target, broken, confirmed))
        return tuple(end for end in read_ends(self._archive) if end.epoch in old)

    def _left(self, old: tuple[str, ...], target: str) -> set[str]:
        stores = (self._archive.slips, self._archive.cells)
        return {name for epoch in old for store in stores for name in living(store, epoch, besides=target)}

    def _count(self, epoch: str, target: str, broken: set[str], confirmed: tuple[str, ...]) -> EpochEnd:
        stores = (self._archive.slips, self._archive.cells)
        slips, cells = (sum(name not in broken for name in living(store, epoch)) for store in stores)
        return EpochEnd(epoch=epoch, rewrapped_to=target, slips=slips, cells=cells, confirmed_by=confirmed)
