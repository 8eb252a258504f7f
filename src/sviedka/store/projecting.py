# SPDX-License-Identifier: AGPL-3.0-or-later
"""What single types of statements add beside the rows that every statement has: cases, items, persons, consents, labels.

A table that shows the newest state (an item, a person, a title, a label) is overwritten in the order of the log. A
type without a rule here adds nothing more; everything it says is in its passages all the same.
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
    'INSERT INTO store_case ("case", title, statement) VALUES (?, ?, ?) '
    'ON CONFLICT ("case") DO UPDATE SET title = excluded.title, statement = excluded.statement'
)
LABEL: Final = (
    'INSERT INTO store_label ("case", label, subject, statement) VALUES (?, ?, ?, ?) '
    'ON CONFLICT ("case", label) DO UPDATE SET subject = excluded.subject, statement = excluded.statement'
)
PERSON: Final = (
    'INSERT INTO store_person (person, "case", pseudonym, cell, counting_unit, statement) VALUES (?, ?, ?, ?, ?, ?) '
    "ON CONFLICT (person) DO UPDATE SET pseudonym = excluded.pseudonym, cell = excluded.cell, "
    "counting_unit = excluded.counting_unit, statement = excluded.statement"
)
CONSENT: Final = (
    'INSERT INTO store_consent (jti, "case", person, event, at, desk, leaf_index, fields) '
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
RECEIVED: Final = (
    'INSERT INTO store_item (item, "case", kind, parent, original_name, path, media_type, size_bytes, handed_over_by, '
    "received) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
    "ON CONFLICT (item) DO UPDATE SET kind = excluded.kind, parent = excluded.parent, "
    "original_name = excluded.original_name, path = excluded.path, media_type = excluded.media_type, "
    "size_bytes = excluded.size_bytes, handed_over_by = excluded.handed_over_by, received = excluded.received"
)
SEALED: Final = (
    'INSERT INTO store_item (item, "case", plain_sha256, payload_sha256, epoch, sealed) VALUES (?, ?, ?, ?, ?, ?) '
    "ON CONFLICT (item) DO UPDATE SET plain_sha256 = excluded.plain_sha256, "
    "payload_sha256 = excluded.payload_sha256, epoch = excluded.epoch, sealed = excluded.sealed"
)


def project(telling: Telling, *, at: str, desk: str, leaf_index: int) -> Iterator[Written]:
    """Yield (SQL, row) for what this statement adds.

    Raises:
        DoesNotFit: A field that its type does not have.
    """
    jti, fields = telling.jti, telling.fields
    try:
        named = list(references(find_type(telling.type), fields))
    except TypeUnknown:
        named = []  # a newer program's; nothing is said against it
    for name, reference in named:
        yield REFERENCE, (jti, telling.case, name, reference.to, reference.id)
    label = fields.get("label")
    if isinstance(label, str):
        yield LABEL, (telling.case, label, telling.subject, jti)
    rule = _RULES.get(telling.type)
    if rule is not None:
        yield rule(telling)
    if telling.type.startswith("consent."):
        event = telling.type.partition("/")[0].partition(".")[2]
        said = encode_canonical(dict(fields)).decode("utf-8")
        yield CONSENT, (jti, telling.case, telling.subject, event, at, desk, leaf_index, said)


def _case(telling: Telling) -> Written:
    title = telling.fields.get("title")
    told = None if title is None else encode_canonical(title).decode("utf-8")
    return CASE, (telling.case, told, telling.jti)


def _person(telling: Telling) -> Written:
    pseudonym, cell, unit = _texts(telling, "pseudonym", "cell", "counting_unit")
    return PERSON, (telling.subject, telling.case, pseudonym, cell, unit, telling.jti)


def _received(telling: Telling) -> Written:
    kind, parent, name, path, media_type = _texts(telling, "kind", "parent", "original_name", "path", "media_type")
    size, giver = telling.fields.get("size_bytes"), telling.fields.get("handed_over_by")
    given_by = giver.get("person") if isinstance(giver, dict) else None
    return RECEIVED, (
        telling.subject, telling.case, kind, parent, name, path, media_type,
        size if isinstance(size, int) else None, _text(given_by), telling.jti,
    )  # fmt: skip


def _sealed(telling: Telling) -> Written:
    plain, payload, epoch = _texts(telling, "plain_sha256", "payload_sha256", "epoch")
    return SEALED, (telling.subject, telling.case, plain, payload, epoch, telling.jti)


_RULES: Final[dict[str, Callable[[Telling], Written]]] = {
    "case.opened/1": _case,
    "person/1": _person,
    "item.received/1": _received,
    "item.sealed/1": _sealed,
}


def _texts(telling: Telling, *names: str) -> tuple[Cell, ...]:
    return tuple(_text(telling.fields.get(name)) for name in names)


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) else None
