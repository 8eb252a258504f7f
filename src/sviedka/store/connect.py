# SPDX-License-Identifier: AGPL-3.0-or-later
"""Opens the projections of one archive for this process, and closes them again.

The key comes from the keeper and is used once, at the opening; a connection that was lost is opened anew with a key
asked for anew.
"""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final, cast

from django.db import connections
from django.db.utils import DatabaseError

from sviedka.core.base.errors import Failure
from sviedka.keeper.errors import Locked
from sviedka.store.errors import DatabaseBusy, DatabaseUnreadable
from sviedka.store.schema import prepare_tables, table_names
from sviedka.store.sqlcipher.base import DatabaseWrapper
from sviedka.vault.disk_errors import DiskError, DiskFull, ReadOnly
from sviedka.vault.durable import make_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sviedka.core.base.errors import Unavailable
    from sviedka.vault.layout import Archive


def connect(archive: Archive, key: bytearray) -> DatabaseWrapper:
    """Open this archive's database, making it when it is not there. The key stays the caller's, to be wiped.

    Args:
        archive: Whose projections.
        key: 32 raw bytes.

    Raises:
        DatabaseUnreadable: Damaged, foreign, or another key.
        ProjectionsOutdated: Of another version of the program.
    """
    make_folder(archive.database.parent)
    return open_database(archive.database, key)


def connect_any_version(archive: Archive, key: bytearray) -> DatabaseWrapper:
    """Open this archive's database as it is, whatever its tables: for making them anew. Otherwise like `connect`."""
    make_folder(archive.database.parent)
    return open_database(archive.database, key, prepare=False)


def open_database(path: Path, key: bytearray, *, prepare: bool = True) -> DatabaseWrapper:
    """Open one database file; see `connect`."""
    database = current_database()
    disconnect()
    database.settings_dict["NAME"] = str(path)
    database.database_key = key
    try:
        with database_failures():
            database.ensure_connection()
            if prepare:
                prepare_tables(database)
            else:
                table_names(database)  # reads a page, so that the key is tried
    except Failure:
        database.close()
        raise
    finally:
        database.database_key = None
    _open[id(database.connection)] = (str(path), database.connection)
    return database


def current_database() -> DatabaseWrapper:
    """Return this thread's connection, open or not."""
    return cast("DatabaseWrapper", connections["default"])


def is_connected(archive: Archive) -> bool:
    """Tell whether this thread has this archive's projections open."""
    database = current_database()
    return database.connection is not None and database.settings_dict["NAME"] == str(archive.database)


def disconnect() -> None:
    """Close this thread's connection, if it is open."""
    database = current_database()
    _open.pop(id(database.connection), None)
    database.close()


def close_everywhere(archive: Archive) -> None:
    """End the connections of all threads of this process to this archive: SQLCipher overwrites its key with each."""
    for number, (name, raw) in list(_open.items()):
        if name == str(archive.database):
            _open.pop(number, None)
            with suppress(DatabaseWrapper.Database.ProgrammingError):  # it was closed meanwhile
                raw.end()


_open: Final[dict[int, tuple[str, Any]]] = {}
"""The driver's connections of all threads, by identity, each with the name of its file."""


@contextmanager
def database_failures() -> Iterator[None]:
    """Turn what the driver raises for a file that cannot be read or written into a failure that says so."""
    try:
        yield
    except (DatabaseWrapper.Database.Error, DatabaseError) as reason:
        failure = _told(reason)
        if failure is None:
            raise  # a constraint or a fault in our own SQL
        raise failure from reason


def _told(reason: Exception) -> Unavailable | None:
    """Return the failure that an error of the database means to a person, if it is about the file."""
    if "closed database" in str(reason):
        return Locked(_LOCKED)
    driver = reason if hasattr(reason, "sqlite_errorname") else reason.__cause__
    name = str(getattr(driver, "sqlite_errorname", ""))
    if name.startswith("SQLITE_IOERR") and _is_full(str(current_database().settings_dict["NAME"])):
        name = "SQLITE_FULL"
    kind, message = next((told for prefixes, told in _MEANINGS if name.startswith(prefixes)), (None, ""))
    return None if kind is None else kind(message, **({"word": name} if "{word}" in message else {}))


def _is_full(database: str) -> bool:
    """Tell whether there is no room where the database lies.

    SQLite says "I/O error" when it cannot lengthen its `-shm` file, by a region of 32 KiB, and the driver does not say
    which I/O error it was.
    """
    try:
        found = os.statvfs(os.path.dirname(database) or ".")  # noqa: PTH120
    except OSError:
        return False
    return found.f_bavail * found.f_frsize < _ROOM_BYTES


_ROOM_BYTES: Final = 2 * 32_768
_LOCKED: Final = "The archive was locked meanwhile."
_MEANINGS: Final[tuple[tuple[tuple[str, ...], tuple[type[Unavailable], str]], ...]] = (
    (
        ("SQLITE_NOTADB", "SQLITE_CORRUPT"),
        (DatabaseUnreadable, "The database is damaged, or belongs to another archive."),
    ),
    (("SQLITE_BUSY", "SQLITE_LOCKED"), (DatabaseBusy, "Another process holds the database.")),
    (("SQLITE_INTERRUPT",), (Locked, _LOCKED)),
    (("SQLITE_FULL",), (DiskFull, "The disk is full; nothing more was written.")),
    (
        ("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM"),
        (ReadOnly, "The database may not be written here ({word})."),
    ),
    (
        ("SQLITE_IOERR",),
        (DiskError, "The disk refused the database ({word}); what was being written counts as lost."),
    ),
)
