# SPDX-License-Identifier: AGPL-3.0-or-later
"""From what is to be said to a draft: checked against its type, each part under the cells that the type gives it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sviedka.core.base.errors import Withheld
from sviedka.core.base.ids import CellId
from sviedka.core.catalogue import find_type
from sviedka.core.seal.statement import Draft
from sviedka.core.seal.statement_parts import to_parts
from sviedka.store.cell_owners import find_person_cells
from sviedka.store.connect import database_failures

if TYPE_CHECKING:
    from datetime import datetime

    from sviedka.core.base.ids import StatementId, SubjectId
    from sviedka.core.base.schema import Fields
    from sviedka.store.engine import Database


class PersonUnknown(Withheld):
    """A statement names a person of whom nothing is recorded, so that nobody knows which cell protects them."""

    code = "withheld.person-unknown"
    hint = "Record the person, by pseudonym, first."


@dataclass(frozen=True, kw_only=True, slots=True)
class Saying:
    """What is to become a statement. `type` is a reference such as `claim/1`; a repeated field holds a list."""

    jti: StatementId
    case: SubjectId
    type: str
    subject: SubjectId
    fields: Fields


class Drafter:
    """Makes drafts. Knows the cells of all persons that are recorded, and of those whose record it drafted itself."""

    def __init__(self, database: Database, *, archive_cell: CellId) -> None:
        """Look persons up in `database`."""
        self._database = database
        self._archive_cell = archive_cell
        self._cells: dict[SubjectId, CellId] = {}

    def draft(self, saying: Saying, at: datetime) -> Draft:
        """Return the draft.

        Raises:
            DoesNotFit: The fields are not those of the type.
            PersonUnknown: It names a person without a cell.
        """
        kind, cell = find_type(saying.type), saying.fields.get("cell")
        if kind.name == "person" and isinstance(cell, str):
            self._cells[saying.subject] = CellId(cell)
        parts = to_parts(
            kind,
            saying.fields,
            subject=saying.subject,
            cell_of=self._cell_of,
            archive_cell=self._archive_cell,
        )
        return Draft(
            jti=saying.jti,
            case=saying.case,
            type=saying.type,
            subject=saying.subject,
            heads=(),  # filled in at admission, under the lock
            at=at,
            parts=parts,
            archive_cell=self._archive_cell,
        )

    def _cell_of(self, person: SubjectId) -> CellId:
        if person not in self._cells:
            with database_failures():
                self._cells.update(find_person_cells(self._database, [person]))
        cell = self._cells.get(person)
        if cell is None:
            raise PersonUnknown("Person {person} is not recorded.", person=person)
        return cell
