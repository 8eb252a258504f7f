# SPDX-License-Identifier: AGPL-3.0-or-later
"""A file of published figures, each with what it counts, where, when, by whom, and what it rests on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from sviedka.core.base.edtf import EdtfMalformed, parse_edtf
from sviedka.core.base.errors import Malformed
from sviedka.core.base.phrases import Phrase
from sviedka.core.count.figures import Figure
from sviedka.store.records.plain_yaml import parse_yaml
from sviedka.store.records.yaml_form import YamlForm

if TYPE_CHECKING:
    from datetime import date

    from sviedka.store.records.plain_yaml import Node

MOST_FIGURES: Final = 100

_WORD: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,63}", re.ASCII)
_REQUIRED: Final = frozenset({"name", "value", "unit", "what", "where", "source"})
_OPTIONAL: Final = frozenset({"when", "at", "rests_on"})


class FiguresRefused(Malformed):
    """A file of figures that is not understood."""

    code = "malformed.figures"
    hint = "Correct the line; docs/howto/figures-that-differ.md shows a whole file."


_FORM: Final = YamlForm(FiguresRefused)
_A_WORD: Final = Phrase("small Latin letters, digits and hyphens")


def parse_figures(data: bytes) -> tuple[Figure, ...]:
    """Read a file of figures: `figures:`, a list of them.

    Untrusted: `data`.

    Raises:
        FiguresRefused, YamlRefused, TooLarge: It is not understood.
    """
    top = _FORM.mapping(parse_yaml(data), required=frozenset({"figures"}))
    nodes = top["figures"].value
    if not isinstance(nodes, tuple) or not 1 <= len(nodes) <= MOST_FIGURES:
        _FORM.refuse(top["figures"], Phrase("a list of 1 to {most} figures", most=MOST_FIGURES))
    figures = tuple(map(_figure, nodes))
    for node, figure in zip(nodes, figures, strict=True):
        if sum(other.name == figure.name for other in figures) > 1:
            _FORM.refuse(node, Phrase("a name that no other figure has"))
    return figures


def _figure(node: Node) -> Figure:
    fields = _FORM.mapping(node, required=_REQUIRED, optional=_OPTIONAL)
    if "when" in fields and "at" in fields:
        _FORM.refuse(fields["at"], Phrase("when or at, not both"))
    told = fields.get("when", fields.get("at"))
    first, last = (None, None) if told is None else _days(told)
    return Figure(
        name=_FORM.matching(fields["name"], _WORD, _A_WORD),
        value=_FORM.text(fields["value"]),
        unit=_FORM.matching(fields["unit"], _WORD, _A_WORD),
        what=_FORM.text(fields["what"]),
        where=tuple(part.strip() for part in _FORM.text(fields["where"]).split("/")),
        first=first,
        last=last,
        moment="at" in fields,
        source=_FORM.text(fields["source"]),
        origins=frozenset(_words(fields["rests_on"])) if "rests_on" in fields else frozenset(),
    )


def _days(node: Node) -> tuple[date, date]:
    try:
        spans = parse_edtf(_FORM.text(node)).spans
    except EdtfMalformed:
        spans = (None,)
    known = [span for span in spans if span is not None]
    if len(known) != len(spans):
        _FORM.refuse(node, Phrase("a date or an interval, such as 2020-08-09/2020-12-04"))
    return known[0].first, known[-1].last


def _words(node: Node) -> list[str]:
    if not isinstance(node.value, tuple):
        _FORM.refuse(node, Phrase("a list of words"))
    return [_FORM.matching(inner, _WORD, _A_WORD) for inner in node.value]
