# SPDX-License-Identifier: AGPL-3.0-or-later
"""Makes the tables from the models, in one transaction, and guards them with triggers.

There are no migrations: a database of another `PROJECTION_VERSION` is not changed but refolded from the vault (ADR
0003).
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from django.apps import apps

from sviedka.store.errors import ProjectionsOutdated, RowsRefused
from sviedka.store.models import PROJECTION_VERSION
from sviedka.store.rows import one_transaction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sviedka.store.sqlcipher.base import DatabaseWrapper

APPEND_ONLY: Final = ("statement", "reference", "supersession", "consent", "pack", "erasure")
"""Tables whose rows are never changed nor taken out, whoever asks."""

OF_A_STATEMENT: Final = ("passage", "reference", "supersession")
"""Tables whose rows point to a statement; it must be of the same case, so that joins stay inside a scope."""


def prepare_tables(database: DatabaseWrapper) -> None:
    """Make the tables of a new database; leave a current one as it is.

    Raises:
        ProjectionsOutdated: The tables are of another version.
    """
    if _version(database) == PROJECTION_VERSION:
        return
    creation = creation_sql(database)
    with one_transaction(database):  # two processes may find the file empty at once; the second sees the first's work
        if _version(database) == 0 and not table_names(database):
            run_all(database, creation)
    if _version(database) != PROJECTION_VERSION:
        raise ProjectionsOutdated(
            "The database is of version {found}; this program reads version {ours}.",
            found=_version(database),
            ours=PROJECTION_VERSION,
        )


@contextmanager
def make_tables_anew(database: DatabaseWrapper) -> Iterator[None]:
    """Drop all tables and make them again; what the enclosed code writes is committed with them, or nothing is changed."""
    connection, creation = database.connection, creation_sql(database)
    connection.execute("PRAGMA foreign_keys = OFF")  # else dropping a table looks for rows that point to it, one by one
    try:
        with one_transaction(database):
            run_all(database, tuple(f'DROP TABLE "{name}"' for name in table_names(database)))
            run_all(database, creation)
            yield
            _check_foreign_keys(database)
    finally:
        connection.execute("PRAGMA foreign_keys = ON")


def creation_sql(database: DatabaseWrapper) -> tuple[str, ...]:
    """Return what makes all tables, indexes and triggers and sets the version, in order. Not inside a transaction."""
    with database.schema_editor(collect_sql=True, atomic=False) as editor:
        for model in apps.get_app_config("store").get_models():
            editor.create_model(model)
    return (*editor.collected_sql, *_triggers(), f"PRAGMA user_version = {PROJECTION_VERSION}")


def table_names(database: DatabaseWrapper) -> tuple[str, ...]:
    """Return the names of all our tables that are there."""
    found = database.connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'store\\_%' ESCAPE '\\' ORDER BY name"
    )
    return tuple(name for (name,) in found)


def run_all(database: DatabaseWrapper, commands: tuple[str, ...]) -> None:
    """Run SQL that this module made, one command after another."""
    for command in commands:
        database.connection.execute(command)


def _check_foreign_keys(database: DatabaseWrapper) -> None:
    if database.connection.execute("PRAGMA foreign_key_check").fetchone() is not None:
        raise RowsRefused("A row points to a statement that is not there.")


def _version(database: DatabaseWrapper) -> int:
    version: int = database.connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def _triggers() -> tuple[str, ...]:
    refusals = [
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON store_{table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for table in APPEND_ONLY
        for verb in ("UPDATE", "DELETE")
    ]
    no_update = (
        "CREATE TRIGGER passage_no_update BEFORE UPDATE ON store_passage "
        "BEGIN SELECT RAISE(ABORT, 'passage is append-only'); END"
    )
    no_delete = (
        "CREATE TRIGGER passage_no_delete BEFORE DELETE ON store_passage "
        "WHEN NOT EXISTS (SELECT 1 FROM store_erasure WHERE instr(OLD.cells, store_erasure.cell) > 0) "
        "BEGIN SELECT RAISE(ABORT, 'a passage goes only with an erased cell'); END"
    )
    same_case = [
        f"CREATE TRIGGER {table}_same_case BEFORE INSERT ON store_{table} "  # noqa: S608  # our own names
        'WHEN (SELECT "case" FROM store_statement WHERE jti = NEW.statement_id) IS NOT NEW."case" '
        f"BEGIN SELECT RAISE(ABORT, '{table} points out of its case'); END"
        for table in OF_A_STATEMENT
    ]
    return (*refusals, no_update, no_delete, *same_case)
