# SPDX-License-Identifier: AGPL-3.0-or-later
"""The one writer of the projections: SQL by hand, many rows at a time, inside a transaction that the caller holds.

Django's `bulk_create` costs several times what a statement's rows may (ADR 0004), and projections have no other
writer. Nothing here reads a case's content; callers hold the admission lock.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, cast

from sviedka.store.errors import RowsRefused

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    from sviedka.store.engine import Database, Row

STATEMENT: Final = (
    'INSERT INTO store_statement (jti, "case", desk, leaf_index, leaf_hash, jwt, type, subject, at, author) '
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_LEAF_HASH: Final = 4
"""Its column in `STATEMENT`."""

PASSAGE: Final = 'INSERT INTO store_passage (statement_id, "case", cells, disclosures, withheld) VALUES (?, ?, ?, ?, ?)'
SUBJECT: Final = (
    'INSERT INTO store_subject ("case", subject, kind, rank) VALUES (?, ?, ?, ?) '
    'ON CONFLICT ("case", subject) DO UPDATE SET kind = excluded.kind, rank = excluded.rank '
    "WHERE excluded.rank < store_subject.rank"  # what was said of it first says what it is
)
REFERENCE: Final = 'INSERT INTO store_reference (statement_id, "case", field, kind, target) VALUES (?, ?, ?, ?, ?)'
SUPERSESSION: Final = 'INSERT INTO store_supersession (statement_id, "case", old) VALUES (?, ?, ?)'
_HEAD: Final = (
    'INSERT INTO store_head (jti, "case", subject) SELECT ?, ?, ? '
    "WHERE NOT EXISTS (SELECT 1 FROM store_supersession WHERE old = ?)"
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

    @property
    def leaf_hash(self) -> bytes:
        """The hash of its leaf, 32 bytes."""
        return cast("bytes", self.statement[_LEAF_HASH])


def one_transaction(database: Database) -> AbstractContextManager[None]:
    """Run the enclosed writes as one; anything raised undoes them. The commit is on the disk when this returns."""
    return database.transaction()


def write_rows(database: Database, folded: Sequence[Folded]) -> None:
    """Add statements and all that follows from them, in the order given.

    Raises:
        RowsRefused: A key is taken, a statement points out of its case, or a trigger refuses.
    """
    other: defaultdict[str, list[Row]] = defaultdict(list)
    for one in folded:
        for sql, row in one.rows:
            other[sql].append(row)
    try:
        database.run_many(STATEMENT, [one.statement for one in folded])
        for sql, rows in other.items():
            database.run_many(sql, rows)
        _move_heads(database, folded)
    except database.refusals as reason:
        raise RowsRefused("The tables refuse a statement: {reason}.", reason=str(reason)) from reason


def write_pack(database: Database, *, desk: str, first_index: int, count: int) -> None:
    """Note that the projections hold this pack."""
    database.run(_PACK, (desk, first_index, count))


def _move_heads(database: Database, folded: Sequence[Folded]) -> None:
    """Let each statement stand as head unless one that is already here supersedes it, whatever order they came in."""
    pairs = [(one.head[0], one.head[1], old) for one in folded for old in one.supersedes]
    database.run_many(SUPERSESSION, pairs)
    database.run_many(_HEAD, [(*one.head, one.head[0]) for one in folded])
    database.run_many(_NO_HEAD, [(old,) for _jti, _case, old in pairs])
