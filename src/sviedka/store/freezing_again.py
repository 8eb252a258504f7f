# SPDX-License-Identifier: AGPL-3.0-or-later
"""The marks of what is frozen, made to agree with the log: made again after a rebuild or a restore, taken when two people end a freeze."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.keeper.config import read_config
from sviedka.store.connect import database_failures
from sviedka.store.taking_back_ledger import find_taken, items_about, requested_subjects
from sviedka.store.taking_back_requests import find_requests
from sviedka.vault.clock import now
from sviedka.vault.frozen import freeze, unfreeze

if TYPE_CHECKING:
    from sviedka.store.engine import Database
    from sviedka.vault.layout import Archive


def bring_marks_in_step(database: Database, archive: Archive) -> tuple[int, int]:
    """Mark what is frozen, and take the marks of what is frozen by no request any more; return how many of each.

    `database` is trusted: it was folded from packs by the caller.
    """
    frozen, lifted = find_marks(database, archive)
    freeze(archive, sorted(frozen))
    unfreeze(archive, sorted(lifted))
    return len(frozen), len(lifted)


def find_marks(database: Database, archive: Archive) -> tuple[set[str], set[str]]:
    """Return what the log says is frozen, and what it says was frozen and is not any more."""
    frozen: set[str] = set()
    lifted: set[str] = set()
    days = read_config(archive).erase_after_days
    with database_failures():
        for subject in requested_subjects(database):
            taken = find_taken(database, subject)
            # What was given at a desk that had not heard of the wish stands in no list; nor does what came since.
            about = items_about(database, taken) if taken is not None else set()
            for request in find_requests(database, subject, now=now(), wait_days=days):
                listed = {subject, *request.items, *request.blocked, *about}
                (frozen if request.state.is_frozen else lifted).update(listed)
    return frozen, lifted - frozen
