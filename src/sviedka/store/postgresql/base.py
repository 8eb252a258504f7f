# SPDX-License-Identifier: AGPL-3.0-or-later
"""A database backend: Django's PostgreSQL one on psycopg 3, as `sviedka.store.engine.Database` asks for it.

Two roles: the worker reads and adds rows; the owner makes the tables, and is logged in for that alone. Both are bound
by row security. Values are sent apart from the text of a command, so that no log of the server's shows one.
"""

from __future__ import annotations

import hmac
import os
import socket
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

import psycopg
from django.db.backends.postgresql import base as postgresql
from django.db.backends.postgresql.schema import DatabaseSchemaEditor
from psycopg import pq, sql

from sviedka.keeper.errors import Locked
from sviedka.store.errors import DatabaseForeign
from sviedka.store.place import Place, ServerPlace
from sviedka.store.postgresql.failures import LOCKED, meaning_of
from sviedka.store.postgresql.fitness import check_place, check_server
from sviedka.store.postgresql.guards import policies, rights, triggers
from sviedka.store.postgresql.locks import WRITING, hold
from sviedka.store.postgresql.scope_setting import EVERYTHING, ScopedCursor, set_scope
from sviedka.store.postgresql.session import parameters
from sviedka.store.postgresql.spelling import spell
from sviedka.store.tables import scoped_tables, tables_sql

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sviedka.core.base.errors import Unavailable
    from sviedka.store.engine import Cell

SCHEMA: Final = "sviedka"
_NEXT: Final = "sviedka_next"
_MARK: Final = b"sviedka/database-mark/1\n"
_MANY: Final = 5_000
"""Rows of a stream that are fetched at once."""


class SchemaEditor(DatabaseSchemaEditor):
    """Django's, without the second index for `LIKE`: our texts are ordered by their bytes, so one index does both."""

    def _create_like_index_sql(self, _model: Any, _field: Any) -> None:  # noqa: ANN401
        return None


class DatabaseWrapper(postgresql.DatabaseWrapper):
    """One connection to a server."""

    SchemaEditorClass = SchemaEditor
    data_types = postgresql.DatabaseWrapper.data_types | {
        # As long as they come, and compared by their bytes, as on the other engine.
        "CharField": 'varchar COLLATE "C"',
        "TextField": 'text COLLATE "C"',
    }
    place: Place | None = None
    errors: tuple[type[Exception], ...] = (psycopg.Error,)
    refusals: tuple[type[Exception], ...] = (psycopg.IntegrityError, psycopg.DataError)
    _mark: str = ""

    def open(self, place: Place, key: bytearray, *, remake: bool) -> None:
        """Log in, look whether the server is fit and the database this archive's."""
        if not isinstance(place, ServerPlace):
            raise TypeError("a server is opened by its address")
        check_place(place)
        self.place, self._mark = place, hmac.digest(key, _MARK, "sha256").hex()
        named = parameters(place, owner=remake)
        self.settings_dict |= {"NAME": named.pop("dbname"), "DISABLE_SERVER_SIDE_CURSORS": True}
        self.settings_dict["OPTIONS"] = {**named, "server_side_binding": True, "cursor_factory": ScopedCursor}
        self.ensure_connection()
        check_server(self.connection)
        self._check_mark()

    def is_open(self) -> bool:
        """Tell whether there is a connection that the server has not ended."""
        return self.connection is not None and not self.connection.closed and not self._was_ended()

    def run(self, sql: str, row: Sequence[Cell] = ()) -> Any:  # noqa: ANN401
        """Run one command across cases, in a transaction of its own unless there is one."""
        with self._across_cases():
            return psycopg.Cursor(self.connection).execute(spell(sql), row or None)

    def run_many(self, sql: str, rows: Iterable[Sequence[Cell]]) -> None:
        """Run one command for each row."""
        psycopg.Cursor(self.connection).executemany(spell(sql), rows)

    def stream(self, sql: str, row: Sequence[Cell] = ()) -> Iterator[Any]:
        """Yield rows of a query, some thousands at a time."""
        with self._across_cases(), psycopg.ServerCursor(self.connection, "stream") as cursor:
            cursor.itersize = _MANY
            cursor.execute(spell(sql), row or None)
            yield from cursor

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold the writer's place in this database; see `Database.transaction`."""
        with self.connection.transaction():
            hold(self.connection, WRITING)
            set_scope(self.connection, EVERYTHING)
            yield

    def tables(self) -> tuple[str, ...]:
        """Return the names of our tables."""
        found = self.run(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND starts_with(relname, 'store_') "
            'AND relnamespace = to_regnamespace(current_schema()) ORDER BY relname COLLATE "C"'
        )
        return tuple(name for (name,) in found)

    def version(self) -> int:
        """Return the version that the tables were made as; 0 if there are none, or this role may not see them."""
        if self.run("SELECT to_regclass('mark')").fetchone()[0] is None:
            return 0
        version: int = self.run("SELECT version FROM mark").fetchone()[0]
        return version

    def creation_sql(self, version: int) -> tuple[str, ...]:
        """Return what makes all tables, indexes, triggers and policies, in the schema that is current."""
        mark = sql.SQL("INSERT INTO mark VALUES ({}, {})").format(sql.Literal(version), sql.Literal(self._mark))
        return (
            *tables_sql(self),
            *triggers(),
            *policies(scoped_tables()),
            "CREATE TABLE mark (version integer NOT NULL, archive text NOT NULL)",
            mark.as_string(None),
        )

    def create(self, version: int) -> None:
        """Make the tables in an empty database: the owner does, and logs out again."""
        place = self._server()
        creation = self.creation_sql(version)
        with psycopg.connect(**parameters(place, owner=True), autocommit=True) as owner, owner.transaction():
            check_server(owner)
            hold(owner, WRITING)
            found = owner.execute("SELECT to_regnamespace(%s)", (SCHEMA,)).fetchone()
            if found is None or found[0] is None:
                _make(owner, SCHEMA, creation, place)

    @contextmanager
    def remade(self, version: int) -> Iterator[None]:
        """Make the tables beside the old ones, which others read until the moment of the commit."""
        place, creation = self._server(), self.creation_sql(version)
        with self.transaction():
            run = psycopg.Cursor(self.connection).execute
            run(f"DROP SCHEMA IF EXISTS {_NEXT} CASCADE")
            _make(self.connection, _NEXT, creation, place)
            yield
            run("SET CONSTRAINTS ALL IMMEDIATE")
            run(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
            run(f"ALTER SCHEMA {_NEXT} RENAME TO {SCHEMA}")
            run(f"SET LOCAL search_path TO {SCHEMA}")

    @staticmethod
    def end(connection: Any) -> None:  # noqa: ANN401
        """End another thread's connection, whatever it is doing.

        Its socket is shut down and nothing is freed: freeing it would take away what its thread may stand on.
        """
        connection.ended_from_outside = True
        with suppress(psycopg.Error, OSError), socket.socket(fileno=os.dup(connection.fileno())) as shared:
            shared.shutdown(socket.SHUT_RDWR)  # it may be closed already, or the server gone

    def meaning_of(self, reason: Exception) -> Unavailable | None:
        """Return what an error means to a person, if it is about the server."""
        return Locked(LOCKED) if self._was_ended() else meaning_of(reason)

    def _was_ended(self) -> bool:
        return getattr(self.connection, "ended_from_outside", False)

    @contextmanager
    def _across_cases(self) -> Iterator[None]:
        if self.connection.pgconn.transaction_status != pq.TransactionStatus.IDLE:
            yield
            return
        with self.connection.transaction():
            set_scope(self.connection, EVERYTHING)
            yield

    def _server(self) -> ServerPlace:
        if not isinstance(self.place, ServerPlace):
            raise TypeError("a server was not opened")
        return self.place

    def _check_mark(self) -> None:
        if self.version() == 0:
            return
        (found,) = self.run("SELECT archive FROM mark").fetchone()
        if not hmac.compare_digest(found, self._mark):
            raise DatabaseForeign("The database on the server holds another archive's projections.")


def _make(owner: Any, schema: str, creation: Iterable[str], place: ServerPlace) -> None:  # noqa: ANN401
    """Make a schema with all tables in it, as its owner, inside a transaction."""
    worker = sql.Identifier(place.parameters()["user"]).as_string(None)
    run = psycopg.Cursor(owner).execute
    run(f"CREATE SCHEMA {schema}")
    run(f"SET LOCAL search_path TO {schema}")
    for command in (*creation, *rights(schema, worker)):
        run(command)
