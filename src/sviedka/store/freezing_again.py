# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keeper job: the marks of what is frozen, made to agree with the log.

After a rebuild or a restore they are made again; after two people ended a freeze they go. Only the keeper's own reading
of the projections decides, which it can make anew from the packs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.keeper.config import read_config
from sviedka.store.connect import connect, database_failures, disconnect
from sviedka.store.taking_back_ledger import requested_subjects
from sviedka.store.taking_back_requests import find_requests
from sviedka.vault.clock import now
from sviedka.vault.frozen import freeze, unfreeze

if TYPE_CHECKING:
    from sviedka.core.base.canonical import Json
    from sviedka.core.base.progress import Progress
    from sviedka.keeper.jobs import JobKeys
    from sviedka.store.engine import Database
    from sviedka.vault.layout import Archive


def job(keys: JobKeys, _arguments: Json, _progress: Progress) -> Json:
    """Bring the marks in step; return how many are frozen and how many are not any more."""
    database = connect(keys.archive, keys.database_key)
    try:
        frozen, lifted = bring_marks_in_step(database, keys.archive)
    finally:
        disconnect()
    return {"frozen": frozen, "lifted": lifted}


def bring_marks_in_step(database: Database, archive: Archive) -> tuple[int, int]:
    """Mark what is frozen, and take the marks of what is frozen by no request any more."""
    frozen: set[str] = set()
    lifted: set[str] = set()
    days = read_config(archive).erase_after_days
    with database_failures():
        for subject in requested_subjects(database):
            for request in find_requests(database, subject, now=now(), wait_days=days):
                listed = {subject, *request.items, *request.blocked}
                (frozen if request.state.is_frozen else lifted).update(listed)
    freeze(archive, sorted(frozen))
    unfreeze(archive, sorted(lifted - frozen))
    return len(frozen), len(lifted - frozen)
