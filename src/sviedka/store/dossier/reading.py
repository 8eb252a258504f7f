# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a case holds under a checkpoint, as the projections have it: statements, persons, items, consents.

Everything is read inside the scope of the one case. Consents and what took them back count whenever they were
recorded, those after the checkpoint too; nothing else from after it does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sviedka.core.base.errors import Unproven
from sviedka.core.base.ids import CellId, StatementId, SubjectId
from sviedka.core.disclose.choosing import HeldStatement
from sviedka.core.seal.statement import Group
from sviedka.core.seal.succession import SUCCEEDED
from sviedka.store.connect import database_failures
from sviedka.store.models import Consent, Item, Label, Passage, Person, Reference, Statement, Supersession

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sviedka.core.base.canonical import Json


class CaseEmpty(Unproven):
    """Nothing of the case is under the checkpoint."""

    code = "unproven.case-empty"
    hint = "Look at the case's name; then run sviedka log checkpoint, so that what was recorded can be proven."


@dataclass(frozen=True, kw_only=True)
class KnownPerson:
    """Somebody of the case, with the cells of what they told: each desk that recorded them by itself made one."""

    person: SubjectId
    pseudonym: str | None
    cells: frozenset[CellId]


@dataclass(frozen=True, kw_only=True)
class KnownItem:
    """A sealed original of the case: `sealed` is the statement that vouches for its bytes."""

    item: SubjectId
    sealed: StatementId
    name: str | None
    media_type: str | None
    size_bytes: int | None
    plain_sha256: str | None


@dataclass(frozen=True, kw_only=True)
class RecordedConsent:
    """A consent statement of any desk: where it stands, and which statements of its subject came before it."""

    jti: StatementId
    person: SubjectId
    event: str
    at: datetime
    desk: str
    index: int
    fields: Mapping[str, Json]


@dataclass(frozen=True, kw_only=True)
class CaseMaterial:
    """A case under a checkpoint.

    Attributes:
        statements: In the order of each log: of closed logs first, of the building desk last.
        times: When each statement was made.
        parents: For each item, the folder or container in which it lay.
        labels: Subjects by the word that record files use.
        before: For each statement, those of its subject that it names as coming before it.
        later: How many statements of the case came after the checkpoints.
        elsewhere: How many stand in logs that are not read.
    """

    statements: tuple[HeldStatement, ...]
    times: Mapping[StatementId, datetime]
    persons: tuple[KnownPerson, ...]
    items: Mapping[SubjectId, KnownItem]
    parents: Mapping[SubjectId, SubjectId]
    labels: Mapping[str, SubjectId]
    consents: tuple[RecordedConsent, ...]
    before: Mapping[StatementId, tuple[StatementId, ...]]
    later: int
    elsewhere: int

    def known_before(self, jti: StatementId) -> frozenset[StatementId]:
        """Return everything said of a statement's subject that its desk knew, through any statement between."""
        found: set[StatementId] = set()
        waiting = list(self.before.get(jti, ()))
        while waiting:
            head = waiting.pop()
            if head not in found:
                found.add(head)
                waiting.extend(self.before.get(head, ()))
        return frozenset(found)

    @property
    def as_of(self) -> datetime:
        """The time of the newest statement of the case under the checkpoints."""
        return max(self.times.values())


def read_case(*, desk: str, under: Mapping[str, int]) -> CaseMaterial:
    """Read the case that is in scope, as far as the heads of some logs cover it.

    Args:
        desk: The building desk.
        under: How many statements of each desk's log count, the building desk's last.

    Raises:
        CaseEmpty: There is nothing.
        DatabaseUnreadable, DatabaseBusy: See `sviedka.store.connect`.
    """
    with database_failures():
        rows = [row for one, size in under.items() for row in _rows(one, size)]
        if not rows:
            raise CaseEmpty("No statement of this case is under the checkpoint of {size} statements.", size=under[desk])
        cells = _read_cells()
        groups = {jti: found for one, size in under.items() for jti, found in _read_groups(one, size).items()}
        jtis = {row.jti for row in rows}
        return CaseMaterial(
            statements=tuple(_held(row, groups.get(row.jti, [])) for row in rows),
            times={StatementId(row.jti): row.at for row in rows},
            persons=tuple(_person(row, cells) for row in Person.objects.order_by("person")),
            items={SubjectId(row.item): _item(row) for row in Item.objects.all() if row.sealed in jtis},
            parents={SubjectId(row.item): SubjectId(row.parent) for row in Item.objects.all() if row.parent},
            labels={row.label: SubjectId(row.subject) for row in Label.objects.all()},
            consents=tuple(map(_consent, Consent.objects.all())),
            before=_read_order(),
            later=sum(_count(desk=one, leaf_index__gte=size) for one, size in under.items()),
            elsewhere=_count() - sum(_count(desk=one) for one in under),
        )


def read_beginning(desk: str) -> tuple[HeldStatement, datetime]:
    """Read the first statement of a log that goes on after another, and its time. The archive's own case is in scope.

    Raises:
        CaseEmpty: The log begins otherwise.
    """
    with database_failures():
        row = Statement.objects.filter(desk=desk, leaf_index=0, type=SUCCEEDED).first()
        if row is None:
            raise CaseEmpty("The log of desk {desk} does not begin with what it goes on after.", desk=desk)
        return _held(row, _read_groups(desk, 1).get(row.jti, [])), row.at


def _rows(desk: str, size: int) -> list[Statement]:
    return list(Statement.objects.filter(desk=desk, leaf_index__lt=size).order_by("leaf_index"))


def _count(**which: str | int) -> int:
    return Statement.objects.filter(**which).exclude(type__startswith="dossier.").count()


def _read_groups(desk: str, size: int) -> dict[str, list[Group]]:
    found: dict[str, list[Group]] = {}
    for row in Passage.objects.filter(statement__desk=desk, statement__leaf_index__lt=size).order_by("id"):
        cells = tuple(CellId(cell) for cell in row.cells)
        group = Group(cells=cells, disclosures=tuple(row.disclosures), withheld=row.withheld)
        found.setdefault(row.statement_id, []).append(group)
    return found


def _read_order() -> dict[StatementId, tuple[StatementId, ...]]:
    found: dict[StatementId, tuple[StatementId, ...]] = {}
    for jti, old in Supersession.objects.values_list("statement_id", "old"):
        found[StatementId(jti)] = (*found.get(StatementId(jti), ()), StatementId(old))
    return found


def _read_cells() -> dict[SubjectId, frozenset[CellId]]:
    """Return every cell that any desk ever named as a person's."""
    found: dict[SubjectId, frozenset[CellId]] = {}
    named = Reference.objects.filter(statement__type__startswith="person/", field="cell")
    for person, cell in named.values_list("statement__subject", "target"):
        found[SubjectId(person)] = found.get(SubjectId(person), frozenset()) | {CellId(cell)}
    return found


def _held(row: Statement, groups: list[Group]) -> HeldStatement:
    return HeldStatement(
        jti=StatementId(row.jti),
        index=row.leaf_index,
        jwt=row.jwt.encode("ascii"),
        type=row.type,
        subject=SubjectId(row.subject),
        groups=tuple(groups),
        desk=row.desk,
    )


def _person(row: Person, cells: Mapping[SubjectId, frozenset[CellId]]) -> KnownPerson:
    person = SubjectId(row.person)
    return KnownPerson(person=person, pseudonym=row.pseudonym, cells=cells.get(person, frozenset()))


def _item(row: Item) -> KnownItem:
    return KnownItem(
        item=SubjectId(row.item),
        sealed=StatementId(str(row.sealed)),
        name=row.original_name,
        media_type=row.media_type,
        size_bytes=row.size_bytes,
        plain_sha256=row.plain_sha256,
    )


def _consent(row: Consent) -> RecordedConsent:
    return RecordedConsent(
        jti=StatementId(row.jti),
        person=SubjectId(row.person),
        event=row.event,
        at=row.at,
        desk=row.desk,
        index=row.leaf_index,
        fields=row.fields,
    )
