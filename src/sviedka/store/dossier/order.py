# SPDX-License-Identifier: AGPL-3.0-or-later
"""The SPEC of a dossier as a person writes it: labels and pseudonyms, in YAML.

case: belarus-2020
purpose: prosecution-abroad
recipient: {kind: prosecutor, name: A prosecutor's office abroad, age: age1…}
at: newest                      # of every desk's log; or the size of a checkpoint; or {minsk-1: 120, vilnius-1: 80}
language: en                    # en, be, ru
exhibits: all                   # or a list of labels or identifiers
leave_out: [Mikalai]            # pseudonyms, labels of items, or label#2 for the second segment of a text
report: true
page: true
authors: false
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from sviedka.core.base.errors import Malformed
from sviedka.core.base.phrases import Phrase
from sviedka.core.disclose.consent_terms import RECIPIENT, Purpose
from sviedka.core.disclose.dossier_spec import ALL, MAX_NAME_CHARS, Language, Receiver
from sviedka.core.seal.age_keys import parse_recipient
from sviedka.store.records.plain_yaml import MAX_BYTES, Node, parse_yaml
from sviedka.store.records.yaml_form import YamlForm
from sviedka.vault.disk_errors import translating

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

At: TypeAlias = "int | Mapping[str, int] | None"
"""Size of a checkpoint of the building desk's log, or of each log that goes in, by desk; None for the newest of all."""

NEWEST: Final = "newest"
_SIZE: Final = re.compile(r"[1-9][0-9]{0,15}", re.ASCII)
_REQUIRED: Final = frozenset({"case", "purpose", "recipient"})
_KNOWN: Final = _REQUIRED | {"at", "language", "exhibits", "leave_out", "report", "page", "authors"}


class SpecRefused(Malformed):
    """A SPEC that is not understood. Nothing was built."""

    code = "malformed.dossier-spec"
    hint = "Correct the line; docs/howto/hand-over-a-dossier.md shows a whole SPEC."


_FORM: Final = YamlForm(SpecRefused)


@dataclass(frozen=True, kw_only=True)
class DossierOrder:
    """What a person asks for.

    Attributes:
        at: See `At`.
        exhibits: Labels or identifiers; None for all.
        leave_out: Pseudonyms, labels or identifiers; with `#<number>`, a segment of a text.
    """

    case: str
    purpose: Purpose
    recipient: Receiver
    at: At
    language: Language
    exhibits: tuple[str, ...] | None
    leave_out: tuple[str, ...]
    report: bool
    page: bool
    authors: bool


def read_order(path: Path) -> DossierOrder:
    """Read a SPEC file.

    Raises:
        SpecRefused, YamlRefused, TooLarge: It is not understood.
        DiskError: It cannot be read.
    """
    with translating(), path.open("rb") as file:
        return parse_order(file.read(MAX_BYTES + 1))


def parse_order(data: bytes) -> DossierOrder:
    """Read a SPEC; see the module."""
    top = parse_yaml(data)
    if not isinstance(top.value, dict):
        _FORM.refuse(top, Phrase("names with values"))
    fields = top.value
    for name, node in fields.items():
        if name not in _KNOWN:
            _FORM.refuse(node, Phrase("one of {words}", words=", ".join(sorted(_KNOWN))))
    for name in sorted(_REQUIRED - fields.keys()):
        raise SpecRefused("The SPEC needs {field}.", field=name)
    return DossierOrder(
        case=_text(fields["case"]),
        purpose=Purpose(_FORM.one_of(fields["purpose"], tuple(Purpose))),
        recipient=_receiver(fields["recipient"]),
        at=_sizes(fields.get("at")),
        language=Language(_FORM.one_of(fields["language"], tuple(Language)))
        if "language" in fields
        else Language.ENGLISH,
        exhibits=_exhibits(fields.get("exhibits")),
        leave_out=_texts(fields["leave_out"]) if "leave_out" in fields else (),
        report=_flag(fields, "report", default=True),
        page=_flag(fields, "page", default=True),
        authors=_flag(fields, "authors", default=False),
    )


def _receiver(node: Node) -> Receiver:
    fields = node.value
    if not isinstance(fields, dict) or not {"kind", "name"} <= fields.keys() <= {"kind", "name", "age"}:
        _FORM.refuse(node, Phrase("a recipient with kind, name and perhaps age"))
    kind, name = _text(fields["kind"]), _text(fields["name"])
    if not RECIPIENT.fullmatch(kind):
        _FORM.refuse(fields["kind"], Phrase("a kind of recipient in one word of small letters"))
    if len(name) > MAX_NAME_CHARS:
        _FORM.refuse(fields["name"], Phrase("a name of at most {most} characters", most=MAX_NAME_CHARS))
    age = _text(fields["age"]) if "age" in fields else None
    if age is not None:
        try:
            parse_recipient(age)
        except Malformed:
            _FORM.refuse(fields["age"], Phrase("an age recipient, age1…"))
    return Receiver(kind=kind, name=name, age=age)


def _sizes(node: Node | None) -> At:
    if node is None or node.value == NEWEST:
        return None
    if isinstance(node.value, dict):
        return {desk: _size(size) for desk, size in node.value.items()}
    return _size(node)


def _size(node: Node) -> int:
    if not isinstance(node.value, str) or not _SIZE.fullmatch(node.value):
        _FORM.refuse(node, Phrase("newest, the size of a checkpoint, or a desk with such a size for each log"))
    return int(node.value)


def _exhibits(node: Node | None) -> tuple[str, ...] | None:
    return None if node is None or node.value == ALL else _texts(node)


def _texts(node: Node) -> tuple[str, ...]:
    if not isinstance(node.value, tuple):
        _FORM.refuse(node, Phrase("a list"))
    return tuple(_text(inner) for inner in node.value)


def _text(node: Node) -> str:
    if not isinstance(node.value, str) or not node.value:
        _FORM.refuse(node, Phrase("text"))
    return node.value


def _flag(fields: Mapping[str, Node], name: str, *, default: bool) -> bool:
    node = fields.get(name)
    if node is None:
        return default
    if node.value not in {"true", "false"}:
        _FORM.refuse(node, Phrase("true or false"))
    return node.value == "true"
