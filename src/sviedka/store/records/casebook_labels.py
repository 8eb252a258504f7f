# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the labels of a record file stand for: in the file itself, or in the case as it was recorded before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.store.connect import database_failures
from sviedka.store.deposit.file_names import spell_name
from sviedka.store.ledger import find_item_at, find_label, find_subject_kind
from sviedka.store.records.casebook import CasebookRefused

if TYPE_CHECKING:
    from sviedka.core.base.ids import SubjectId
    from sviedka.store.engine import Database
    from sviedka.store.labels import LabelIds
    from sviedka.store.records.casebook import Casebook, Entry
    from sviedka.store.records.plain_yaml import Node


class Labels:
    """The labels of one case."""

    def __init__(self, database: Database, ids: LabelIds, book: Casebook) -> None:
        """Know the labels of `book`, and look up others in `database`."""
        self._database = database
        self._ids = ids
        self.case: SubjectId = ids.case(book.case.label)
        self._own: dict[str, tuple[str, str]] = {book.case.label: ("case", self.case)}
        for entry in book.entries:
            if entry.part.says_label:
                self._own[entry.label] = (entry.part.kind, self.subject_of(entry))

    def subject_of(self, entry: Entry) -> SubjectId:
        """Return the subject that an entry's own label stands for.

        Raises:
            CasebookRefused: An item that was never sealed.
        """
        if entry.part.kind != "item":
            return self._ids.subject(self.case, entry.label)
        with database_failures():
            bound = find_label(self._database, self.case, entry.label)
        return bound or self._item_at(entry)

    def resolve(self, label: Node, kinds: tuple[str, ...]) -> tuple[str, str]:
        """Return what a label stands for; see `casebook_values.Resolver`."""
        found = self._find(str(label.value)) or (self._find_path(str(label.value)) if "item" in kinds else None)
        if found is None or found[0] not in kinds:
            raise CasebookRefused(
                "Line {line}: expected the label of one of: {kinds}.", line=label.line, kinds=", ".join(kinds)
            )
        return found

    def is_label(self, text: str, kind: str) -> bool:
        """Tell whether `text` is the label of a subject of this kind."""
        found = self._find(text)
        return found is not None and found[0] == kind

    def _find(self, label: str) -> tuple[str, str] | None:
        if label in self._own:
            return self._own[label]
        with database_failures():
            item = find_label(self._database, self.case, label)
            subject = item or self._ids.subject(self.case, label)
            kind = find_subject_kind(self._database, self.case, subject)
        return None if kind is None else (kind, subject)

    def _find_path(self, path: str) -> tuple[str, SubjectId] | None:
        """Return the item that was sealed last from `path`, which may stand as it was or as `file_names` spells it."""
        with database_failures():
            spelt = spell_name(path.encode("utf-8", "surrogatepass"))
            item = find_item_at(self._database, self.case, spelt) or find_item_at(self._database, self.case, path)
        return None if item is None else ("item", item)

    def _item_at(self, entry: Entry) -> SubjectId:
        path = entry.fields.get("path")
        if path is None or not isinstance(path.value, str):
            raise CasebookRefused("Line {line}, {label}: expected a path.", line=entry.line, label=entry.label)
        found = self._find_path(path.value)
        if found is None:
            raise CasebookRefused(
                "Line {line}, {label}: expected the path of an original that was sealed for this case.",
                line=entry.line,
                label=entry.label,
            )
        return found[1]
