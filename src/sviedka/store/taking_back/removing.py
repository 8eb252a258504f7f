# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keeper job: what the log says was taken back is frozen, lifted and removed here too.

After an import, a restore from older copies, a replay, and when two people ended a freeze. Freezing rests on the
projections as they are: it protects, and can be undone. What cannot be undone, and what opens again, rests on the packs
alone: rows can be written by whoever works at the desk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.core.base.progress import unwatched
from sviedka.store.cleaning import begin_cleaning, remove_erased
from sviedka.store.connect import connect, database_failures, disconnect
from sviedka.store.folded_apart import folded_apart
from sviedka.store.freezing_again import bring_marks_in_step, find_marks
from sviedka.store.session import close_store
from sviedka.store.taking_back_done import find_erased
from sviedka.vault.frozen import freeze, read_frozen
from sviedka.vault.removing import find_lying, is_removed, remove_everywhere

if TYPE_CHECKING:
    from sviedka.core.base.canonical import Json
    from sviedka.core.base.progress import Progress
    from sviedka.keeper.client import Keeper
    from sviedka.keeper.jobs import JobKeys
    from sviedka.store.engine import Database


def remove_again(keeper: Keeper) -> int:
    """Freeze, lift and remove what the log says, and return how many slips and cells were removed.

    The caller has made the projections from the newest log that there is; they are made again if anything was removed.
    """
    close_store()
    return remove_erased(keeper)


def job(keys: JobKeys, _arguments: Json, _progress: Progress) -> Json:
    """Keeper job of `remove_again`."""
    database = connect(keys.archive, keys.database_key)
    try:
        return {"removed": act_on_log(keys, database)}
    finally:
        disconnect()


def act_on_log(keys: JobKeys, database: Database) -> int:
    """Freeze what the projections say; lift and remove what the packs say too; return how many slips and cells went.

    May close this thread's connection.
    """
    archive = keys.archive
    frozen, lifted = find_marks(database, archive)
    with database_failures():
        items, cells = find_erased(database)
    freeze(archive, sorted(frozen))
    if not lifted & read_frozen(archive) and is_removed(archive, items, cells):
        return 0
    with folded_apart(keys, unwatched) as apart:
        bring_marks_in_step(apart, archive)
        items, cells = find_erased(apart)
    if any(find_lying(archive, items, cells)):
        begin_cleaning(archive)  # a kill after this leaves no row that what is removed now had opened
    return remove_everywhere(archive, items, cells)[0]
