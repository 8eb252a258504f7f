# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keeper job of a restore: what the log says ended, ends again, once all that lives under it opens under another key.

A place of keys that is older than a rotation still has the key of an epoch that ended. That it ended is believed of a
statement that a desk signed, never of a record in a place, which anybody who writes there can make; and what lies under
a later epoch counts if its key opens it to the same. What does not hold keeps its key, and the restore names it.
Spec: spec/06-vault.md §10.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Failure
from sviedka.store.connect import connect, database_failures, disconnect
from sviedka.store.session import close_store
from sviedka.store.taking_back.ended_elsewhere import all_stated_ends
from sviedka.store.taking_back.ending import keys_that_stay, prepare_end
from sviedka.store.taking_back.rotation_lock import rotating_alone
from sviedka.vault.epoch_removal import remove_ended, sync_stores
from sviedka.vault.epoch_turn import EpochEnd, epochs_alone, write_end

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sviedka.core.base.canonical import Json
    from sviedka.core.base.progress import Progress
    from sviedka.keeper.client import Keeper
    from sviedka.keeper.jobs import JobKeys

END_AGAIN_JOB: Final = "sviedka.store.upkeep.ending_again:job"


def end_again(keeper: Keeper) -> None:
    """End what the log says ended and nothing is lost by. The caller has just made the projections from the packs."""
    close_store()
    keeper.run_job(END_AGAIN_JOB, {})


def job(keys: JobKeys, _arguments: Json, _progress: Progress) -> Json:
    """Keeper job of `end_again`; returns the epochs that ended.

    Raises:
        DiskFull, ReadOnly, DiskError: Some may have ended; do it again.
    """
    database = connect(keys.archive, keys.database_key)
    try:
        with database_failures():
            stated = all_stated_ends(database, keys)
    finally:
        disconnect()
    with rotating_alone(keys.archive):
        ended: list[Json] = [epoch for epoch in stated if _end(keys, epoch, stated)]
        remove_ended(keys.archive)
    return ended


def _end(keys: JobKeys, epoch: str, stated: Mapping[str, str]) -> bool:
    archive = keys.archive
    among = [one for one in keys_that_stay(archive, stated) if _opens(keys, one)]
    looked = prepare_end(keys, epoch, among)
    if looked is None:
        return False
    with epochs_alone(archive):
        sync_stores(archive)
        slips, cells = len(looked.slips), len(looked.cells)
        write_end(archive, EpochEnd(epoch=epoch, rewrapped_to=stated[epoch], slips=slips, cells=cells))
    return True


def _opens(keys: JobKeys, epoch: str) -> bool:
    """Tell whether an epoch's key is one: whoever writes a place of keys can name any file so."""
    try:
        keys.epoch_identity(epoch)
    except Failure:
        return False
    return True
