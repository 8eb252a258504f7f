# SPDX-License-Identifier: AGPL-3.0-or-later
"""A database backend: Django's SQLite one, with its connection and cursor made by `sqlcipher3`.

The key is 32 raw bytes, so that no passphrase is stretched at each connection (134 ms). It is held as a `bytearray`
by whoever opens the database, set once, and never part of an SQL text, which SQLite would keep in memory.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from django.db.backends.sqlite3 import base as sqlite
from django.db.backends.sqlite3._functions import register as register_functions  # type: ignore[import-untyped]  # no stubs
from sqlcipher3 import dbapi2

from sviedka.store.errors import RowsRefused
from sviedka.store.place import FilePlace, Place
from sviedka.store.sqlcipher.failures import meaning_of
from sviedka.store.sqlcipher.guards import triggers
from sviedka.store.sqlcipher.turns import TurnConnection, TurnCursor
from sviedka.store.tables import tables_sql
from sviedka.vault.durable import make_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sviedka.core.base.errors import Unavailable
    from sviedka.store.engine import Cell

OPENING = (
    "PRAGMA foreign_keys = ON",
    "PRAGMA recursive_triggers = ON",  # else INSERT OR REPLACE would get past the append-only triggers
    "PRAGMA legacy_alter_table = OFF",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",  # NORMAL lost acknowledged commits at 51 of 60 power cuts; FULL none
    "PRAGMA temp_store = MEMORY",  # sorting never spills plaintext to a disk
    "PRAGMA secure_delete = ON",  # what is taken out is overwritten, not only unlinked
)


def spell_raw_key(key: bytearray) -> bytearray:
    """Return `x'<64 digits>'`, SQLCipher's spelling of a raw key, without leaving an immutable copy in memory."""
    digits, spelt = b"0123456789abcdef", bytearray(2 * len(key) + 3)
    spelt[0], spelt[1], spelt[-1] = b"x''"
    for number, byte in enumerate(key):
        spelt[2 + 2 * number] = digits[byte >> 4]
        spelt[3 + 2 * number] = digits[byte & 15]
    return spelt


class Cursor(TurnCursor):
    """A cursor that understands Django's `%s` and `%(name)s` placeholders."""

    convert_query = sqlite.SQLiteCursorWrapper.convert_query

    def execute(self, query: str, params: Sequence[object] | Mapping[str, object] | None = None) -> Any:  # noqa: ANN401
        """Run one statement."""
        if params is None:
            return super().execute(query)
        names = list(params) if hasattr(params, "keys") else None
        return super().execute(self.convert_query(query, param_names=names), params)

    def executemany(self, query: str, param_list: Iterable[Sequence[object]]) -> Any:  # noqa: ANN401
        """Run one statement for each tuple of parameters."""
        return super().executemany(self.convert_query(query), param_list)


class DatabaseWrapper(sqlite.DatabaseWrapper):
    """One connection to an encrypted database. Beside Django's, what `sviedka.store.engine.Database` asks for."""

    vendor = "sqlite"
    Database = dbapi2
    database_key: bytearray | None = None
    place: Place | None = None
    errors: tuple[type[Exception], ...] = (dbapi2.Error,)
    refusals: tuple[type[Exception], ...] = (dbapi2.IntegrityError,)

    def open(self, place: Place, key: bytearray, *, remake: bool) -> None:  # noqa: ARG002  # whoever has the key has every right
        """Open the file, making it when it is not there."""
        if not isinstance(place, FilePlace):
            raise TypeError("an encrypted file is opened by its path")
        make_folder(place.path.parent)
        self.place, self.settings_dict["NAME"], self.database_key = place, str(place.path), key
        try:
            self.ensure_connection()
            self.tables()  # reads a page, so that the key is tried
        finally:
            self.database_key = None

    def is_open(self) -> bool:
        """Tell whether there is a connection."""
        return self.connection is not None

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:  # noqa: ANN401
        """Open the file, give it the key, and set what durability and secrecy rest on."""
        if self.database_key is None:
            raise RuntimeError("the projections are opened by sviedka.store.connect only")
        conn_params = {**conn_params, "detect_types": 0}
        connection = dbapi2.connect(**conn_params, factory=TurnConnection)
        raw = spell_raw_key(self.database_key)
        try:
            connection.set_key(raw)
        finally:
            raw[:] = bytes(len(raw))
        connection.execute("PRAGMA cipher_log_level = NONE")  # its log names the file on standard error
        register_functions(connection)
        for command in OPENING:
            connection.execute(command)
        return connection

    def create_cursor(self, name: str | None = None) -> Any:  # noqa: ANN401, ARG002
        """Return a cursor of the encrypted connection."""
        return self.connection.cursor(factory=Cursor)

    def run(self, sql: str, row: Sequence[Cell] = ()) -> Any:  # noqa: ANN401
        """Run one command."""
        return self.connection.execute(sql, row)

    def run_many(self, sql: str, rows: Iterable[Sequence[Cell]]) -> None:
        """Run one command for each row."""
        self.connection.executemany(sql, rows)

    stream = run  # SQLite finds rows as they are asked for

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Run the enclosed writes as one; anything raised undoes them. The commit is on the disk when this returns."""
        connection = self.connection
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")

    def tables(self) -> tuple[str, ...]:
        """Return the names of our tables."""
        found = self.connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'store\\_%' ESCAPE '\\' ORDER BY name"
        )
        return tuple(name for (name,) in found)

    def version(self) -> int:
        """Return the version that the tables were made as; 0 in a new file."""
        version: int = self.connection.execute("PRAGMA user_version").fetchone()[0]
        return version

    def creation_sql(self, version: int) -> tuple[str, ...]:
        """Return what makes all tables, indexes and triggers and sets the version."""
        return (*tables_sql(self), *triggers(), f"PRAGMA user_version = {version}")

    def create(self, version: int) -> None:
        """Make the tables in an empty file."""
        creation = self.creation_sql(version)
        with self.transaction():
            if self.version() == 0 and not self.tables():
                self._run_all(creation)

    @contextmanager
    def remade(self, version: int) -> Iterator[None]:
        """Drop the tables and make them again around the enclosed writes."""
        connection, creation = self.connection, self.creation_sql(version)
        connection.execute(
            "PRAGMA foreign_keys = OFF"
        )  # else dropping a table looks for rows that point to it, one by one
        try:
            with self.transaction():
                self._run_all([f'DROP TABLE "{name}"' for name in self.tables()])
                self._run_all(creation)
                yield
                if connection.execute("PRAGMA foreign_key_check").fetchone() is not None:
                    raise RowsRefused("A row points to a statement that is not there.")
        finally:
            connection.execute("PRAGMA foreign_keys = ON")

    @staticmethod
    def end(connection: Any) -> None:  # noqa: ANN401
        """End another thread's connection, whatever it is doing."""
        with suppress(dbapi2.ProgrammingError):  # it was closed meanwhile
            connection.end()

    def meaning_of(self, reason: Exception) -> Unavailable | None:
        """Return what an error means to a person, if it is about the file."""
        return meaning_of(reason, str(self.settings_dict["NAME"]))

    def _run_all(self, commands: Iterable[str]) -> None:
        for command in commands:
            self.connection.execute(command)
