# SPDX-License-Identifier: AGPL-3.0-or-later
"""What taking back must know of the tables: what somebody gave, what shows them, what is sealed under their cell.

Bookkeeping across cases, by SQL, like `ledger`; it returns identifiers, times and counts, never content.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.core.base.ids import CellId, StatementId, SubjectId
from sviedka.core.disclose.known_before import Placed
from sviedka.store.cell_owners import cells_of
from sviedka.store.moments import from_column, to_column

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sviedka.store.engine import Database

PERSON: Final = "person"
ITEM: Final = "item"
_OF_ITEMS: Final = "s.type IN ('item.received/1', 'item.sealed/1')"
SHOWS: Final = "shows%"
"""The field of how an item came that says whom it shows; repeated, so numbered."""


@dataclass(frozen=True, kw_only=True)
class Subject:
    """Whom or what a request is about: a person with the cells of what they told and of their identities, or an item.

    Each desk that recorded a person before it knew of the others made a cell of its own for what they told it. `disputed`
    are cells that are named for somebody else too, and go with nobody.
    """

    subject: SubjectId
    case: SubjectId
    kind: str
    told: tuple[CellId, ...] = ()
    identities: tuple[CellId, ...] = ()
    disputed: tuple[CellId, ...] = ()

    @property
    def cells(self) -> tuple[CellId, ...]:
        """Every cell whose key goes with this subject."""
        return (*self.told, *self.identities)


def requested_subjects(database: Database) -> tuple[SubjectId, ...]:
    """Return everything that was ever asked to be taken back."""
    found = database.run("SELECT DISTINCT subject FROM store_statement WHERE type = 'erasure.asked/1' ORDER BY subject")
    return tuple(SubjectId(subject) for (subject,) in found)


def find_taken(database: Database, subject: str) -> Subject | None:
    """Return the person or sealed item of this identifier, if there is one."""
    run = database.run
    person = run('SELECT "case" FROM store_person WHERE person = ?', (subject,)).fetchone()
    if person is not None:
        cells = cells_of(database, subject)
        return Subject(
            subject=SubjectId(subject),
            case=SubjectId(person[0]),
            kind=PERSON,
            told=cells.told,
            identities=cells.identities,
            disputed=cells.disputed,
        )
    item = run('SELECT "case" FROM store_item WHERE item = ? AND payload_sha256 IS NOT NULL', (subject,)).fetchone()
    return None if item is None else Subject(subject=SubjectId(subject), case=SubjectId(item[0]), kind=ITEM)


def items_of(database: Database, subject: Subject) -> tuple[list[SubjectId], list[SubjectId]]:
    """Return the originals of a person, and others that show them; of an item, itself.

    A person's are those that they gave, and those that show them and of which no other person is recorded as the giver.
    """
    if subject.kind == ITEM:
        return [subject.subject], []
    given = database.run(
        "SELECT item FROM store_item WHERE handed_over_by = ? AND payload_sha256 IS NOT NULL", (subject.subject,)
    )
    shown = database.run(
        "SELECT DISTINCT i.item, i.handed_over_by FROM store_reference r JOIN store_statement s ON s.jti = r.statement_id "
        "JOIN store_item i ON i.item = s.subject AND i.payload_sha256 IS NOT NULL "
        "WHERE r.target = ? AND s.type = 'item.received/1' AND r.field LIKE ?",
        (subject.subject, SHOWS),
    ).fetchall()
    theirs = {SubjectId(one) for (one,) in given} | {SubjectId(one) for one, giver in shown if giver is None}
    return sorted(theirs), sorted({SubjectId(one) for one, _ in shown} - theirs)


def shows_others(database: Database, item: SubjectId, person: str) -> bool:
    """Tell whether an item shows somebody else than this person."""
    found = database.run(
        "SELECT 1 FROM store_reference r JOIN store_statement s ON s.jti = r.statement_id "
        "WHERE s.subject = ? AND s.type = 'item.received/1' AND r.field LIKE ? AND r.target <> ? LIMIT 1",
        (item, SHOWS, person),
    ).fetchone()
    return found is not None


def stays_for_others(database: Database, item: SubjectId, person: str) -> bool:
    """Tell whether an item shows somebody else than this person, or is recorded as given by somebody else."""
    (giver,) = database.run("SELECT handed_over_by FROM store_item WHERE item = ?", (item,)).fetchone() or (None,)
    return giver not in {None, person} or shows_others(database, item, person)


def named_others(database: Database, item: SubjectId, subject: Subject) -> bool:
    """Tell whether how an item came ever showed another person, or has a part under the cell of another one."""
    rows = database.run(
        "SELECT p.cells FROM store_passage p JOIN store_statement s ON s.jti = p.statement_id "  # noqa: S608  # words of ours
        f"WHERE s.subject = ? AND {_OF_ITEMS}",
        (item,),
    )
    found = {cell for (cells,) in rows for cell in cells.split()} - {*subject.told}
    return shows_others(database, item, subject.subject) or any(_is_told(database, cell) for cell in sorted(found))


def sealed_for(database: Database, items: Iterable[SubjectId], subject: Subject) -> set[SubjectId]:
    """Return those of `items` that were sealed under a cell of this person, and that nothing ever named another one for.

    That says the statement by which an item came into the archive. One that is made later, by whoever may record, says no such
    thing of an item that is there already, since each sealing of it has to say it.
    """
    hers = {*subject.told}
    found = set[SubjectId]()
    for item in items:
        sealings = database.run(
            "SELECT string_agg(p.cells, ' ') FROM store_passage p JOIN store_statement s ON s.jti = p.statement_id "
            "WHERE s.subject = ? AND s.type = 'item.sealed/1' GROUP BY s.jti",
            (item,),
        ).fetchall()
        is_hers = bool(sealings) and all(hers & {*cells.split()} for (cells,) in sealings)
        if is_hers and not named_others(database, item, subject):
            found.add(item)
    return found


def _is_told(database: Database, cell: str) -> bool:
    """Tell whether a desk made this cell for what a person told: then it is not the archive's."""
    found = database.run(
        "SELECT 1 FROM store_reference r JOIN store_statement s ON s.jti = r.statement_id "
        "WHERE s.type = 'person/1' AND r.field = 'cell' AND r.target = ? LIMIT 1",
        (cell,),
    )
    return found.fetchone() is not None


def with_containers(database: Database, items: Iterable[SubjectId]) -> list[SubjectId]:
    """Add every container in which one of `items` lay when it came: its bytes hold theirs. Other members are items of their own.

    As the desk says that sealed it, in the first statement of how it came. A later one may be anybody's, and name any item.
    """
    found = {*items}
    for item in sorted(found):
        sealed_at = database.run(
            "SELECT DISTINCT desk FROM store_statement WHERE subject = ? AND type = 'item.sealed/1'", (item,)
        ).fetchall()
        lay_in = [_containers_of(database, item, desk) for (desk,) in sealed_at]
        found.update(set[SubjectId]().union(*lay_in[:1]).intersection(*lay_in[1:]))
    return sorted(found)


def _containers_of(database: Database, item: SubjectId, desk: str) -> set[SubjectId]:
    """Return in what an item lay by one desk's log, through folders, which have no bytes of their own."""
    found, above = set[SubjectId](), _first_parent(database, item, desk)
    while above is not None and above not in found:
        found.add(above)
        above = _first_parent(database, above, desk)
    return {one for one in found if _has_bytes(database, one)}


def _first_parent(database: Database, item: SubjectId, desk: str) -> SubjectId | None:
    row = database.run(
        "SELECT r.target FROM store_statement s LEFT JOIN store_reference r ON r.statement_id = s.jti AND r.field = 'parent' "
        "WHERE s.subject = ? AND s.type = 'item.received/1' AND s.desk = ? ORDER BY s.leaf_index LIMIT 1",
        (item, desk),
    ).fetchone()
    return None if row is None or row[0] is None else SubjectId(row[0])


def _has_bytes(database: Database, item: SubjectId) -> bool:
    found = database.run("SELECT 1 FROM store_item WHERE item = ? AND payload_sha256 IS NOT NULL", (item,))
    return found.fetchone() is not None


def twins_of(database: Database, item: SubjectId) -> list[SubjectId]:
    """Return the items that share their payload with `item`."""
    found = database.run(
        "SELECT b.item FROM store_item a JOIN store_item b ON b.payload_sha256 = a.payload_sha256 AND b.item <> a.item "
        "WHERE a.item = ?",
        (item,),
    )
    return [SubjectId(one) for (one,) in found]


def digests_kept(database: Database, items: Sequence[SubjectId], subject: Subject) -> tuple[SubjectId, ...]:
    """Return those of `items` whose digest, and perhaps name, no cell of `subject` covers: nobody or another gave them."""
    covered = subject.subject if subject.kind == PERSON else ""
    rows = (database.run("SELECT handed_over_by FROM store_item WHERE item = ?", (item,)).fetchone() for item in items)
    return tuple(item for item, row in zip(items, rows, strict=True) if row is not None and row[0] != covered)


def passages_under(database: Database, cells: Sequence[CellId]) -> tuple[int, int]:
    """Return how many statements have something under one of `cells`, and in how many it is under others' cells too."""
    if not cells:
        return 0, 0
    alone, under = ", ".join("?" for _ in cells), " OR ".join("cells LIKE ?" for _ in cells)
    row = database.run(
        f"SELECT count(DISTINCT statement_id), count(DISTINCT CASE WHEN cells NOT IN ({alone}) THEN statement_id END) "  # noqa: S608  # marks only
        f"FROM store_passage WHERE {under}",
        (*cells, *(f"%{cell}%" for cell in cells)),
    ).fetchone()
    return int(row[0]), int(row[1])


def find_erasure_statements(database: Database, subject: str) -> dict[StatementId, str]:
    """Return the type of every statement of taking `subject` back, in the order of each desk's log."""
    found = database.run(
        "SELECT jti, type FROM store_statement WHERE subject = ? AND type LIKE ? ORDER BY desk, leaf_index",
        (subject, "erasure.%"),
    )
    return {StatementId(jti): kind for jti, kind in found}


def find_placed(database: Database, subject: str) -> list[Placed]:
    """Return where each statement about `subject` stands, and which it names as known."""
    heads = defaultdict[str, list[StatementId]](list)
    for jti, old in database.run(
        "SELECT p.statement_id, p.old FROM store_supersession p JOIN store_statement s ON s.jti = p.statement_id "
        "WHERE s.subject = ?",
        (subject,),
    ):
        heads[jti].append(StatementId(old))
    found = database.run("SELECT jti, desk, leaf_index FROM store_statement WHERE subject = ?", (subject,))
    return [Placed(jti=StatementId(jti), desk=desk, index=index, heads=tuple(heads[jti])) for jti, desk, index in found]


def done_subjects(database: Database) -> tuple[SubjectId, ...]:
    """Return everything of which a statement says that it was erased."""
    found = database.run("SELECT DISTINCT subject FROM store_statement WHERE type = 'erasure.done/1' ORDER BY subject")
    return tuple(SubjectId(subject) for (subject,) in found)


def items_about(database: Database, subject: Subject) -> set[SubjectId]:
    """Return the originals of which a statement names this person, or lies under one of their cells, erased or not."""
    found = database.run(
        f"SELECT DISTINCT s.subject FROM store_reference r JOIN store_statement s ON s.jti = r.statement_id "  # noqa: S608  # words of ours
        f"WHERE r.target = ? AND {_OF_ITEMS}",
        (subject.subject,),
    ).fetchall()
    for cell in subject.told:
        found += database.run(
            f"SELECT DISTINCT s.subject FROM store_passage p JOIN store_statement s ON s.jti = p.statement_id "  # noqa: S608  # words of ours
            f"WHERE p.cells LIKE ? AND {_OF_ITEMS}",
            (f"%{cell}%",),
        ).fetchall()
    return {SubjectId(item) for (item,) in found}


def times_of_request(database: Database, jti: str, *, now: datetime) -> tuple[datetime, datetime]:
    """Return a statement's own time, and the latest time until `now` that its log states before it; its own if there is none."""
    at, latest = database.run(
        "SELECT a.at, (SELECT max(b.at) FROM store_statement b WHERE b.desk = a.desk AND b.leaf_index < a.leaf_index "
        "AND b.at <= ?) FROM store_statement a WHERE a.jti = ?",
        (to_column(now), jti),
    ).fetchone()
    return from_column(at), from_column(latest or at)
