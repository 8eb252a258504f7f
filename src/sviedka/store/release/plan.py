# SPDX-License-Identifier: AGPL-3.0-or-later
"""The plan of a release as a person writes it, in YAML; docs/howto/publish-counts.md shows one.

A text is one text, or one for each language of the release. A category is a code alone, or a code with a title and the
categories below it.
"""

from __future__ import annotations

import re
from math import prod
from typing import TYPE_CHECKING, Final

from sviedka.core.base.edtf import EdtfMalformed, parse_edtf
from sviedka.core.base.phrases import Phrase
from sviedka.core.count.release.guarding import refuse_forbidden
from sviedka.core.count.release.plan import (
    DIMENSIONS,
    LANGUAGES,
    Category,
    Figure,
    PlannedDimension,
    PlannedTable,
    ReleasePlan,
    Words,
)
from sviedka.core.count.release.release_errors import PlanRefused
from sviedka.core.count.release.tallying import check_tallied
from sviedka.core.count.suppress.dimension import TOTAL
from sviedka.core.count.suppress.primary import (
    FEWEST_SOURCES,
    LARGEST_SHARE_PERCENT,
    THRESHOLD,
    THRESHOLD_INSENSITIVE,
    PrimaryRule,
)
from sviedka.core.count.suppress.table import Unit
from sviedka.core.count.types.release import CERTAINTIES
from sviedka.store.records.plain_yaml import MAX_BYTES, Node, parse_yaml
from sviedka.store.records.yaml_form import YamlForm
from sviedka.vault.disk_errors import translating

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}", re.ASCII)
_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+-]{0,39}", re.ASCII)
_NUMBER: Final = re.compile(r"[0-9]{1,9}", re.ASCII)
MOST_CATEGORIES: Final = 400
MOST_CELLS: Final = 5_000
"""Of all tables together. Larger plans are to be published as several."""

_TOP: Final = {
    "plan": True, "languages": False, "title": True, "unit": True, "population": True, "as_of": True,
    "coverage": True, "method": True, "certainty": True, "sensitive": False, "threshold": False, "sources": False,
    "share_percent": False, "round_to": False, "counts": False, "count_case": False, "dimensions": True, "tables": True, "figures": False,
    "estimates": False, "corrects": False, "erratum": False,
}  # fmt: skip
"""The plan's names; whether it must have them."""

_FORM: Final = YamlForm(PlanRefused)


def read_plan(path: Path) -> tuple[ReleasePlan, bytes]:
    """Read a plan file; return it with its bytes.

    Raises:
        PlanRefused, YamlRefused, TooLarge: It is not understood.
        TableForbidden: It asks for what is never published.
        DiskError: It cannot be read.
    """
    with translating(), path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    return parse_plan(data), data


def parse_plan(data: bytes) -> ReleasePlan:
    """Read a plan; see `read_plan`. Untrusted: `data`."""
    top = parse_yaml(data)
    fields = _fields(top, _TOP)
    if _text(fields["plan"]) != "1":
        _FORM.refuse(fields["plan"], Phrase("1, the version of the form"))
    languages = _languages(fields.get("languages"))
    reading = _Reading(languages)
    dimensions = {one.name: one for one in map(reading.dimension, _list(fields["dimensions"]))}
    plan = ReleasePlan(
        languages=languages,
        title=reading.words(fields["title"]),
        unit=Unit(_FORM.one_of(fields["unit"], tuple(one.value for one in Unit))),
        population=reading.words(fields["population"]),
        as_of=_day(fields["as_of"]),
        coverage=reading.words(fields["coverage"]),
        method=reading.words(fields["method"]),
        certainty=_FORM.one_of(fields["certainty"], CERTAINTIES),
        rule=_rule(fields),
        rounded_to=_number(fields, "round_to", default=1),
        counts=_text(fields["counts"]) if "counts" in fields else None,
        count_case=_text(fields["count_case"]) if "count_case" in fields else None,
        dimensions=dimensions,
        tables=tuple(reading.table(node, dimensions) for node in _list(fields["tables"])),
        figures=tuple(reading.figure(node) for node in (_list(fields["figures"]) if "figures" in fields else ())),
        corrects=_text(fields["corrects"]) if "corrects" in fields else None,
        erratum=reading.words(fields["erratum"]) if "erratum" in fields else None,
        estimates=tuple(map(_text, _list(fields["estimates"]))) if "estimates" in fields else (),
    )
    _check_whole(plan, top)
    return plan


def _check_whole(plan: ReleasePlan, top: Node) -> None:
    refuse_forbidden(plan)
    if plan.certainty == "estimate":
        _FORM.refuse(top, Phrase("tables that count; an estimate goes under estimates, by the statement that has it"))
    if (plan.counts is None) == (plan.count_case is None):
        _FORM.refuse(top, Phrase("counts or count_case: a file of counts, or a case whose acts are counted"))
    if plan.count_case is not None:
        check_tallied(plan)
    if (plan.corrects is None) != (plan.erratum is None):
        _FORM.refuse(top, Phrase("corrects and erratum together: what is corrected, and what was wrong"))
    if len({one.name for one in plan.tables}) != len(plan.tables):
        _FORM.refuse(top, Phrase("tables with different names"))
    cells = sum(prod(len(plan.dimensions[name].categories) + 1 for name in one.across) for one in plan.tables)
    if cells > MOST_CELLS:
        _FORM.refuse(top, Phrase("at most {most} numbers in all tables together", most=MOST_CELLS))


class _Reading:
    """Reads texts in the languages of the release, and what has such texts."""

    def __init__(self, languages: tuple[str, ...]) -> None:
        self._languages = languages

    def words(self, node: Node) -> Words:
        if isinstance(node.value, str):
            return dict.fromkeys(self._languages, _text(node))
        fields = _fields(node, dict.fromkeys(self._languages, True))
        return {language: _text(fields[language]) for language in self._languages}

    def dimension(self, node: Node) -> PlannedDimension:
        fields = _fields(node, {"name": True, "title": True, "several": False, "categories": True})
        categories = tuple(self._categories(fields["categories"], TOTAL))
        if not 1 <= len(categories) <= MOST_CATEGORIES or len({one.code for one in categories}) != len(categories):
            _FORM.refuse(fields["categories"], Phrase("1 to {most} different codes", most=MOST_CATEGORIES))
        return PlannedDimension(
            name=_FORM.one_of(fields["name"], DIMENSIONS),
            title=self.words(fields["title"]),
            categories=categories,
            several="several" in fields and _FORM.one_of(fields["several"], ("true", "false")) == "true",
        )

    def _categories(self, node: Node, parent: str) -> Iterator[Category]:
        for inner in _list(node):
            if isinstance(inner.value, str):
                yield Category(code=_code(inner), parent=parent, title=dict.fromkeys(self._languages, inner.value))
                continue
            fields = _fields(inner, {"code": True, "title": False, "parts": False, "matches": False})
            code = _code(fields["code"])
            title = self.words(fields["title"]) if "title" in fields else dict.fromkeys(self._languages, code)
            matches = frozenset(map(_text, _list(fields["matches"]))) if "matches" in fields else frozenset[str]()
            yield Category(code=code, parent=parent, title=title, matches=matches)
            if "parts" in fields:
                yield from self._categories(fields["parts"], code)

    def table(self, node: Node, dimensions: Mapping[str, PlannedDimension]) -> PlannedTable:
        fields = _fields(node, {"name": True, "title": True, "across": True})
        across = tuple(_FORM.one_of(inner, tuple(dimensions)) for inner in _list(fields["across"]))
        name = _text(fields["name"])
        if not 1 <= len(across) <= 3 or len(set(across)) != len(across):
            _FORM.refuse(fields["across"], Phrase("one to three different dimensions"))
        if not _NAME.fullmatch(name):
            _FORM.refuse(fields["name"], Phrase("a name of small letters, digits and dashes"))
        return PlannedTable(name=name, title=self.words(fields["title"]), across=across)

    def figure(self, node: Node) -> Figure:
        names = {"text": True, "unit": True, "as_of": True, "source": True, "low": False, "high": False}
        fields = _fields(node, names)
        if ("low" in fields) != ("high" in fields):
            _FORM.refuse(node, Phrase("low and high together"))
        return Figure(
            text=self.words(fields["text"]),
            unit=self.words(fields["unit"]),
            as_of=_text(fields["as_of"]),
            source=self.words(fields["source"]),
            low=_number(fields, "low", default=0) if "low" in fields else None,
            high=_number(fields, "high", default=0) if "high" in fields else None,
        )


def _rule(fields: Mapping[str, Node]) -> PrimaryRule:
    is_sensitive = "sensitive" not in fields or _FORM.one_of(fields["sensitive"], ("true", "false")) == "true"
    least = THRESHOLD if is_sensitive else THRESHOLD_INSENSITIVE
    rule = PrimaryRule(
        threshold=_number(fields, "threshold", default=least),
        sources=_number(fields, "sources", default=FEWEST_SOURCES),
        share_percent=_number(fields, "share_percent", default=LARGEST_SHARE_PERCENT),
    )
    if rule.threshold < least:
        _FORM.refuse(fields["threshold"], Phrase("a threshold of {least} or more", least=least))
    return rule


def _languages(node: Node | None) -> tuple[str, ...]:
    if node is None:
        return LANGUAGES
    found = tuple(_FORM.one_of(inner, LANGUAGES) for inner in _list(node))
    if not found or len(set(found)) != len(found):
        _FORM.refuse(node, Phrase("one of {words}", words=", ".join(LANGUAGES)))
    return found


def _fields(node: Node, names: Mapping[str, bool]) -> dict[str, Node]:
    if not isinstance(node.value, dict):
        _FORM.refuse(node, Phrase("names with values: {words}", words=", ".join(names)))
    for name, inner in node.value.items():
        if name not in names:
            _FORM.refuse(inner, Phrase("one of {words}", words=", ".join(names)))
    for name, is_needed in names.items():
        if is_needed and name not in node.value:
            _FORM.refuse(node, Phrase("the field {field}", field=name))
    return node.value


def _list(node: Node) -> tuple[Node, ...]:
    if not isinstance(node.value, tuple) or not node.value:
        _FORM.refuse(node, Phrase("a list"))
    return node.value


def _text(node: Node) -> str:
    if not isinstance(node.value, str) or not node.value.strip() or not node.value.isprintable():
        _FORM.refuse(node, Phrase("a line of text"))
    return node.value


def _code(node: Node) -> str:
    code = _text(node)
    if not _CODE.fullmatch(code):
        _FORM.refuse(node, Phrase("a code of letters, digits, dots and dashes"))
    return code


def _number(fields: Mapping[str, Node], name: str, *, default: int) -> int:
    if name not in fields:
        return default
    text = _text(fields[name])
    if not _NUMBER.fullmatch(text):
        _FORM.refuse(fields[name], Phrase("a whole number"))
    return int(text)


def _day(node: Node) -> str:
    text = _text(node)
    try:
        span = parse_edtf(text).spans[0] if len(text) == 10 else None  # YYYY-MM-DD
    except EdtfMalformed:
        span = None
    if span is None or not span.exact:
        _FORM.refuse(node, Phrase("a day, such as 2020-12-31"))
    return text
