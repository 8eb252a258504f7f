# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the writer must know of the tables before it admits: the next leaf, known statements, heads, leaf hashes.

Bookkeeping across cases, by SQL, for the store's own modules; it returns ids, positions and digests, never content.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sviedka.core.base.ids import StatementId, SubjectId
from sviedka.store.moments import from_column

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from datetime import date

    from sviedka.store.engine import Database

_MANY = 500
"""Values in one IN list."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SealedItem:
    """Where the bytes of an item are. Digests in hexadecimal; `plain_sha256` is None where its cell is not open."""

    item: SubjectId
    case: SubjectId
    payload_sha256: str
    plain_sha256: str | None


def next_index(database: Database, desk: str) -> int:
    """Return the index that the desk's next leaf gets: how many the projections hold."""
    row = database.run("SELECT max(leaf_index) FROM store_statement WHERE desk = ?", (desk,)).fetchone()
    return 0 if row[0] is None else row[0] + 1


def newest_leaf(database: Database, desk: str) -> bytes:
    """Return the JWT of the desk's last statement, which bears the key that the desk signs with now; the log is not empty."""
    sql = "SELECT jwt FROM store_statement WHERE desk = ? ORDER BY leaf_index DESC LIMIT 1"
    return str(database.run(sql, (desk,)).fetchone()[0]).encode("ascii")


def last_pack(database: Database, desk: str) -> int | None:
    """Return the first index of the newest pack that the projections hold."""
    row = database.run("SELECT max(first_index) FROM store_pack WHERE desk = ?", (desk,)).fetchone()
    first: int | None = row[0]
    return first


def count_items(database: Database, *, desk: str | None = None, below: int = 0) -> int:
    """Return how many originals are sealed, folders left out: all, or those of a desk sealed before leaf `below`."""
    sql = "SELECT count(*) FROM store_item i WHERE i.payload_sha256 IS NOT NULL"
    if desk is None:
        row = database.run(sql).fetchone()
    else:
        within = (
            " AND EXISTS (SELECT 1 FROM store_statement s WHERE s.jti = i.sealed AND s.desk = ? AND s.leaf_index < ?)"
        )
        row = database.run(sql + within, (desk, below)).fetchone()
    count: int = row[0]
    return count


def known_desks(database: Database) -> tuple[str, ...]:
    """Return the desks whose packs the projections hold."""
    return tuple(desk for (desk,) in database.run("SELECT DISTINCT desk FROM store_pack ORDER BY desk"))


def find_leaves(database: Database, jtis: Sequence[str]) -> dict[str, tuple[str, int]]:
    """Return (desk, leaf index) of those statements that are known already, by jti."""
    found = in_lists(database, "SELECT jti, desk, leaf_index FROM store_statement WHERE jti IN ({marks})", jtis)
    return {jti: (desk, index) for jti, desk, index in found}


def sealed_items(database: Database) -> list[tuple[str, str]]:
    """Return (item, payload's SHA-256 in hexadecimal) of everything that was acknowledged as sealed, by item."""
    sql = "SELECT item, payload_sha256 FROM store_item WHERE payload_sha256 IS NOT NULL ORDER BY item"
    return list(database.run(sql))


def sealed_among(database: Database, items: Collection[str]) -> set[str]:
    """Return those of `items` of which any desk's statement says that they were sealed, whether it can be read or not."""
    sql = "SELECT subject FROM store_statement WHERE type = 'item.sealed/1' AND subject IN ({marks})"
    return {item for (item,) in in_lists(database, sql, items)}


def find_sealing(database: Database, item: str) -> tuple[StatementId, int]:
    """Return id and leaf index of the statement that an item, which is known, was sealed."""
    jti, index = database.run(
        "SELECT s.jti, s.leaf_index FROM store_item i JOIN store_statement s ON s.jti = i.sealed WHERE i.item = ?",
        (item,),
    ).fetchone()
    return StatementId(jti), index


def find_case_of(database: Database, jti: str) -> SubjectId | None:
    """Return the case that a statement belongs to, or None if it is not known."""
    row = database.run('SELECT "case" FROM store_statement WHERE jti = ?', (jti,)).fetchone()
    return None if row is None else SubjectId(row[0])


def find_typed(database: Database, kind: str) -> dict[StatementId, tuple[str, int]]:
    """Return (desk, leaf index) of every statement of a type, by its id."""
    found = database.run("SELECT jti, desk, leaf_index FROM store_statement WHERE type = ?", (kind,))
    return {StatementId(jti): (desk, index) for jti, desk, index in found}


def find_approvals_of(database: Database, jti: str) -> list[StatementId]:
    """Return the statements by which somebody approves another, for whatever it is, in the order of each desk's log."""
    found = database.run(
        "SELECT s.jti FROM store_reference r JOIN store_statement s ON s.jti = r.statement_id "
        "WHERE r.target = ? AND r.field = 'approves' AND s.type = 'approval/1' ORDER BY s.desk, s.leaf_index",
        (jti,),
    )
    return [StatementId(one) for (one,) in found]


def find_all_of(database: Database, kind: str) -> list[StatementId]:
    """Return every statement of one type, of whatever case and desk, by time."""
    found = database.run("SELECT jti FROM store_statement WHERE type = ? ORDER BY at, desk, leaf_index", (kind,))
    return [StatementId(one) for (one,) in found]


def find_heads(database: Database, subjects: Sequence[str]) -> dict[SubjectId, tuple[StatementId, ...]]:
    """Return the heads of each subject that has any, sorted."""
    found: dict[SubjectId, list[StatementId]] = {}
    sql = "SELECT subject, jti FROM store_head WHERE subject IN ({marks}) ORDER BY jti"
    for subject, jti in in_lists(database, sql, subjects):
        found.setdefault(subject, []).append(jti)
    return {subject: tuple(heads) for subject, heads in found.items()}


def find_moments(database: Database, jtis: Sequence[str]) -> dict[StatementId, tuple[datetime, str]]:
    """Return (time, desk) of those statements that are known."""
    found = in_lists(database, "SELECT jti, at, desk FROM store_statement WHERE jti IN ({marks})", jtis)
    return {StatementId(jti): (from_column(at), desk) for jti, at, desk in found}


def find_last_moment(database: Database, desk: str) -> datetime:
    """Return when the last statement of a desk's log was made, as it says; the first moment there is, if there is none."""
    sql = "SELECT at FROM store_statement WHERE desk = ? ORDER BY leaf_index DESC LIMIT 1"
    row = database.run(sql, (desk,)).fetchone()
    return datetime.min.replace(tzinfo=UTC) if row is None else from_column(row[0])


def find_day(database: Database, desk: str, size: int) -> date:
    """Return the day, UTC, of the last of the desk's first `size` statements, which are known."""
    row = database.run("SELECT at FROM store_statement WHERE desk = ? AND leaf_index = ?", (desk, size - 1)).fetchone()
    return from_column(row[0]).date()


def find_disclosures(database: Database, jtis: Sequence[str]) -> dict[str, tuple[bytes, tuple[str, ...]]]:
    """Return (leaf, disclosures) of those statements that are known and of which nothing is withheld."""
    sql = (
        "SELECT s.jti, s.jwt, string_agg(p.disclosures, ' ') FROM store_statement s "
        "JOIN store_passage p ON p.statement_id = s.jti WHERE s.jti IN ({marks}) "
        "GROUP BY s.jti HAVING max(CASE WHEN p.withheld THEN 1 ELSE 0 END) = 0"
    )
    found = in_lists(database, sql, jtis)
    return {jti: (jwt.encode("ascii"), tuple(texts.split())) for jti, jwt, texts in found}


def find_person_case(database: Database, person: str) -> SubjectId | None:
    """Return the case that a recorded person belongs to."""
    row = database.run('SELECT "case" FROM store_person WHERE person = ?', (person,)).fetchone()
    return None if row is None else SubjectId(row[0])


def find_newest_of(
    database: Database, *, desk: str, case: str, kind: str, subject: str
) -> tuple[StatementId, int] | None:
    """Return id and leaf index of the newest statement of one type about a subject of a case in a desk's log."""
    row = database.run(
        'SELECT jti, leaf_index FROM store_statement WHERE "case" = ? AND type = ? AND subject = ? AND desk = ? '
        "ORDER BY leaf_index DESC LIMIT 1",
        (case, kind, subject, desk),
    ).fetchone()
    return None if row is None else (StatementId(row[0]), row[1])


def find_deposited_persons(database: Database) -> tuple[tuple[SubjectId, SubjectId], ...]:
    """Return every person whose identity was deposited, and their case, by identifier."""
    found = database.run(
        'SELECT DISTINCT subject, "case" FROM store_statement WHERE type = ? ORDER BY subject',
        ("identity.deposited/1",),
    )
    return tuple((SubjectId(person), SubjectId(case)) for person, case in found)


def find_open_part(database: Database, jti: str) -> tuple[bytes, tuple[str, ...]]:
    """Return leaf and disclosures of a statement that is known, those left out that are withheld."""
    jwt, texts = database.run(
        "SELECT s.jwt, string_agg(p.disclosures, ' ') FROM store_statement s "
        "JOIN store_passage p ON p.statement_id = s.jti WHERE s.jti = ? AND NOT p.withheld GROUP BY s.jwt",
        (jti,),
    ).fetchone()
    return jwt.encode("ascii"), tuple(texts.split())


def find_payloads(database: Database, plain_sha256s: Sequence[str]) -> dict[str, tuple[SubjectId, str]]:
    """Return (an item, payload's digest) for those plain digests that an item was sealed with, all in hexadecimal."""
    sql = (
        "SELECT plain_sha256, item, payload_sha256 FROM store_item "
        "WHERE plain_sha256 IN ({marks}) AND payload_sha256 IS NOT NULL ORDER BY item DESC"
    )
    found = in_lists(database, sql, plain_sha256s)
    return {plain: (SubjectId(item), payload) for plain, item, payload in found}


def find_sealed(database: Database, item: str) -> SealedItem | None:
    """Return where an item's bytes are, or None if there is no such item or it has none."""
    row = database.run(
        'SELECT item, "case", payload_sha256, plain_sha256 FROM store_item '
        "WHERE item = ? AND payload_sha256 IS NOT NULL",
        (item,),
    ).fetchone()
    if row is None:
        return None
    return SealedItem(item=SubjectId(row[0]), case=SubjectId(row[1]), payload_sha256=row[2], plain_sha256=row[3])


def find_labelled(database: Database, label: str) -> list[str]:
    """Return every subject that a record file of any case calls so."""
    found = database.run("SELECT DISTINCT subject FROM store_label WHERE label = ?", (label,))
    return [subject for (subject,) in found]


def find_label(database: Database, case: str, label: str) -> SubjectId | None:
    """Return what a label stands for in a case."""
    row = database.run('SELECT subject FROM store_label WHERE "case" = ? AND label = ?', (case, label)).fetchone()
    return None if row is None else SubjectId(row[0])


def find_subject_kind(database: Database, case: str, subject: str) -> str | None:
    """Return what kind of subject this is in a case, if anything was stated of it."""
    row = database.run('SELECT kind FROM store_subject WHERE "case" = ? AND subject = ?', (case, subject)).fetchone()
    kind: str | None = None if row is None else row[0]
    return kind


def find_item_at(database: Database, case: str, path: str) -> SubjectId | None:
    """Return the item that was sealed last for a case from this path."""
    row = database.run(
        "SELECT i.item FROM store_item i JOIN store_statement s ON s.jti = i.received "
        'WHERE i."case" = ? AND i.path = ? ORDER BY s.leaf_index DESC LIMIT 1',
        (case, path),
    ).fetchone()
    return None if row is None else SubjectId(row[0])


def find_received(database: Database, item: str) -> StatementId | None:
    """Return the newest statement of how an item came."""
    row = database.run("SELECT received FROM store_item WHERE item = ?", (item,)).fetchone()
    return None if row is None or row[0] is None else StatementId(row[0])


def leaf_hashes(database: Database, desk: str, size: int) -> Iterator[bytes]:
    """Yield the hashes of the desk's first `size` leaves, in order."""
    found = database.stream(
        "SELECT leaf_hash FROM store_statement WHERE desk = ? AND leaf_index < ? ORDER BY leaf_index", (desk, size)
    )
    for (leaf_hash,) in found:
        yield bytes(leaf_hash)


def in_lists(database: Database, sql: str, values: Collection[str]) -> Iterable[tuple[Any, ...]]:
    """Yield the rows of a query for `values`, however many; `sql` has `{marks}` where they go."""
    unique = sorted(set(values))
    for start in range(0, len(unique), _MANY):
        part = unique[start : start + _MANY]
        marks = ",".join("?" * len(part))
        yield from database.run(sql.format(marks=marks), part)
