# SPDX-License-Identifier: AGPL-3.0-or-later
"""From an entry of a record file to the fields of its statement, checked against its type, labels resolved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.core.base.phrases import Phrase, said_of
from sviedka.core.base.schema import DoesNotFit, Field, StatementType, check
from sviedka.core.catalogue import find_type
from sviedka.store.records.casebook import CasebookRefused, refuse
from sviedka.store.records.casebook_values import convert

if TYPE_CHECKING:
    from sviedka.core.base.canonical import Json
    from sviedka.store.records.casebook import Entry
    from sviedka.store.records.casebook_labels import Labels
    from sviedka.store.records.plain_yaml import Node

CONSENTS: Final = {"given": "consent.given/2", "narrowed": "consent.narrowed/1", "withdrawn": "consent.withdrawn/1"}


def fields_of(entry: Entry, labels: Labels) -> tuple[StatementType, dict[str, Json]]:
    """Return the entry's type and its fields, labels resolved; not yet checked against the type's rules.

    Raises:
        CasebookRefused: A key that the type does not have, or a label that leads nowhere.
    """
    kind = _type_of(entry)
    known = {one.name: one for one in kind.all_fields if one.name not in {"label", "part"}}
    fields: dict[str, Json] = {}
    for name, node in entry.fields.items():
        found = known.get(entry.part.renamed.get(name, name))
        if found is None:
            refuse(node, entry.label, Phrase("one of {words}", words=", ".join(sorted(known))))
        fields[found.name] = _value(found, node, labels)
    if entry.part.says_label:
        fields["label"] = entry.label
    return kind, fields


def check_fields(entry: Entry, kind: StatementType, fields: dict[str, Json]) -> None:
    """Make sure that an entry fits its type; raise `CasebookRefused`, with line and label, if not."""
    try:
        check(kind, fields)
    except DoesNotFit as reason:
        raise CasebookRefused(
            "Line {line}, {label}: {what}", line=entry.line, label=entry.label, what=said_of(reason)
        ) from reason


def _type_of(entry: Entry) -> StatementType:
    if entry.part.type is not None:
        return find_type(entry.part.type)
    event = entry.fields.pop("event", None)
    reference = CONSENTS.get(event.value) if event is not None and isinstance(event.value, str) else None
    if reference is None:
        refuse(event or entry.node, entry.label, Phrase("event, one of {words}", words=", ".join(CONSENTS)))
    return find_type(reference)


def _value(found: Field, node: Node, labels: Labels) -> Json:
    if not found.repeated:
        return convert(found.kind, node, labels)
    listed = node.value if isinstance(node.value, tuple) else (node,)
    return [convert(found.kind, inner, labels) for inner in listed]
