# SPDX-License-Identifier: AGPL-3.0-or-later
"""One digest for each table, whatever the order of its rows: how a rebuild is compared with what is live."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, cast

from sviedka.core.base.canonical import encode_canonical

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sviedka.core.base.canonical import Json
    from sviedka.store.engine import Database

Digests = dict[str, str]


def digest_tables(database: Database) -> Digests:
    """Return, by table, the SHA-256 of its rows, sorted, each as canonical JSON with binary values in hexadecimal."""
    return {name: _digest(database, name) for name in database.tables()}


def count_rows(database: Database) -> dict[str, int]:
    """Return how many rows each table has."""
    return {
        name: database.run(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608  # our own name
        for name in database.tables()
    }


def dump_table(database: Database, name: str) -> Iterator[bytes]:
    """Yield a table's rows, sorted, without the numbers that the database gave them: the same from both engines."""
    found = database.run(f'SELECT * FROM "{name}" LIMIT 0')  # noqa: S608  # a name from the database's own list
    columns = [f'"{column[0]}"' for column in found.description if column[0] != "id"]
    order = ", ".join(f"{column} NULLS FIRST" for column in columns)
    for row in database.stream(f'SELECT {", ".join(columns)} FROM "{name}" ORDER BY {order}'):  # noqa: S608
        yield encode_canonical([_plain(value) for value in row])


def _plain(value: object) -> Json:
    """Return a column's value as SQLite keeps it, binary ones in hexadecimal."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(sep=" ")
    return cast("Json", value)


def _digest(database: Database, name: str) -> str:
    digest = sha256()
    for line in dump_table(database, name):
        digest.update(line + b"\n")
    return digest.hexdigest()
