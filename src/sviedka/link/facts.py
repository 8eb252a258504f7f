# SPDX-License-Identifier: AGPL-3.0-or-later
"""What two records cannot have in common if they are of one person, whatever else agrees. No machine joins them.

Father and son of one name are told apart here: by their fathers' names, or by years of birth a generation apart. Two full
dates of birth that one slip of the pen explains (day and month exchanged, one digit, the year before or after) are no
conflict; whether they are one person's is asked of people.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag
from typing import TYPE_CHECKING, Final

import numba
import numpy as np
from pyarrow import compute as pc

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    Numbers = NDArray[np.int32]
    FactArrays = tuple[Numbers, Numbers, Numbers, Numbers, Numbers, NDArray[np.bool_]]

GENERATION_YEARS: Final = 15
"""Years of birth so far apart are two people's, even if one full date is missing."""

UNKNOWN: Final = -(2**31)


class Conflict(IntFlag):
    """Why two records cannot be of one person."""

    BORN = 1
    SEX = 2
    DIED = 4
    PATRONYMIC = 8
    GENERATION = 16


_BORN, _SEX, _DIED, _PATRONYMIC, _GENERATION = (int(conflict) for conflict in Conflict)
"""As plain numbers: compiled code knows no enumerations."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Facts:
    """What conflicts are looked for in: one entry for each record, `UNKNOWN` where nothing is known.

    Attributes:
        born: `int32[n, 3]`, year, month and day; month and day only if both are known.
        sex: `int32[n]`.
        event_first: `int32[n]`, the first day on which the event can have been: then they lived.
        died_last: `int32[n]`, the last day on which they can have died.
        father: `int32[n]`, a row of `fathers_differ`.
        fathers_differ: `bool[f, f]`, whether two patronymics name no father in common.
    """

    born: NDArray[np.int32]
    sex: NDArray[np.int32]
    event_first: NDArray[np.int32]
    died_last: NDArray[np.int32]
    father: NDArray[np.int32]
    fathers_differ: NDArray[np.bool_]


def facts_of(table: pa.Table) -> Facts:
    """Return the facts of the records of a table (`Records.table`)."""
    father, differ = _fathers(table["father_ids"])
    sex = pc.index_in(table["sex"], value_set=pc.cast(["f", "m"], "string"))
    return Facts(
        born=_born(_whole(table["born_year"]), _whole(table["born_day"])),
        sex=_whole(sex),
        event_first=_whole(table["event_date_first"]),
        died_last=_whole(table["died_last"]),
        father=father,
        fathers_differ=differ,
    )


def conflicts_between(facts: Facts, i: NDArray[np.int32], j: NDArray[np.int32]) -> NDArray[np.uint8]:
    """Return the conflicts of single pairs, `uint8[m]`; 0 for none."""
    found: NDArray[np.uint8] = _each(i, j, arrays_of(facts))
    return found


def arrays_of(facts: Facts) -> FactArrays:
    """Return the facts as compiled code takes them."""
    return (facts.born, facts.sex, facts.event_first, facts.died_last, facts.father, facts.fathers_differ)


def _whole(column: pa.ChunkedArray) -> NDArray[np.int32]:
    found: NDArray[np.int32] = pc.fill_null(column.cast("int32"), UNKNOWN).to_numpy().astype(np.int32)
    return found


def _born(year: NDArray[np.int32], day: NDArray[np.int32]) -> NDArray[np.int32]:
    known = day != UNKNOWN
    days = np.where(known, day, 0).astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    born = np.full((len(year), 3), UNKNOWN, dtype=np.int32)
    born[:, 0] = year
    born[known, 1] = (months.astype(np.int64) % 12 + 1)[known]
    born[known, 2] = ((days - months.astype("datetime64[D]")).astype(np.int64) + 1)[known]
    return born


def _fathers(column: pa.ChunkedArray) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """Number the patronymics; one that is in no table may be any father's, misspelt."""
    joined = pc.binary_join(column, "|").combine_chunks().dictionary_encode()
    sets = [frozenset(text.split("|")) for text in joined.dictionary.to_pylist()]
    differ = np.array(
        [[not one & other and not _misspelt(one | other) for other in sets] for one in sets], dtype=np.bool_
    ).reshape(len(sets), len(sets))
    return pc.fill_null(joined.indices.cast("int32"), UNKNOWN).to_numpy(zero_copy_only=False).astype(np.int32), differ


def _misspelt(fathers: frozenset[str]) -> bool:
    return any(father.startswith("~") for father in fathers)


@numba.njit(cache=True)
def _one_slip(a: Numbers, b: Numbers) -> bool:  # pragma: no cover  # compiled
    """Whether two full dates differ by one slip of the pen, or not at all."""
    if a[0] == b[0] and a[1] == b[2] and a[2] == b[1]:
        return True
    if a[1] == b[1] and a[2] == b[2] and abs(a[0] - b[0]) <= 1:
        return True
    one, other = (a[0] * 100 + a[1]) * 100 + a[2], (b[0] * 100 + b[1]) * 100 + b[2]
    differ = 0
    while one or other:
        differ += one % 10 != other % 10
        one, other = one // 10, other // 10
    return differ <= 1


@numba.njit(cache=True)
def conflict_between(a: int, b: int, facts: FactArrays) -> int:  # pragma: no cover  # compiled
    """Return the bits of `Conflict` between two records, 0 for none."""
    born, sex, event_first, died_last, father, differ = facts
    found = 0
    if born[a, 0] != UNKNOWN and born[b, 0] != UNKNOWN and abs(born[a, 0] - born[b, 0]) >= GENERATION_YEARS:
        found |= _GENERATION
    if born[a, 1] != UNKNOWN and born[b, 1] != UNKNOWN and not _one_slip(born[a], born[b]):
        found |= _BORN
    if sex[a] != UNKNOWN and sex[b] != UNKNOWN and sex[a] != sex[b]:
        found |= _SEX
    for dead, alive in ((a, b), (b, a)):
        if died_last[dead] != UNKNOWN and event_first[alive] != UNKNOWN and died_last[dead] < event_first[alive]:
            found |= _DIED
    if father[a] != UNKNOWN and father[b] != UNKNOWN and differ[father[a], father[b]]:
        found |= _PATRONYMIC
    return found


@numba.njit(cache=True)
def _each(i: Numbers, j: Numbers, facts: FactArrays) -> NDArray[np.uint8]:  # pragma: no cover  # compiled
    found = np.zeros(len(i), dtype=np.uint8)
    for pair in range(len(i)):
        found[pair] = conflict_between(i[pair], j[pair], facts)
    return found
