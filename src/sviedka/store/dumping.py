# SPDX-License-Identifier: AGPL-3.0-or-later
"""One digest for each table, whatever the order of its rows: how a rebuild is compared with what is live."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from sviedka.core.base.canonical import encode_canonical
from sviedka.store.schema import table_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sviedka.store.sqlcipher.base import DatabaseWrapper

Digests = dict[str, str]


def digest_tables(database: DatabaseWrapper) -> Digests:
    """Return, by table, the SHA-256 of its rows, sorted, each as canonical JSON with binary values in hexadecimal."""
    return {name: _digest(database, name) for name in table_names(database)}


def count_rows(database: DatabaseWrapper) -> dict[str, int]:
    """Return how many rows each table has."""
    return {
        name: database.connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608  # our own name
        for name in table_names(database)
    }


def dump_table(database: DatabaseWrapper, name: str) -> Iterator[bytes]:
    """Yield a table's rows, sorted, without the numbers that SQLite gave them."""
    found = database.connection.execute(f'SELECT * FROM "{name}" LIMIT 0')  # noqa: S608  # a name from sqlite_master
    columns = [column[0] for column in found.description if column[0] != "id"]
    listed = ", ".join(f'"{column}"' for column in columns)
    for row in database.connection.execute(f'SELECT {listed} FROM "{name}" ORDER BY {listed}'):  # noqa: S608
        yield encode_canonical([value.hex() if isinstance(value, bytes) else value for value in row])


def _digest(database: DatabaseWrapper, name: str) -> str:
    digest = sha256()
    for line in dump_table(database, name):
        digest.update(line + b"\n")
    return digest.hexdigest()
