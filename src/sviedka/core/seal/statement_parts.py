# SPDX-License-Identifier: AGPL-3.0-or-later
"""From a type's fields to the parts of a draft: under whose cell each goes, worked out from the declaration alone.

This is where promise G7 begins: if a part is put under the wrong cell, taking it back leaves it readable. When in
doubt a part goes under more cells, never fewer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.core.base.ids import SubjectId
from sviedka.core.base.schema import About, DoesNotFit, Field, Fields, StatementType, check, each_value, has_text
from sviedka.core.seal.statement_shapes import Disclose, Segment, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sviedka.core.base.canonical import Json
    from sviedka.core.base.ids import CellId


def to_parts(
    kind: StatementType,
    fields: Fields,
    *,
    subject: SubjectId,
    cell_of: Callable[[SubjectId], CellId],
    archive_cell: CellId,
) -> tuple[Disclose | Text, ...]:
    """Check `fields` against the type and return the parts of a draft, with their cells.

    Args:
        kind: The type, from `sviedka.core.catalogue`.
        fields: By name; a repeated field holds a list, a text a list of segments.
        subject: The statement's subject.
        cell_of: The cell of a person; must know every person that `fields` names.
        archive_cell: For what is about nobody.

    Raises:
        DoesNotFit: The fields do not fit the type.
    """
    check(kind, fields)
    house = _House(kind, fields, subject, cell_of, archive_cell)
    return tuple(part for field in kind.all_fields if field.name in fields for part in house.parts_of(field))


class _House:
    """One statement's persons, and the cells they lead to."""

    def __init__(
        self,
        kind: StatementType,
        fields: Fields,
        subject: SubjectId,
        cell_of: Callable[[SubjectId], CellId],
        archive_cell: CellId,
    ) -> None:
        self._fields = fields
        self._kinds = {field.name: field for field in kind.all_fields}
        self._cell_of = cell_of
        self._archive = (archive_cell,)
        self._everyone = {person for name in fields for person in self._persons_in(name, roles=())}
        if kind.subject_is_person:
            self._everyone.add(subject)

    def parts_of(self, field: Field) -> Iterator[Disclose | Text]:
        value = self._fields[field.name]
        if has_text(field):
            yield Text(name=field.name, segments=tuple(self._segments(field, value)))
            return
        for name, inner in each_value(field, value):
            yield Disclose(name=name, value=inner, cells=self._cells(self._persons(field, inner)))

    def _segments(self, field: Field, value: Json) -> Iterator[Segment]:
        default = self._cells(self._persons(field, None))
        for segment in value if isinstance(value, list) else []:
            if not isinstance(segment, dict):
                yield Segment(text=str(segment), cells=default)
                continue
            about = segment.get("about")
            named = [SubjectId(str(person)) for person in about] if isinstance(about, list) else None
            yield Segment(text=str(segment["text"]), cells=default if named is None else self._cells(named))

    def _persons(self, field: Field, value: Json) -> set[SubjectId]:
        about: About = field.about
        found = set(self._everyone) if about.everyone else set()
        if about.own and value is not None:
            found |= _named(field, value)
        for name in about.fields:
            found |= set(self._persons_in(name, roles=about.roles))
        return found

    def _persons_in(self, name: str, *, roles: tuple[str, ...]) -> Iterator[SubjectId]:
        field = self._kinds[name]
        for _, value in each_value(field, self._fields.get(name)):
            if roles and not (isinstance(value, dict) and value.get("role") in roles):
                continue
            yield from _named(field, value)

    def _cells(self, persons: Iterable[SubjectId]) -> tuple[CellId, ...]:
        return tuple(sorted({self._cell_of(person) for person in persons})) or self._archive


def _named(field: Field, value: Json) -> set[SubjectId]:
    if value is None:
        return set()
    return {SubjectId(found.id) for found in field.kind.references(value) if found.to == "person"}


__all__ = ["DoesNotFit", "to_parts"]
