# SPDX-License-Identifier: AGPL-3.0-or-later
"""Opens the projections of one archive for this process, and closes them again.

The key comes from the keeper and is used once, at the opening; a connection that was lost is opened anew with a key
asked for anew. A server's database is not encrypted with it, but it is opened with it all the same: whoever has no
unlocked keeper gets no connection from us, and a database of another archive is told apart.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, cast

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.utils import DatabaseError

from sviedka.store.place import FilePlace, place_of
from sviedka.store.schema import prepare_tables
from sviedka.store.settings import FILE, SERVER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sviedka.store.engine import Database
    from sviedka.store.place import Place
    from sviedka.vault.layout import Archive


def connect(archive: Archive, key: bytearray) -> Database:
    """Open this archive's database, making it when it is not there. The key stays the caller's, to be wiped.

    Args:
        archive: Whose projections.
        key: 32 raw bytes.

    Raises:
        DatabaseUnreadable: Damaged, foreign, or another key.
        ProjectionsOutdated: Of another version of the program.
        ServerUnfit, ServerUnreachable, ServerRefused, DatabaseForeign: About a server.
    """
    return open_database(place_of(archive), key)


def connect_any_version(archive: Archive, key: bytearray) -> Database:
    """Open this archive's database as it is, whatever its tables: for making them anew. Otherwise like `connect`."""
    return open_database(place_of(archive), key, remake=True)


def open_database(place: Place, key: bytearray, *, remake: bool = False) -> Database:
    """Open one database; see `connect`. `remake`: for making the tables anew, which are left as they are here."""
    database = _engine_for(place)
    try:
        with database_failures():
            database.open(place, key, remake=remake)
            if not remake:
                prepare_tables(database)
    except BaseException:
        database.close()
        raise
    _open[id(database.connection)] = (place, database.connection, database.end)
    return database


def current_database() -> Database:
    """Return this thread's connection, open or not."""
    return cast("Database", connections[DEFAULT_DB_ALIAS])


def is_connected(archive: Archive) -> bool:
    """Tell whether this thread has this archive's projections open."""
    database = current_database()
    return database.is_open() and database.place == place_of(archive)


def disconnect() -> None:
    """Close this thread's connection, if it is open."""
    database = current_database()
    _open.pop(id(database.connection), None)
    database.close()


def close_everywhere(archive: Archive) -> None:
    """End the connections of all threads of this process to this archive: SQLCipher overwrites its key with each."""
    wanted = place_of(archive)
    for number, (place, raw, end) in list(_open.items()):
        if place == wanted:
            _open.pop(number, None)
            end(raw)


_open: Final[dict[int, tuple[Place, Any, Callable[[Any], None]]]] = {}
"""The driver's connections of all threads, by identity, each with where it leads and how it is ended."""


def _engine_for(place: Place) -> Database:
    """Close this thread's connection and let the models use the engine that the place needs."""
    disconnect()
    connections[DEFAULT_DB_ALIAS] = connections[FILE if isinstance(place, FilePlace) else SERVER]
    return current_database()


@contextmanager
def database_failures() -> Iterator[None]:
    """Turn what the driver raises for a database that cannot be read or written into a failure that says so."""
    try:
        yield
    except (DatabaseError, *_driver_errors()) as reason:  # type: ignore[misc]  # mypy does not see into the star
        failure = current_database().meaning_of(reason)
        if failure is None:
            raise  # a constraint or a fault in our own SQL
        raise failure from reason


def _driver_errors() -> tuple[type[Exception], ...]:
    return current_database().errors
