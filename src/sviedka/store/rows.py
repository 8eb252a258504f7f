# SPDX-License-Identifier: AGPL-3.0-or-later
"""The one writer of the projections: SQL by hand, many rows at a time, inside a transaction that the caller holds.

Django's `bulk_create` costs several times what a statement's rows may (ADR 0004), and projections have no other
writer. Nothing here reads a case's content; callers hold the admission lock.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sviedka.store.errors import RowsRefused

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sviedka.store.sqlcipher.base import DatabaseWrapper

Cell = str | int | bytes | None
Row = tuple[Cell, ...]

STATEMENT: Final = (
    'INSERT INTO store_statement (jti, "case", desk, leaf_index, leaf_hash, jwt, type, subject, at, author) '
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
PASSAGE: Final = 'INSERT INTO store_passage (statement_id, "case", cells, disclosures, withheld) VALUES (?, ?, ?, ?, ?)'
SUBJECT: Final = 'INSERT OR IGNORE INTO store_subject ("case", subject, kind) VALUES (?, ?, ?)'
REFERENCE: Final = 'INSERT INTO store_reference (statement_id, "case", field, kind, target) VALUES (?, ?, ?, ?, ?)'
SUPERSESSION: Final = 'INSERT INTO store_supersession (statement_id, "case", old) VALUES (?, ?, ?)'
_HEAD: Final = (
    'INSERT INTO store_head (jti, "case", subject) SELECT ?1, ?2, ?3 '
    "WHERE NOT EXISTS (SELECT 1 FROM store_supersession WHERE old = ?1)"
)
_NO_HEAD: Final = "DELETE FROM store_head WHERE jti = ?"
_PACK: Final = "INSERT INTO store_pack (desk, first_index, count) VALUES (?, ?, ?)"


@dataclass(frozen=True, kw_only=True, slots=True)
class Folded:
    """What one statement adds to the tables.

    Attributes:
        statement: Its row, in the order of `STATEMENT`.
        head: (jti, case, subject).
        supersedes: Heads that it names.
        rows: (SQL, row) of every other table, in order.
    """

    statement: Row
    head: tuple[str, str, str]
    supersedes: tuple[str, ...] = ()
    rows: tuple[tuple[str, Row], ...] = field(default=())


@contextmanager
def one_transaction(database: DatabaseWrapper) -> Iterator[None]:
    """Run the enclosed writes as one; anything raised undoes them. The commit is on the disk when this returns."""
    connection = database.connection
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def write_rows(database: DatabaseWrapper, folded: Sequence[Folded]) -> None:
    """Add statements and all that follows from them, in the order given.

    Raises:
        RowsRefused: A key is taken, a statement points out of its case, or a trigger refuses.
    """
    connection, driver = database.connection, database.Database
    other: defaultdict[str, list[Row]] = defaultdict(list)
    for one in folded:
        for sql, row in one.rows:
            other[sql].append(row)
    try:
        connection.executemany(STATEMENT, [one.statement for one in folded])
        for sql, rows in other.items():
            connection.executemany(sql, rows)
        _move_heads(database, folded)
    except driver.IntegrityError as reason:
        raise RowsRefused("The tables refuse a statement: {reason}.", reason=str(reason)) from reason


def write_pack(database: DatabaseWrapper, *, desk: str, first_index: int, count: int) -> None:
    """Note that the projections hold this pack."""
    database.connection.execute(_PACK, (desk, first_index, count))


def _move_heads(database: DatabaseWrapper, folded: Sequence[Folded]) -> None:
    """Let each statement stand as head unless one that is already here supersedes it, whatever order they came in."""
    connection = database.connection
    pairs = [(one.head[0], one.head[1], old) for one in folded for old in one.supersedes]
    connection.executemany(SUPERSESSION, pairs)
    connection.executemany(_HEAD, [one.head for one in folded])
    connection.executemany(_NO_HEAD, [(old,) for _jti, _case, old in pairs])
