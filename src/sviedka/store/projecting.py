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
    from sviedka.core.seal.statement import CommonFacts, Statement
    from sviedka.store.rows import Cell, Row

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


def project(statement: Statement, facts: CommonFacts, *, at: str, desk: str, leaf_index: int) -> Iterator[Written]:
    """Yield (SQL, row) for what this statement adds.

    Raises:
        DoesNotFit: A field that its type does not have.
    """
    jti, fields = statement.head.jti, statement.fields
    try:
        named = list(references(find_type(facts.type), fields))
    except TypeUnknown:
        named = []  # a newer program's; nothing is said against it
    for name, reference in named:
        yield REFERENCE, (jti, facts.case, name, reference.to, reference.id)
    label = fields.get("label")
    if isinstance(label, str):
        yield LABEL, (facts.case, label, facts.subject, jti)
    rule = _RULES.get(facts.type)
    if rule is not None:
        yield rule(statement, facts)
    if facts.type.startswith("consent."):
        event = facts.type.partition("/")[0].partition(".")[2]
        said = encode_canonical(dict(fields)).decode("utf-8")
        yield CONSENT, (jti, facts.case, facts.subject, event, at, desk, leaf_index, said)


def _case(statement: Statement, facts: CommonFacts) -> Written:
    title = statement.fields.get("title")
    told = None if title is None else encode_canonical(title).decode("utf-8")
    return CASE, (facts.case, told, statement.head.jti)


def _person(statement: Statement, facts: CommonFacts) -> Written:
    pseudonym, cell, unit = _texts(statement, "pseudonym", "cell", "counting_unit")
    return PERSON, (facts.subject, facts.case, pseudonym, cell, unit, statement.head.jti)


def _received(statement: Statement, facts: CommonFacts) -> Written:
    kind, parent, name, path, media_type = _texts(statement, "kind", "parent", "original_name", "path", "media_type")
    size, giver = statement.fields.get("size_bytes"), statement.fields.get("handed_over_by")
    given_by = giver.get("person") if isinstance(giver, dict) else None
    return RECEIVED, (
        facts.subject, facts.case, kind, parent, name, path, media_type,
        size if isinstance(size, int) else None, _text(given_by), statement.head.jti,
    )  # fmt: skip


def _sealed(statement: Statement, facts: CommonFacts) -> Written:
    plain, payload, epoch = _texts(statement, "plain_sha256", "payload_sha256", "epoch")
    return SEALED, (facts.subject, facts.case, plain, payload, epoch, statement.head.jti)


_RULES: Final[dict[str, Callable[[Statement, CommonFacts], Written]]] = {
    "case.opened/1": _case,
    "person/1": _person,
    "item.received/1": _received,
    "item.sealed/1": _sealed,
}


def _texts(statement: Statement, *names: str) -> tuple[Cell, ...]:
    return tuple(_text(statement.fields.get(name)) for name in names)


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) else None
