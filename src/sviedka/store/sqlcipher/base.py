# SPDX-License-Identifier: AGPL-3.0-or-later
"""A database backend: Django's SQLite one, with its connection and cursor made by `sqlcipher3`.

The key is 32 raw bytes, so that no passphrase is stretched at each connection (134 ms). It is held as a `bytearray`
by whoever opens the database, set once, and never part of an SQL text, which SQLite would keep in memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.backends.sqlite3 import base as sqlite
from django.db.backends.sqlite3._functions import register as register_functions  # type: ignore[import-untyped]  # no stubs
from sqlcipher3 import dbapi2

from sviedka.store.sqlcipher.turns import TurnConnection, TurnCursor

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

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
    """One connection to an encrypted database."""

    vendor = "sqlite"
    Database = dbapi2
    database_key: bytearray | None = None

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
