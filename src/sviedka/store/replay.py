# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keeper job: bring the projections in step with packs that a killed writer made durable and never committed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.store.cleaning import begin_cleaning
from sviedka.store.connect import connect, database_failures, disconnect
from sviedka.store.ledger import next_index
from sviedka.store.refolding import refold_desk
from sviedka.store.rows import one_transaction
from sviedka.store.taking_back.removing import act_on_log
from sviedka.store.taking_back_done import find_erased
from sviedka.vault.packs import list_desks

if TYPE_CHECKING:
    from sviedka.core.base.canonical import Json
    from sviedka.core.base.progress import Progress
    from sviedka.keeper.jobs import JobKeys


def job(keys: JobKeys, _arguments: Json, progress: Progress) -> Json:
    """Replay every pack that the projections lack. Whoever asks holds the admission lock.

    Returns:
        How many statements were added, by desk.
    """
    database = connect(keys.archive, keys.database_key)
    try:
        added: dict[str, Json] = {}
        with database_failures():
            before = find_erased(database)
        for desk in list_desks(keys.archive):
            with database_failures(), one_transaction(database):
                start = next_index(database, desk)
                added[desk] = count = refold_desk(database, keys, desk, start=start, progress=progress).statements
                if count and find_erased(database) != before:  # an import that was killed
                    begin_cleaning(keys.archive)
        act_on_log(keys, database)
        return added
    finally:
        disconnect()
