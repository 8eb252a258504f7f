# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether every page of the database's file is as it was written, those too that no table is read from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.store.errors import DatabaseUnreadable
from sviedka.store.place import FilePlace, place_of

if TYPE_CHECKING:
    from sviedka.store.engine import Database
    from sviedka.vault.layout import Archive


def require_whole_pages(archive: Archive, database: Database) -> None:
    """Look at the MAC of every page (SQLCipher, `cipher_integrity_check`); a server looks after its own.

    Raises:
        DatabaseUnreadable: Some page was changed, exchanged or cut off.
    """
    if not isinstance(place_of(archive), FilePlace):
        return
    damaged = database.run("PRAGMA cipher_integrity_check").fetchall()
    if damaged:
        raise DatabaseUnreadable("The database is damaged, or belongs to another archive.")
