# SPDX-License-Identifier: AGPL-3.0-or-later
"""From a record file's text to a field's value, led by the field's own declaration.

A file writes labels where a statement holds identifiers, `3` where it holds a number and a word where it holds an
object of one member. What does not fit is passed on as it is, so that the type's check says what was expected.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Protocol

from sviedka.core.base.compound_kinds import Either, ListOf, Map, Words
from sviedka.core.base.kinds import Date, Flag, Integer, Kind, Line, Nothing, Ref

if TYPE_CHECKING:
    from sviedka.core.base.canonical import Json
    from sviedka.store.records.plain_yaml import Node

_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,15})\Z", re.ASCII)
_TRUTHS: Final = {"true": True, "false": False}
_NOTHING: Final = frozenset({"null", "~", ""})


class Resolver(Protocol):
    """Knows what labels stand for."""

    def resolve(self, label: Node, kinds: tuple[str, ...]) -> tuple[str, str]:
        """Return (kind of subject, identifier); raise `CasebookRefused` if the label stands for nothing of these kinds."""
        ...

    def is_label(self, text: str, kind: str) -> bool:
        """Tell whether `text` is the label of a subject of this kind."""
        ...


def convert(kind: Kind, node: Node, resolver: Resolver) -> Json:
    """Return the value that `node` writes for a field of `kind`."""
    match kind:
        case Ref():
            value = _reference(kind, node, resolver)
        case Words():
            value = _segments(node, resolver)
        case ListOf():
            value = _list(kind, node, resolver)
        case Map():
            value = _map(kind, node, resolver)
        case Either():
            value = _either(kind, node, resolver)
        case Date():
            value = _date(node)
        case _:
            value = _scalar(kind, node)
    return value


def plain(node: Node) -> Json:
    """Return what a node holds with all scalars as text."""
    if isinstance(node.value, dict):
        return {name: plain(inner) for name, inner in node.value.items()}
    if isinstance(node.value, tuple):
        return [plain(inner) for inner in node.value]
    return node.value


def _scalar(kind: Kind, node: Node) -> Json:
    text = node.value
    if isinstance(text, str) and node.plain:
        if isinstance(kind, Integer) and _NUMBER.match(text):
            return int(text)
        if isinstance(kind, Flag) and text in _TRUTHS:
            return _TRUTHS[text]
        if isinstance(kind, Nothing) and text in _NOTHING:
            return None
    return plain(node)


def _reference(kind: Ref, node: Node, resolver: Resolver) -> Json:
    return resolver.resolve(node, (kind.to,))[1] if isinstance(node.value, str) else plain(node)


def _list(kind: ListOf, node: Node, resolver: Resolver) -> Json:
    return [convert(kind.of, inner, resolver) for inner in node.value] if isinstance(node.value, tuple) else plain(node)


def _segments(node: Node, resolver: Resolver) -> Json:
    """A text may be one string, a list of strings, or a list of `{segment: …, about: […]}`."""
    listed = node.value if isinstance(node.value, tuple) else (node,)
    return [_segment(inner, resolver) for inner in listed]


def _segment(node: Node, resolver: Resolver) -> Json:
    if not isinstance(node.value, dict):
        return plain(node)
    written: dict[str, Json] = {}
    for name, inner in node.value.items():
        if name == "about" and isinstance(inner.value, tuple):
            written[name] = [resolver.resolve(person, ("person",))[1] for person in inner.value]
        else:
            written["text" if name == "segment" else name] = plain(inner)
    return written


def _map(kind: Map, node: Node, resolver: Resolver) -> Json:
    if isinstance(node.value, str):
        return _short_map(kind, node, resolver)
    if not isinstance(node.value, dict):
        return plain(node)
    members = {**kind.required, **kind.optional}
    return {
        name: convert(members[name], inner, resolver) if name in members else plain(inner)
        for name, inner in node.value.items()
    }


def _short_map(kind: Map, node: Node, resolver: Resolver) -> Json:
    """An object that refers to one thing may be written as its label; a party, as its description."""
    members = {**kind.required, **kind.optional}
    references = tuple(member.to for member in members.values() if isinstance(member, Ref))
    if len(references) == len(members):
        found, identifier = resolver.resolve(node, references)
        return {found: identifier}
    if "person" in members and resolver.is_label(str(node.value), "person"):
        return {"person": resolver.resolve(node, ("person",))[1]}
    return {"description": plain(node)} if isinstance(members.get("description"), Line) else plain(node)


def _either(kind: Either, node: Node, resolver: Resolver) -> Json:
    """A plain number, truth or nothing is one where any of the kinds asks for it; else the first kind that takes it."""
    exact = [_scalar(one, node) for one in kind.kinds if isinstance(one, Integer | Flag | Nothing)]
    others = [one for one in kind.kinds if isinstance(one, Map) is isinstance(node.value, dict)]
    written = [*exact, *(convert(one, node, resolver) for one in others)]
    return next((value for value in written if not isinstance(value, str) and kind.problem(value) is None), plain(node))


def _date(node: Node) -> Json:
    if not isinstance(node.value, dict):
        return plain(node)
    return {name: _scalar(Flag(), inner) for name, inner in node.value.items()}
