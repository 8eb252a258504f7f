# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka record`: the statements of a record file, admitted once however often the file is recorded.

The identifier of a statement follows from its label and content, that of its subject from its label: the same file
again adds nothing, changed content is a further statement about the same subject. The file is checked whole before
anything is admitted.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Failure, Withheld
from sviedka.core.base.ids import SubjectId
from sviedka.core.base.progress import unwatched
from sviedka.core.base.schema import shown_fields
from sviedka.core.catalogue import find_type
from sviedka.core.seal.statement import parse_jwt, read_disclosures
from sviedka.keeper.errors import AssertionNeeded, CellErased
from sviedka.store.admission import GROUP, admit
from sviedka.store.asserted_admission import admit_asserted
from sviedka.store.cell_owners import find_person_cells
from sviedka.store.connect import database_failures
from sviedka.store.drafting import Drafter, Saying
from sviedka.store.labels import LabelIds
from sviedka.store.ledger import find_disclosures, find_leaves, find_received
from sviedka.store.records.casebook import Casebook, CasebookRefused, Entry, parse_casebook
from sviedka.store.records.casebook_fields import check_fields, fields_of
from sviedka.store.records.casebook_labels import Labels
from sviedka.store.records.plain_yaml import MAX_BYTES
from sviedka.store.session import open_store
from sviedka.vault.clock import now
from sviedka.vault.disk_errors import translating

if TYPE_CHECKING:
    from pathlib import Path

    from sviedka.core.base.canonical import Json
    from sviedka.core.base.ids import CellId
    from sviedka.core.base.progress import Progress
    from sviedka.core.base.schema import StatementType
    from sviedka.core.seal.statement import Draft
    from sviedka.keeper.asserting import Assertor
    from sviedka.keeper.client import Keeper
    from sviedka.store.engine import Database
    from sviedka.vault.layout import Archive

_NO_CELL: Final = "0" * 32
"""Stands for the cell of a person who has none yet while the file is checked; a cell is made only for a file that fits."""


_NAMED_BEFORE: Final = {"consent.given/2": "consent.given/1"}
"""Types under whose older name an identifier is made: a consent that was recorded before its type changed is found, and is
not given a second time, perhaps after it was withdrawn."""


class PersonErased(Withheld):
    """A casebook says something new of a person who took back what they gave and told."""

    code = "withheld.person-erased"
    hint = "Take what is said of them out of the file. Somebody who comes back and agrees anew gets a new label."


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """How many statements of a record file are new, and how many were recorded already."""

    admitted: int
    known: int


def record(
    archive: Archive,
    keeper: Keeper,
    path: Path,
    progress: Progress | None = None,
    *,
    assertor: Assertor | None = None,
) -> Recorded:
    """Admit what is new in a record file.

    Args:
        archive: Where to.
        keeper: Signs, as the person who is logged in.
        path: The file; at most 16 MiB.
        progress: Told statements.
        assertor: Gets that person's assertions of new consents; None refuses a file that gives any.

    Raises:
        CasebookRefused, YamlRefused, TooLarge: Nothing was admitted.
        PersonErased: It says something new of a person who took back what they gave. Groups before it are kept.
        AssertionNeeded: It gives consents, and nobody is there to stand behind them. Nothing was admitted.
        AssertionGivenUp, WrongPassphrase: What stands before those consents was admitted; run it again.
        DiskFull, ReadOnly, DiskError, Locked: Run it again; what was admitted is not admitted twice.
    """
    with translating(), path.open("rb") as file:
        book = parse_casebook(file.read(MAX_BYTES + 1))
    database = open_store(archive, keeper)
    origin = keeper.facts().origin
    ids = LabelIds(keeper.label_key())
    try:
        reader = _Reader(database, ids, book, origin=origin)
        sayings = reader.sayings()
    finally:
        ids.wipe()
    waiting = _without_known_assertions(database, sayings)
    personal = next((saying for saying in waiting if _is_asserted(saying)), None)
    if personal is not None and assertor is None:
        raise AssertionNeeded("Nobody stands behind a statement of type {type} in person.", type=personal.type)
    recorder = _Recorder(archive, keeper, database, assertor, progress or unwatched)
    try:
        new = recorder.admit(waiting)
    except CellErased as failure:
        raise reader.explain(failure) from failure
    return Recorded(admitted=new, known=len(sayings) - new)


def _is_asserted(said: Saying | Draft) -> bool:
    return find_type(said.type).asserted is not None


def _without_known_assertions(database: Database, sayings: list[Saying]) -> list[Saying]:
    """Leave out what somebody stood behind before: it is not asked for again, and stays as it was recorded."""
    with database_failures():
        known = find_leaves(database, [saying.jti for saying in sayings if _is_asserted(saying)])
    return [saying for saying in sayings if saying.jti not in known]


class _Recorder:
    """Admits in the order of the file: a consent that stands before its withdrawal must not come after it."""

    def __init__(
        self, archive: Archive, keeper: Keeper, database: Database, assertor: Assertor | None, progress: Progress
    ) -> None:
        self._archive = archive
        self._keeper = keeper
        self._drafter = Drafter(database, archive_cell=keeper.facts().archive_cell)
        self._assertor = assertor
        self._progress = progress

    def admit(self, sayings: list[Saying]) -> int:
        """Admit them; return how many were new."""
        self._progress(0, len(sayings))
        drafts = [self._drafter.draft(saying, now()) for saying in _with_cells(self._keeper, sayings)]
        runs = [(asserted, list(run)) for asserted, run in groupby(drafts, key=_is_asserted)]
        return sum(self._admit_asserted(run) if asserted else self._admit_plain(run) for asserted, run in runs)

    def _admit_plain(self, drafts: list[Draft]) -> int:
        new = 0
        for start in range(0, len(drafts), 4 * GROUP):
            admitted = admit(self._archive, self._keeper, drafts[start : start + 4 * GROUP])
            new += sum(not one.already for one in admitted)
            self._progress(len(admitted))
        return new

    def _admit_asserted(self, drafts: list[Draft]) -> int:
        if self._assertor is None:
            raise AssertionNeeded("Nobody stands behind a statement of type {type} in person.", type=drafts[0].type)
        return len(admit_asserted(self._archive, self._keeper, drafts, self._assertor, progress=self._progress))


class _Reader:
    """Turns the entries of one record file into what is to be said."""

    def __init__(self, database: Database, ids: LabelIds, book: Casebook, *, origin: str) -> None:
        self._database = database
        self._origin = origin
        self._ids = ids
        self._book = book
        self._labels = Labels(database, ids, book)
        self._persons: dict[SubjectId, Entry] = {}
        self._cells: dict[SubjectId, CellId] = {}

    def sayings(self) -> list[Saying]:
        people = (entry for entry in self._book.entries if entry.part.kind == "person")
        self._persons = {self._labels.subject_of(entry): entry for entry in people}
        with database_failures():
            self._cells = find_person_cells(self._database, list(self._persons))
        return [self._saying(entry) for entry in (self._book.case, *self._book.entries)]

    def explain(self, failure: CellErased) -> Failure:
        """Return whom of the file a cell was of that has no key any more; `failure` itself if of nobody in it."""
        person = next((one for one, cell in self._cells.items() if cell == failure.facts["cell"]), None)
        if person is None:
            return failure
        entry = self._persons[person]
        return PersonErased(
            "Line {line}, {label}: what stood under this person was erased; nothing more is recorded of them.",
            line=entry.line,
            label=entry.label,
        )

    def _saying(self, entry: Entry) -> Saying:
        subject = self._subject(entry)
        kind, fields = fields_of(entry, self._labels)
        content: Json = dict(fields)  # as the file has it: without a person's cell, without what is known of an item
        if entry.part.kind == "person":
            fields["cell"] = self._cells.get(subject, _NO_CELL)
        elif entry.part.kind == "item":
            fields.pop("path", None)  # it told which item is meant; how it was called stays as it came
            fields = self._received_fields(entry, subject) | fields
        check_fields(entry, kind, fields)
        named = _NAMED_BEFORE.get(kind.reference, kind.reference)
        jti = self._ids.statement(self._book.case.label, entry.label, [named, subject, content], origin=self._origin)
        return Saying(jti=jti, case=self._labels.case, type=kind.reference, subject=subject, fields=fields)

    def _subject(self, entry: Entry) -> SubjectId:
        if entry.part.kind == "case":
            return self._labels.case
        if entry.part.subject is None:
            return self._labels.subject_of(entry)
        node = entry.fields.get(entry.part.subject)
        if node is None or not isinstance(node.value, str):
            raise CasebookRefused(
                "Line {line}, {label}: expected {field}.", line=entry.line, label=entry.label, field=entry.part.subject
            )
        subject = SubjectId(self._labels.resolve(node, (entry.part.subject,))[1])
        if entry.part.subject == "item":
            del entry.fields["item"]  # a transfer's item is its subject and no field
        return subject

    def _received_fields(self, entry: Entry, item: SubjectId) -> dict[str, Json]:
        """Return what is known of how an item came: a label, and whom it shows, restate that as a whole."""
        with database_failures():
            jti = find_received(self._database, item)
            found = {} if jti is None else find_disclosures(self._database, [jti])
        if jti is None or jti not in found:
            raise CasebookRefused(
                "Line {line}, {label}: expected an original whose record is open.", line=entry.line, label=entry.label
            )
        jwt, disclosures = found[jti]
        shown = read_disclosures(parse_jwt(jwt), disclosures).fields
        return _as_drafted(find_type("item.received/1"), dict(shown))


def _as_drafted(kind: StatementType, shown: dict[str, Json]) -> dict[str, Json]:
    """Put the numbered values of repeated fields back into lists."""
    fields: dict[str, Json] = {}
    for found, _, value in shown_fields(kind, shown):
        if found.repeated:
            held = fields.setdefault(found.name, [])
            if isinstance(held, list):
                held.append(value)
        else:
            fields[found.name] = value
    return fields


def _with_cells(keeper: Keeper, sayings: list[Saying]) -> list[Saying]:
    """Give each new person a cell, durable before anything is sealed under it."""
    new = [saying.subject for saying in sayings if saying.fields.get("cell") == _NO_CELL]
    cells = dict(zip(new, keeper.new_cells(len(new)), strict=True)) if new else {}
    return [
        replace(saying, fields={**saying.fields, "cell": cells[saying.subject]})
        if saying.fields.get("cell") == _NO_CELL
        else saying
        for saying in sayings
    ]
