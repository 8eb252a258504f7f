# SPDX-License-Identifier: AGPL-3.0-or-later
"""A record file, as far as it can be read without an archive: its parts, its entries, their labels.

Every failure names the line, the label and the field, and what was expected; never the value. Format:
docs/reference/casebook.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final, NoReturn

from sviedka.core.base.errors import Malformed
from sviedka.core.base.phrases import Phrase
from sviedka.store.labels import is_label
from sviedka.store.records.plain_yaml import Node, parse_yaml

VERSION: Final = "1"
_FILE: Final = Phrase("the file")


class CasebookRefused(Malformed):
    """A record file with something that does not fit. Nothing of it was recorded."""

    code = "malformed.casebook"
    hint = "Nothing was recorded. Correct the line and run the command again; docs/reference/casebook.md has the form."


@dataclass(frozen=True, kw_only=True)
class Part:
    """A list in a record file.

    Attributes:
        kind: What a label in it stands for.
        type: The statement type of its entries; None where the entry says (consents).
        subject: The key that names whom a statement is about; None: the entry's own label.
        renamed: Fields that the file calls otherwise.
        labelled: Each entry has a label.
        says_label: The label is the subject's, and goes into the statement.
    """

    kind: str
    type: str | None
    subject: str | None = None
    renamed: dict[str, str] = field(default_factory=dict)
    labelled: bool = True
    says_label: bool = True


PARTS: Final = {
    "persons": Part(kind="person", type="person/1"),
    "sources": Part(kind="source", type="source/1"),
    "events": Part(kind="event", type="event/1"),
    "citations": Part(kind="citation", type="citation/1"),
    "acts": Part(kind="act", type="act/1", renamed={"roles": "role"}),
    "claims": Part(kind="claim", type="claim/1", renamed={"citations": "citation"}),
    "items": Part(kind="item", type="item.received/1"),
    "consents": Part(kind="consent", type=None, subject="person", says_label=False),
    "transfers": Part(
        kind="transfer",
        type="custody.transfer/1",
        subject="item",
        renamed={"at": "when"},
        labelled=False,
        says_label=False,
    ),
}
"""In the order in which they are stated: a label is explained before it is used."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry of a record file, not yet resolved."""

    part: Part
    label: str
    node: Node
    fields: dict[str, Node]

    @property
    def line(self) -> int:
        """Where it begins."""
        return self.node.line


@dataclass(frozen=True, kw_only=True)
class Casebook:
    """A record file as it was read: the case, and all entries in the order of `PARTS`."""

    case: Entry
    entries: tuple[Entry, ...]


def parse_casebook(data: bytes) -> Casebook:
    """Read a record file as far as that needs no archive: its form, its parts, its labels.

    Untrusted: `data`.

    Raises:
        CasebookRefused, YamlRefused, TooLarge: See there.
    """
    top = _mapping(parse_yaml(data), "the file")
    version = top.pop("casebook", None)
    if version is None or version.value != VERSION:
        raise CasebookRefused("This is not a record file of version {version}.", version=VERSION)
    case_node = top.pop("case", None)
    if case_node is None:
        raise CasebookRefused("A record file names its case.")
    unknown = next((name for name in top if name not in PARTS), None)
    if unknown is not None:
        refuse(top[unknown], _FILE, Phrase("one of the parts {names}", names=", ".join(PARTS)))
    entries = _with_inline_citations(
        [entry for name, part in PARTS.items() if name in top for entry in _entries(part, top[name])]
    )
    seen: set[str] = set()
    for entry in entries:
        if entry.part.labelled and entry.label in seen:
            refuse(entry.node, entry.label, Phrase("a label of its own"))
        seen.add(entry.label)
    return Casebook(case=_entry(Part(kind="case", type="case.opened/1"), case_node), entries=tuple(entries))


def _with_inline_citations(entries: list[Entry]) -> list[Entry]:
    """Give each citation that stands inside a claim an entry of its own, before the claim, and a label after it."""
    found: list[Entry] = []
    for entry in entries:
        cited = entry.fields.get("citations") if entry.part.kind == "claim" else None
        if cited is None or not isinstance(cited.value, tuple):
            found.append(entry)
            continue
        inline = {
            number: _entry(PARTS["citations"], _labelled(node, f"{entry.label}.c{number}"))
            for number, node in enumerate(cited.value, start=1)
            if isinstance(node.value, dict)
        }
        listed = tuple(
            Node(value=inline[number].label, line=node.line) if number in inline else node
            for number, node in enumerate(cited.value, start=1)
        )
        found += [*inline.values(), replace(entry, fields={**entry.fields, "citations": replace(cited, value=listed)})]
    return found


def _labelled(node: Node, label: str) -> Node:
    written = dict(node.value) if isinstance(node.value, dict) else {}
    written.setdefault("label", Node(value=label, line=node.line))
    return replace(node, value=written)


def _entries(part: Part, node: Node) -> list[Entry]:
    if not isinstance(node.value, tuple):
        refuse(node, _FILE, Phrase("a list"))
    return [_entry(part, inner) for inner in node.value]


def _entry(part: Part, node: Node) -> Entry:
    fields = _mapping(node, _FILE)
    label = fields.pop("label", None)
    if label is None and not part.labelled:
        return Entry(part=part, label=part.kind, node=node, fields=fields)
    if label is None or not isinstance(label.value, str) or not is_label(label.value):
        refuse(label or node, part.kind, Phrase("a label of small letters, digits, dots and dashes"))
    return Entry(part=part, label=label.value, node=node, fields=fields)


def _mapping(node: Node, label: str) -> dict[str, Node]:
    if not isinstance(node.value, dict):
        refuse(node, label, Phrase("names with values"))
    return dict(node.value)


def refuse(node: Node, label: str, expected: Phrase) -> NoReturn:
    """Raise `CasebookRefused` for what stands at `node`."""
    raise CasebookRefused("Line {line}, {label}: expected {expected}.", line=node.line, label=label, expected=expected)
