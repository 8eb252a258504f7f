# SPDX-License-Identifier: AGPL-3.0-or-later
"""A file of published figures, each with what it counts, where, when, by whom, and what it rests on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NoReturn

from sviedka.core.base.edtf import EdtfMalformed, parse_edtf
from sviedka.core.base.errors import Malformed
from sviedka.core.base.phrases import Phrase
from sviedka.core.count.figures import Figure
from sviedka.store.records.plain_yaml import parse_yaml

if TYPE_CHECKING:
    from datetime import date

    from sviedka.store.records.plain_yaml import Node

MOST_FIGURES: Final = 100
MOST_TEXT: Final = 500

_WORD: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,63}", re.ASCII)
_REQUIRED: Final = frozenset({"name", "value", "unit", "what", "where", "source"})
_OPTIONAL: Final = frozenset({"when", "at", "rests_on"})


class FiguresRefused(Malformed):
    """A file of figures that is not understood."""

    code = "malformed.figures"
    hint = "Correct the line; docs/howto/figures-that-differ.md shows a whole file."


def parse_figures(data: bytes) -> tuple[Figure, ...]:
    """Read a file of figures: `figures:`, a list of them.

    Untrusted: `data`.

    Raises:
        FiguresRefused, YamlRefused, TooLarge: It is not understood.
    """
    top = _members(parse_yaml(data), required=frozenset({"figures"}))
    nodes = top["figures"].value
    if not isinstance(nodes, tuple) or not 1 <= len(nodes) <= MOST_FIGURES:
        _refuse(top["figures"], Phrase("a list of 1 to {most} figures", most=MOST_FIGURES))
    figures = tuple(map(_figure, nodes))
    for node, figure in zip(nodes, figures, strict=True):
        if sum(other.name == figure.name for other in figures) > 1:
            _refuse(node, Phrase("a name that no other figure has"))
    return figures


def _figure(node: Node) -> Figure:
    fields = _members(node, required=_REQUIRED, optional=_OPTIONAL)
    if "when" in fields and "at" in fields:
        _refuse(fields["at"], Phrase("when or at, not both"))
    told = fields.get("when", fields.get("at"))
    first, last = (None, None) if told is None else _days(told)
    return Figure(
        name=_word(fields["name"]),
        value=_text(fields["value"]),
        unit=_word(fields["unit"]),
        what=_text(fields["what"]),
        where=tuple(part.strip() for part in _text(fields["where"]).split("/")),
        first=first,
        last=last,
        moment="at" in fields,
        source=_text(fields["source"]),
        origins=frozenset(_words(fields["rests_on"])) if "rests_on" in fields else frozenset(),
    )


def _days(node: Node) -> tuple[date, date]:
    try:
        spans = parse_edtf(_text(node)).spans
    except EdtfMalformed:
        spans = (None,)
    known = [span for span in spans if span is not None]
    if len(known) != len(spans):
        _refuse(node, Phrase("a date or an interval, such as 2020-08-09/2020-12-04"))
    return known[0].first, known[-1].last


def _words(node: Node) -> list[str]:
    if not isinstance(node.value, tuple):
        _refuse(node, Phrase("a list of words"))
    return [_word(inner) for inner in node.value]


def _members(node: Node, *, required: frozenset[str], optional: frozenset[str] = frozenset()) -> dict[str, Node]:
    if not isinstance(node.value, dict):
        _refuse(node, Phrase("names with values"))
    for name, inner in node.value.items():
        if name not in required | optional:
            _refuse(inner, Phrase("one of {words}", words=", ".join(sorted(required | optional))))
    for name in sorted(required - node.value.keys()):
        raise FiguresRefused("Line {line}: {field} is missing.", line=node.line, field=name)
    return node.value


def _text(node: Node) -> str:
    if not isinstance(node.value, str) or not 1 <= len(node.value.strip()) <= MOST_TEXT:
        _refuse(node, Phrase("a line of 1 to {most} characters", most=MOST_TEXT))
    return node.value.strip()


def _word(node: Node) -> str:
    text = _text(node)
    if not _WORD.fullmatch(text):
        _refuse(node, Phrase("small Latin letters, digits and hyphens"))
    return text


def _refuse(node: Node, expected: Phrase) -> NoReturn:
    raise FiguresRefused("Line {line}: expected {expected}.", line=node.line, expected=expected)
