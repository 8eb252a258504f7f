# SPDX-License-Identifier: AGPL-3.0-or-later
"""What single types of statements add beside the rows that every statement has: cases, items, persons, consents, labels.

A table that shows the newest state (an item, a person, a title, a label) is overwritten by the statement of the higher
rank, in whatever order they come: several desks read one another's logs, each in its own order. A type without a rule
here adds nothing more; everything it says is in its passages all the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.core.base.canonical import encode_canonical
from sviedka.core.base.schema import TypeUnknown, references
from sviedka.core.catalogue import find_type
from sviedka.store.rows import REFERENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sviedka.core.base.canonical import Json
    from sviedka.store.engine import Cell, Row
    from sviedka.store.telling import Telling

Written = tuple[str, "Row"]

CASE: Final = (
    'INSERT INTO store_case ("case", title, statement, rank) VALUES (?, ?, ?, ?) '
    'ON CONFLICT ("case") DO UPDATE SET title = excluded.title, statement = excluded.statement, rank = excluded.rank '
    "WHERE store_case.rank < excluded.rank"
)
LABEL: Final = (
    'INSERT INTO store_label ("case", label, subject, statement, rank) VALUES (?, ?, ?, ?, ?) '
    'ON CONFLICT ("case", label) DO UPDATE SET subject = excluded.subject, statement = excluded.statement, '
    "rank = excluded.rank WHERE store_label.rank < excluded.rank"
)
PERSON: Final = (
    'INSERT INTO store_person (person, "case", pseudonym, cell, counting_unit, statement, rank) '
    "VALUES (?, ?, ?, ?, ?, ?, ?) "
    'ON CONFLICT (person) DO UPDATE SET "case" = excluded."case", pseudonym = excluded.pseudonym, '
    "cell = excluded.cell, counting_unit = excluded.counting_unit, statement = excluded.statement, "
    "rank = excluded.rank WHERE store_person.rank < excluded.rank"
)
CONSENT: Final = (
    'INSERT INTO store_consent (jti, "case", person, event, at, desk, leaf_index, fields) '
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
RECEIVED: Final = (
    'INSERT INTO store_item (item, "case", kind, parent, original_name, path, media_type, size_bytes, handed_over_by, '
    "received, received_rank) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
    'ON CONFLICT (item) DO UPDATE SET "case" = excluded."case", kind = excluded.kind, parent = excluded.parent, '
    "original_name = excluded.original_name, path = excluded.path, media_type = excluded.media_type, "
    "size_bytes = excluded.size_bytes, handed_over_by = excluded.handed_over_by, received = excluded.received, "
    "received_rank = excluded.received_rank "
    "WHERE store_item.received_rank IS NULL OR store_item.received_rank < excluded.received_rank"
)
SEALED: Final = (
    'INSERT INTO store_item (item, "case", plain_sha256, payload_sha256, epoch, sealed, sealed_rank) '
    "VALUES (?, ?, ?, ?, ?, ?, ?) "
    'ON CONFLICT (item) DO UPDATE SET "case" = CASE WHEN store_item.received_rank IS NULL THEN excluded."case" '
    'ELSE store_item."case" END, plain_sha256 = excluded.plain_sha256, payload_sha256 = excluded.payload_sha256, '
    "epoch = excluded.epoch, sealed = excluded.sealed, sealed_rank = excluded.sealed_rank "
    "WHERE store_item.sealed_rank IS NULL OR store_item.sealed_rank < excluded.sealed_rank"
)


def rank_of(*, at: str, desk: str, leaf_index: int) -> str:
    """Return what decides which of two statements is the newer: time, then desk, then place in its log.

    A function of the statement alone, so that every desk that has both decides the same, whichever came first.
    """
    return f"{at} {desk} {leaf_index:012d}"


def project(telling: Telling, *, at: str, desk: str, leaf_index: int) -> Iterator[Written]:
    """Yield (SQL, row) for what this statement adds.

    Raises:
        DoesNotFit: A field that its type does not have.
    """
    jti, fields = telling.jti, telling.fields
    rank = rank_of(at=at, desk=desk, leaf_index=leaf_index)
    try:
        named = list(references(find_type(telling.type), fields))
    except TypeUnknown:
        named = []  # a newer program's; nothing is said against it
    for name, reference in named:
        yield REFERENCE, (jti, telling.case, name, reference.to, reference.id)
    label = fields.get("label")
    if isinstance(label, str):
        yield LABEL, (telling.case, label, telling.subject, jti, rank)
    rule = _RULES.get(telling.type)
    if rule is not None:
        yield rule(telling, rank)
    if telling.type.startswith("consent."):
        event = telling.type.partition("/")[0].partition(".")[2]
        said = encode_canonical(dict(fields)).decode("utf-8")
        yield CONSENT, (jti, telling.case, telling.subject, event, at, desk, leaf_index, said)


def _case(telling: Telling, rank: str) -> Written:
    title = telling.fields.get("title")
    told = None if title is None else encode_canonical(title).decode("utf-8")
    return CASE, (telling.case, told, telling.jti, rank)


def _person(telling: Telling, rank: str) -> Written:
    pseudonym, cell, unit = _texts(telling, "pseudonym", "cell", "counting_unit")
    return PERSON, (telling.subject, telling.case, pseudonym, cell, unit, telling.jti, rank)


def _received(telling: Telling, rank: str) -> Written:
    kind, parent, name, path, media_type = _texts(telling, "kind", "parent", "original_name", "path", "media_type")
    size, giver = telling.fields.get("size_bytes"), telling.fields.get("handed_over_by")
    given_by = giver.get("person") if isinstance(giver, dict) else None
    return RECEIVED, (
        telling.subject, telling.case, kind, parent, name, path, media_type,
        size if isinstance(size, int) else None, _text(given_by), telling.jti, rank,
    )  # fmt: skip


def _sealed(telling: Telling, rank: str) -> Written:
    plain, payload, epoch = _texts(telling, "plain_sha256", "payload_sha256", "epoch")
    return SEALED, (telling.subject, telling.case, plain, payload, epoch, telling.jti, rank)


_RULES: Final[dict[str, Callable[[Telling, str], Written]]] = {
    "case.opened/1": _case,
    "person/1": _person,
    "item.received/1": _received,
    "item.sealed/1": _sealed,
}


def _texts(telling: Telling, *names: str) -> tuple[Cell, ...]:
    return tuple(_text(telling.fields.get(name)) for name in names)


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) else None
