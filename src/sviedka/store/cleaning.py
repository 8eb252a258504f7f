# SPDX-License-Identifier: AGPL-3.0-or-later
"""The projections destroyed and made anew, so that nothing lingers in them of what was erased; and a note that this is due.

What another desk erased is in the log for good once its packs are committed here, but rows that were written before still
hold what was told. A kill or a full disk before they are made anew must not leave them: so a note, `database/cleaning`, is
made before the commit and before anything is removed, and taken away when all is clean. Whoever opens the projections next
finds it. Nothing is trusted to it: an empty file that somebody lays there costs one rebuild. Spec: spec/06-vault.md §5.
"""

from __future__ import annotations

import importlib
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from sviedka.keeper.database_salt import destroy_database
from sviedka.store.connect import database_failures, disconnect
from sviedka.store.place import FilePlace, place_of
from sviedka.store.writer_lock import admission_lock
from sviedka.vault.disk_errors import AlreadyThere
from sviedka.vault.durable import remove, write_new

if TYPE_CHECKING:
    from sviedka.core.base.progress import Progress
    from sviedka.keeper.client import Keeper
    from sviedka.store.place import ServerPlace
    from sviedka.vault.layout import Archive

REBUILD_JOB: Final = "sviedka.store.rebuild:job"
_REMOVE_JOB: Final = "sviedka.store.taking_back.removing:job"


def begin_cleaning(archive: Archive) -> None:
    """Note, durably, that the projections hold what is erased.

    Raises:
        DiskFull, ReadOnly, DiskError: It is not noted, and nothing may be erased.
    """
    with suppress(AlreadyThere):
        write_new(archive.database_cleaning, b"")


def is_cleaning_due(archive: Archive) -> bool:
    """Tell whether the projections may hold what is erased."""
    return archive.database_cleaning.exists()


def clean_if_due(archive: Archive, keeper: Keeper, *, progress: Progress | None = None) -> bool:
    """Do `clean_projections` if it is due and no other process was first; tell whether it was due. Takes the admission lock."""
    is_due = is_cleaning_due(archive)
    if is_due:
        _clean(archive, keeper, progress, only_if_due=True)
    return is_due


def clean_projections(archive: Archive, keeper: Keeper, *, progress: Progress | None = None) -> bool:
    """Destroy the database with the salt of its key, and make it again from the vault; tell whether nothing is left.

    On a server the tables are made again and the old ones dropped; what its files hold of them is removed if its
    administrator lets us, and else stays for a while.
    """
    return _clean(archive, keeper, progress, only_if_due=False)


def remove_erased(keeper: Keeper) -> int:
    """Have the keeper remove what the log says was erased and still lies here; return how many slips and cells there were."""
    told = keeper.run_job(_REMOVE_JOB, {})
    return int(str(told.get("removed"))) if isinstance(told, dict) else 0


def _clean(archive: Archive, keeper: Keeper, progress: Progress | None, *, only_if_due: bool) -> bool:
    disconnect()
    place = place_of(archive)
    with admission_lock(archive):
        if only_if_due and not is_cleaning_due(archive):
            return True
        _make_anew(archive, keeper, progress)
        if only_if_due and remove_erased(keeper):  # whoever noted it was killed before that
            _make_anew(archive, keeper, progress)
        remove(archive.database_cleaning)  # under the lock: an import that begins after it makes its own
    return isinstance(place, FilePlace) or _clean_server(place)


def _make_anew(archive: Archive, keeper: Keeper, progress: Progress | None) -> None:
    if isinstance(place_of(archive), FilePlace):
        destroy_database(archive)
    keeper.run_job(REBUILD_JOB, {}, progress)


def _clean_server(place: ServerPlace) -> bool:
    # imported when it is needed: an archive without a server never loads its driver
    with database_failures():
        return bool(importlib.import_module("sviedka.store.postgresql.cleaning").clean_server(place))
