# SPDX-License-Identifier: AGPL-3.0-or-later
"""A lists file says what is counted, which lists are linked, where each is from, and which column is which.

What a list may be asked for is a closed set. Every other column of its file is not read at all: whether somebody took
part in something, what they think or what they work as is none of our business (promise G10).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Malformed
from sviedka.core.base.phrases import Phrase
from sviedka.core.count.capture import MOST_LISTS
from sviedka.link.run import Counted
from sviedka.store.records.plain_yaml import MAX_BYTES, Node, parse_yaml
from sviedka.store.records.yaml_form import YamlForm
from sviedka.vault.disk_errors import translating

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FIELDS: Final = (
    "family",
    "given",
    "patronymic",
    "full_name",
    "sex",
    "born",
    "place",
    "event_date",
    "facility",
    "external_id_hash",
    "died",
)
"""All that is ever read of a record: names, sex, dates of birth, of the event and of death, the place of living, where they
were held, and the digest of an identifier, never the identifier."""

MOST_ROWS: Final = 10_000_000
"""Records of one list."""

FORMATS: Final = ("csv", "xlsx", "parquet")
ENCODINGS: Final = ("utf-8", "utf-16", "windows-1251", "koi8-r", "windows-1252", "iso-8859-5")
SEPARATORS: Final = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,63}", re.ASCII)
_COUNTED: Final = ("unit", "what", "where", "until")
_REQUIRED: Final = frozenset({"name", "file", "holder", "provenance", "columns"})
_OPTIONAL: Final = frozenset({"copied_from", "format", "encoding", "separator", "sheet"})


class ListsRefused(Malformed):
    """A lists file that is not understood. Nothing was linked."""

    code = "malformed.lists"
    hint = "Correct the line; docs/howto/link-lists.md shows a whole lists file."


_FORM: Final = YamlForm(ListsRefused)
_A_NAME: Final = Phrase("a name of small Latin letters, digits and hyphens")


@dataclass(frozen=True, kw_only=True)
class ListOrder:
    """One list to be linked.

    Attributes:
        file: Its path as written, relative to the lists file.
        format: One of `FORMATS`.
        encoding, separator: For CSV.
        sheet: For XLSX; the first if None.
        columns: The name of the file's column for each field that it has.
    """

    name: str
    file: str
    holder: str
    provenance: str
    copied_from: str | None
    format: str
    encoding: str
    separator: str
    sheet: str | None
    columns: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class LinkOrder:
    """What is to be linked, and what it counts."""

    counted: Counted
    lists: tuple[ListOrder, ...]


def read_link_order(path: Path) -> LinkOrder:
    """Read a lists file.

    Raises:
        ListsRefused, YamlRefused, TooLarge: It is not understood.
        DiskError: It cannot be read.
    """
    with translating(), path.open("rb") as file:
        return parse_link_order(file.read(MAX_BYTES + 1))


def parse_link_order(data: bytes) -> LinkOrder:
    """Read the bytes of a lists file; see the module."""
    top = _FORM.mapping(parse_yaml(data), required=frozenset({"counted", "lists"}))
    counted = _FORM.mapping(top["counted"], required=frozenset(_COUNTED))
    told = {name: _FORM.text(counted[name]) for name in _COUNTED}
    _check_day(counted["until"], told["until"])
    nodes = top["lists"].value
    if not isinstance(nodes, tuple) or not 1 <= len(nodes) <= MOST_LISTS:
        _FORM.refuse(top["lists"], Phrase("a list of 1 to {most} lists", most=MOST_LISTS))
    lists = tuple(_list(node) for node in nodes)
    _check_names(nodes, lists)
    return LinkOrder(counted=Counted(**told), lists=lists)


def _list(node: Node) -> ListOrder:
    fields = _FORM.mapping(node, required=_REQUIRED, optional=_OPTIONAL)
    file = _FORM.text(fields["file"])
    ending = file.rpartition(".")[2].lower()
    kind = _FORM.one_of(fields["format"], FORMATS) if "format" in fields else ending
    if kind not in FORMATS:
        _FORM.refuse(
            fields["file"], Phrase("a file that ends with one of {words}, or its format", words=", ".join(FORMATS))
        )
    return ListOrder(
        name=_FORM.matching(fields["name"], _NAME, _A_NAME),
        file=file,
        holder=_FORM.text(fields["holder"]),
        provenance=_FORM.text(fields["provenance"]),
        copied_from=_FORM.matching(fields["copied_from"], _NAME, _A_NAME) if "copied_from" in fields else None,
        format=kind,
        encoding=_FORM.one_of(fields["encoding"], ENCODINGS) if "encoding" in fields else ENCODINGS[0],
        separator=SEPARATORS[
            _FORM.one_of(fields["separator"], tuple(SEPARATORS)) if "separator" in fields else "comma"
        ],
        sheet=_FORM.text(fields["sheet"]) if "sheet" in fields else None,
        columns=_columns(fields["columns"]),
    )


def _columns(node: Node) -> dict[str, str]:
    fields = _FORM.mapping(node, optional=frozenset(FIELDS))
    columns = {name: _FORM.text(inner) for name, inner in fields.items()}
    if len(set(columns.values())) != len(columns):
        _FORM.refuse(node, Phrase("each column once"))
    if not columns.keys() & {"family", "full_name", "external_id_hash"}:
        _FORM.refuse(node, Phrase("a column for family, full_name or external_id_hash"))
    if "full_name" in columns and columns.keys() & {"family", "given", "patronymic"}:
        _FORM.refuse(node, Phrase("full_name, or family, given and patronymic, not both"))
    return columns


def _check_names(nodes: tuple[Node, ...], lists: tuple[ListOrder, ...]) -> None:
    """Refuse a name given twice, and a copy of what is no list here or, in the end, of itself."""
    origins = {one.name: one.copied_from for one in lists}
    for node, one in zip(nodes, lists, strict=True):
        if sum(other.name == one.name for other in lists) > 1:
            _FORM.refuse(node, Phrase("a name that no other list has"))
        seen, origin = {one.name}, one.copied_from
        while origin is not None:
            if origin in seen or origin not in origins:
                _FORM.refuse(node, Phrase("copied_from with the name of another list, not in a circle"))
            seen.add(origin)
            origin = origins[origin]


def _check_day(node: Node, text: str) -> None:
    try:
        date.fromisoformat(text)
    except ValueError:
        _FORM.refuse(node, Phrase("a day, such as 2031-12-31"))
