# SPDX-License-Identifier: AGPL-3.0-or-later
"""All packs folded into a database of their own, whose key is never written down: what the log says, whatever the rows say.

The projections are open to whoever works at the desk, and a program that was taken over can write rows into them. What
cannot be undone rests on the packs alone, with every signature and assertion checked.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sviedka.store.connect import database_failures, disconnect, open_database
from sviedka.store.place import FilePlace
from sviedka.store.refolding import refold_desk
from sviedka.store.rows import one_transaction
from sviedka.vault.claims import ScratchFolder
from sviedka.vault.entropy import random_bytes
from sviedka.vault.packs import list_desks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sviedka.core.base.progress import Progress
    from sviedka.keeper.jobs import JobKeys
    from sviedka.store.engine import Database


@contextmanager
def folded_apart(keys: JobKeys, progress: Progress) -> Iterator[Database]:
    """Open such a database for a while; this thread's connection to the projections is closed by it.

    Args:
        keys: Of the archive; only the keeper has them.
        progress: Told statements.

    Raises:
        PackRefuted, PackUnreadable, PackMissing: The packs are not as they were admitted.
        DiskFull, ReadOnly, DiskError: There is no room for it.
    """
    disconnect()
    with ScratchFolder(keys.archive.temporary) as scratch:
        try:
            database = open_database(FilePlace(path=scratch.path / "folded.db"), bytearray(random_bytes(32)))
            with database_failures(), one_transaction(database):
                for desk in list_desks(keys.archive):
                    refold_desk(database, keys, desk, start=0, progress=progress)
            with database_failures():
                yield database
        finally:
            disconnect()
