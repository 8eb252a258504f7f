# SPDX-License-Identifier: AGPL-3.0-or-later
"""From a linkage to counts of persons by category: what a release takes, and no record, name or cluster number.

A person counts once, under what most of their records say; where records say nothing, or an even number say two things,
under `unknown`: a coin is not thrown about people.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from sviedka.link.captures import counting_lists
from sviedka.link.cell_values import find_days, find_sex
from sviedka.link.names_at_hand import ListsDiffer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from sviedka.link.reading import ReadList
    from sviedka.link.run import LinkageRun

UNKNOWN: Final = "unknown"

_EPOCH: Final = date(1970, 1, 1)


@dataclass(frozen=True, kw_only=True)
class Tally:
    """How many persons are in one combination of categories.

    Attributes:
        codes: One category for each dimension.
        people: How many.
        only: For each counting list, how many of them it alone has.
    """

    codes: tuple[str, ...]
    people: int
    only: tuple[int, ...]


def tally_people(run: LinkageRun, lists: Sequence[ReadList], across: Sequence[str]) -> tuple[Tally, ...]:
    """Count the clusters decided by category, in the order of the codes.

    Args:
        run: The linkage.
        lists: The lists that were linked, byte for byte.
        across: Dimensions, names of `DIMENSIONS`.

    Raises:
        ListsDiffer: A list is not the file that was linked.
    """
    _, cluster = np.unique(run.cluster_of, return_inverse=True)
    codes = [_of_clusters(_of_records(run, lists, name), cluster) for name in across]
    names, list_of = counting_lists(run)
    seen = np.zeros((int(cluster.max(initial=-1)) + 1, len(names)), dtype=bool)
    seen[cluster, list_of] = True
    alone = np.where(seen.sum(axis=1) == 1, seen.argmax(axis=1), -1)
    people: Counter[tuple[str, ...]] = Counter()
    only: Counter[tuple[tuple[str, ...], int]] = Counter()
    for code, place in zip(zip(*codes, strict=True), alone.tolist(), strict=True):
        people[code] += 1
        only[code, place] += 1
    return tuple(
        Tally(codes=code, people=count, only=tuple(only[code, place] for place in range(len(names))))
        for code, count in sorted(people.items())
    )


def _of_records(run: LinkageRun, lists: Sequence[ReadList], name: str) -> list[str | None]:
    """Return the category of each record, None where its list says nothing."""
    field, read = DIMENSIONS[name]
    tables = {one.about.sha256: one.records.column(field).to_pylist() for one in lists}
    for linked in run.lists:
        if linked.sha256 not in tables:
            raise ListsDiffer("List {list} is not the file that was linked.", list=linked.name)
    columns = [tables[linked.sha256] for linked in run.lists]
    texts = (columns[place][row - 1] for place, row in zip(run.list_of.tolist(), run.row_of.tolist(), strict=True))
    return [None if text is None else read(text) for text in texts]


def _of_clusters(codes: Sequence[str | None], cluster: NDArray[np.intp]) -> list[str]:
    """Return what most records of each cluster say."""
    said: list[Counter[str]] = [Counter() for _ in range(int(cluster.max(initial=-1)) + 1)]
    for code, place in zip(codes, cluster.tolist(), strict=True):
        if code is not None:
            said[place][code] += 1
    return [_most(one) for one in said]


def _most(said: Counter[str]) -> str:
    first = said.most_common(2)
    return UNKNOWN if not first or (len(first) == 2 and first[0][1] == first[1][1]) else first[0][0]


def _month(text: str) -> str | None:
    days = find_days(text)
    if days is None:
        return None
    first, last = (_EPOCH + timedelta(days=day) for day in (days.first, days.last))
    return f"{first:%Y-%m}" if (first.year, first.month) == (last.year, last.month) else None


DIMENSIONS: Final[dict[str, tuple[str, Callable[[str], str | None]]]] = {
    "month": ("event_date", _month),
    "sex": ("sex", find_sex),
}
"""What can be counted by: the list's column, and what its cells come to."""
