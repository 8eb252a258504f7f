# SPDX-License-Identifier: AGPL-3.0-or-later
"""The columns of a record that come from its name: keys, never the name. Each distinct spelling is worked on once.

A record has a name if it has a family name: a first name alone, an initial, a word in quotation marks is a pseudonym, and
several people may bear it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

import pyarrow as pa
from pyarrow import compute as pc

from sviedka.core.count.names.keys import NameKeys, derive_keys, derive_parts
from sviedka.core.count.names.spelling import LONGEST_NAME
from sviedka.core.count.names.tokens import TokenReader
from sviedka.link.distinct import per_text, per_texts
from sviedka.link.near_keys import with_near_keys

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_QUOTED: Final = re.compile(r"[\"«»„“”]|псевд|pseud|анон|ананім|anon", re.IGNORECASE)
_SHORTEST_KEY: Final = 2
_HEAD: Final = 3
_KEYS: Final = pa.list_(pa.string())


@dataclass(frozen=True, kw_only=True)
class _Columns:
    """How each column is made from keys: its kind, and what it takes."""

    kind: pa.DataType
    take: Callable[[NameKeys], object]


_COLUMNS: Final = {
    "surname_keys": _Columns(kind=_KEYS, take=lambda keys: _surnames(keys) or None),
    "surname_key": _Columns(kind=pa.string(), take=lambda keys: next(iter(_surnames(keys)), None)),
    "surname_head": _Columns(kind=pa.string(), take=lambda keys: "".join(_surnames(keys)[:1])[:_HEAD] or None),
    "given_codes": _Columns(kind=_KEYS, take=lambda keys: list(keys.given_ids or keys.given_keys) or None),
    "given_code": _Columns(kind=pa.string(), take=lambda keys: "|".join(keys.given_ids or keys.given_keys) or None),
    "given_head": _Columns(kind=pa.string(), take=lambda keys: next((key[:1] for key in keys.given_keys), None)),
    "given_keys": _Columns(kind=_KEYS, take=lambda keys: list(keys.given_keys) or None),
    "given_key": _Columns(kind=pa.string(), take=lambda keys: next(iter(keys.given_keys), None)),
    "father_ids": _Columns(kind=_KEYS, take=lambda keys: list(keys.father_ids) or None),
}

_PART_OF: Final = {"family": "surname", "given": "given", "patronymic": "patronymic"}
"""What each field is called where keys are derived; a whole name is no part."""


def name_columns(
    raw: pa.Table, *, keys: Sequence[NameKeys | None] | None = None, processes: int = 1
) -> dict[str, pa.Array]:
    """Return the columns of names.

    Args:
        raw: `family`, `given`, `patronymic` and `full_name`, text or null.
        keys: For each record its keys where it comes with those instead of a name.
        processes: How many share the work on long lists.
    """
    fields = ("family", "given", "patronymic", "full_name")
    parts = [per_texts(raw[field], partial(_keys_of, field), processes=processes) for field in fields]
    if keys is not None:
        parts.append(_columns_of([NameKeys() if one is None else one for one in keys]))
    columns = {name: _first(*(part[name] for part in parts)) for name in _COLUMNS}
    columns["name_pair"] = _either_order(columns["surname_key"], raw["given"])
    columns["surname_near"] = with_near_keys(columns["surname_keys"])
    columns["given_near"] = with_near_keys(columns.pop("given_keys"))
    return columns


def place_key(text: str) -> str | None:
    """Return the key of a place or a facility: places are spelt in as many ways as surnames are."""
    return "".join(derive_parts(surname=text[:LONGEST_NAME]).surname_keys[:1]) or None


def _either_order(surname: pa.Array, given: pa.ChunkedArray) -> pa.Array:
    """Return both names as one text, whichever stands in which column: lists mix them up."""
    other = per_text(given, lambda text: {"key": place_key(text)}, {"key": pa.string()})["key"]
    swap = pc.less(other, surname)
    return pc.binary_join_element_wise(pc.if_else(swap, other, surname), pc.if_else(swap, surname, other), "|")


def _keys_of(field: str, texts: list[str]) -> pa.Table:
    """Return the columns of each text of one field; a text that is no name has none."""
    reader = TokenReader()
    part = _PART_OF.get(field)

    def derive(text: str) -> NameKeys:
        if _QUOTED.search(text):
            return NameKeys()
        name = text[:LONGEST_NAME]
        return derive_keys(name, reader=reader) if part is None else derive_parts(**{part: name}, reader=reader)

    return _columns_of([derive(text) for text in texts])


def _columns_of(keys: Sequence[NameKeys]) -> pa.Table:
    return pa.table({name: pa.array(map(one.take, keys), one.kind) for name, one in _COLUMNS.items()})


def _first(*columns: pa.Array) -> pa.Array:
    """Return, for each record, the first that is there: what `coalesce` does, but for lists."""
    found, *rest = columns
    for column in rest:
        found = pc.if_else(pc.is_valid(found), found, column)
    return found


def _surnames(keys: NameKeys) -> list[str]:
    return [key for key in keys.surname_keys if len(key) >= _SHORTEST_KEY]
