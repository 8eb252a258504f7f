# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the writer must know of the tables before it admits: the next leaf, known statements, heads, leaf hashes.

Bookkeeping across cases, by SQL, for the store's own modules; it returns ids, positions and digests, never content.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sviedka.core.base.ids import CellId, StatementId, SubjectId

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sviedka.store.sqlcipher.base import DatabaseWrapper

_MANY = 500
"""Values in one IN list."""


def next_index(database: DatabaseWrapper, desk: str) -> int:
    """Return the index that the desk's next leaf gets: how many the projections hold."""
    row = database.connection.execute("SELECT max(leaf_index) FROM store_statement WHERE desk = ?", (desk,)).fetchone()
    return 0 if row[0] is None else row[0] + 1


def last_pack(database: DatabaseWrapper, desk: str) -> int | None:
    """Return the first index of the newest pack that the projections hold."""
    row = database.connection.execute("SELECT max(first_index) FROM store_pack WHERE desk = ?", (desk,)).fetchone()
    first: int | None = row[0]
    return first


def known_desks(database: DatabaseWrapper) -> tuple[str, ...]:
    """Return the desks whose packs the projections hold."""
    return tuple(desk for (desk,) in database.connection.execute("SELECT DISTINCT desk FROM store_pack ORDER BY desk"))


def find_leaves(database: DatabaseWrapper, jtis: Sequence[str]) -> dict[str, tuple[str, int]]:
    """Return (desk, leaf index) of those statements that are known already, by jti."""
    found = _in_lists(database, "SELECT jti, desk, leaf_index FROM store_statement WHERE jti IN ({marks})", jtis)
    return {jti: (desk, index) for jti, desk, index in found}


def find_heads(database: DatabaseWrapper, subjects: Sequence[str]) -> dict[SubjectId, tuple[StatementId, ...]]:
    """Return the heads of each subject that has any, sorted."""
    found: dict[SubjectId, list[StatementId]] = {}
    sql = "SELECT subject, jti FROM store_head WHERE subject IN ({marks}) ORDER BY jti"
    for subject, jti in _in_lists(database, sql, subjects):
        found.setdefault(subject, []).append(jti)
    return {subject: tuple(heads) for subject, heads in found.items()}


def find_disclosures(database: DatabaseWrapper, jtis: Sequence[str]) -> dict[str, tuple[bytes, tuple[str, ...]]]:
    """Return (leaf, disclosures) of those statements that are known and of which nothing is withheld."""
    sql = (
        "SELECT s.jti, s.jwt, group_concat(p.disclosures, ' ') FROM store_statement s "
        "JOIN store_passage p ON p.statement_id = s.jti WHERE s.jti IN ({marks}) "
        "GROUP BY s.jti HAVING max(p.withheld) = 0"
    )
    found = _in_lists(database, sql, jtis)
    return {jti: (jwt.encode("ascii"), tuple(texts.split())) for jti, jwt, texts in found}


def find_person_cells(database: DatabaseWrapper, persons: Sequence[str]) -> dict[SubjectId, CellId]:
    """Return the cell of each person that is recorded and has one."""
    sql = "SELECT person, cell FROM store_person WHERE cell IS NOT NULL AND person IN ({marks})"
    return {SubjectId(person): CellId(cell) for person, cell in _in_lists(database, sql, persons)}


def leaf_hashes(database: DatabaseWrapper, desk: str, size: int) -> Iterator[bytes]:
    """Yield the hashes of the desk's first `size` leaves, in order."""
    found = database.connection.execute(
        "SELECT leaf_hash FROM store_statement WHERE desk = ? AND leaf_index < ? ORDER BY leaf_index", (desk, size)
    )
    for (leaf_hash,) in found:
        yield bytes(leaf_hash)


def _in_lists(database: DatabaseWrapper, sql: str, values: Sequence[str]) -> Iterable[tuple[Any, ...]]:
    unique = sorted(set(values))
    for start in range(0, len(unique), _MANY):
        part = unique[start : start + _MANY]
        marks = ",".join("?" * len(part))
        yield from database.connection.execute(sql.format(marks=marks), part)
