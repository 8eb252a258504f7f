# SPDX-License-Identifier: AGPL-3.0-or-later
"""From the lists' text to the columns that are compared: keys instead of names, days instead of dates.

Each distinct text is worked on once. The texts themselves go no further than this module, but for one question: whether
two surnames are spelt alike, which is asked of a digest.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
from pyarrow import compute as pc

from sviedka.link.cell_values import find_days, find_sex
from sviedka.link.distinct import per_text
from sviedka.link.name_columns import name_columns, place_key
from sviedka.link.run import MOST_RECORDS, RunMalformed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from sviedka.core.count.names.keys import NameKeys
    from sviedka.link.reading import ReadList

DATES: Final = ("born", "event_date", "died")


@dataclass(frozen=True, kw_only=True, eq=False)
class Origins:
    """Where the records come from, and what of the lists is not in them.

    Attributes:
        list_of, row_of: As in a `LinkageRun`.
        nameless: How many records were left out, by list: neither a family name nor an identifier, so that nobody can
            tell whose they are. A pseudonym is no name.
        unread: By field: how many cells say something that is no date and no sex.
    """

    list_of: NDArray[np.int16]
    row_of: NDArray[np.int32]
    nameless: tuple[int, ...]
    unread: dict[str, int]


@dataclass(frozen=True, kw_only=True, eq=False)
class Records:
    """What is linked.

    Attributes:
        table: One row for each record, numbered from 0 in `rec`; the columns are those that `model` names.
        origins: Of its rows.
    """

    table: pa.Table
    origins: Origins


def make_records(lists: Sequence[ReadList], *, processes: int = 1) -> Records:
    """Derive the columns to compare; `processes` share the work on the names of long lists.

    Raises:
        RunMalformed: More records than a run can hold.
    """
    sizes = [one.about.rows for one in lists]
    if sum(sizes) > MOST_RECORDS:
        raise RunMalformed("{count} records are more than one run can hold.", count=sum(sizes))
    raw = pa.concat_tables([one.records for one in lists]).combine_chunks()
    list_of = np.repeat(np.arange(len(lists), dtype=np.int16), sizes)
    row_of = np.concatenate([np.arange(1, size + 1, dtype=np.int32) for size in sizes])
    names = name_columns(raw, keys=_keys(lists), processes=processes)
    told = pc.or_(pc.is_valid(names["surname_key"]), pc.is_valid(raw["external_id_hash"]))
    keep = np.asarray(told)
    columns, unread = _derived(raw)
    table = pa.table({"list_no": pa.array(list_of), **names, **columns}).filter(pa.array(keep))
    table = table.add_column(0, "rec", pa.array(np.arange(table.num_rows, dtype=np.int32)))
    origins = Origins(
        list_of=list_of[keep],
        row_of=row_of[keep],
        nameless=tuple(int(count) for count in np.bincount(list_of[~keep], minlength=len(lists))),
        unread=unread,
    )
    return Records(table=table.combine_chunks(), origins=origins)


def _keys(lists: Sequence[ReadList]) -> list[NameKeys | None] | None:
    """Return the keys that records come with, None for a record with a name; None if all have names."""
    if all(one.keys is None for one in lists):
        return None
    return [key for one in lists for key in one.keys or [None] * one.about.rows]


def _derived(raw: pa.Table) -> tuple[dict[str, pa.Array], dict[str, int]]:
    """Return the columns that are not names, and how many cells of each field could not be read."""
    columns: dict[str, pa.Array] = {}
    for field in DATES:
        columns |= per_text(raw[field], partial(_days, field), _day_columns(field))
    columns |= per_text(raw["sex"], lambda text: {"sex": find_sex(text)}, {"sex": pa.string()})
    unread = {field: _lost(raw[field], columns[f"{field}_first"]) for field in DATES}
    unread["sex"] = _lost(raw["sex"], columns["sex"])
    for field in ("place", "facility"):
        columns |= per_text(raw[field], partial(_place, f"{field}_key"), {f"{field}_key": pa.string()})
    spelt = pc.coalesce(raw["family"], raw["full_name"])
    columns |= per_text(spelt, lambda text: {"spelt": _digest(text)}, {"spelt": pa.uint64()})
    columns["external_id"] = pc.utf8_lower(_plain(raw["external_id_hash"]))
    columns["event_day"] = _if_exact(columns["event_date_first"], columns["event_date_last"])
    columns |= _birth_parts(columns["born_first"], columns["born_last"])
    return columns, {field: count for field, count in unread.items() if count}


def _days(field: str, text: str) -> dict[str, int | None]:
    days = find_days(text)
    return dict(zip(_day_columns(field), (None, None) if days is None else (days.first, days.last), strict=True))


def _place(name: str, text: str) -> dict[str, str | None]:
    return {name: place_key(text)}


def _day_columns(field: str) -> dict[str, pa.DataType]:
    return {f"{field}_first": pa.int32(), f"{field}_last": pa.int32()}


def _plain(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _lost(raw: pa.ChunkedArray, read: pa.Array) -> int:
    return int(pc.sum(pc.and_(pc.is_valid(_plain(raw)), pc.is_null(read))).as_py() or 0)


def _if_exact(first: pa.Array, last: pa.Array) -> pa.Array:
    return pc.if_else(pc.equal(first, last), first, pa.scalar(None, pa.int32()))


def _birth_parts(first: pa.Array, last: pa.Array) -> dict[str, pa.Array]:
    """Return the day of birth if it is known, and the year if that is."""
    years = [pc.year(days.cast(pa.date32())) for days in (first, last)]
    year = pc.if_else(pc.equal(*years), years[0], pa.scalar(None, pa.int64()))
    day = _if_exact(first, last)
    return {
        "born_year": year.cast(pa.int16()),
        "born_day": day,
        "born_text": pc.strftime(day.cast(pa.date32()), format="%Y-%m-%d"),
    }


def _digest(text: str) -> int:
    return int.from_bytes(
        hashlib.blake2b(" ".join(text.lower().split()).encode("utf-8"), digest_size=8).digest(), "big"
    )
