# SPDX-License-Identifier: AGPL-3.0-or-later
"""From a linkage to counts of persons by category: what a release takes, and no record, name or cluster number.

A person counts once, under what most of their records say; where records say nothing, or an even number say two things,
under `unknown`: a coin is not thrown about people.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from sviedka.link.captures import counting_lists
from sviedka.link.names_at_hand import ListsDiffer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from sviedka.link.categories import Dimension
    from sviedka.link.reading import ReadList
    from sviedka.link.run import LinkageRun

UNKNOWN: Final = "unknown"


@dataclass(frozen=True, kw_only=True)
class Tallied:
    """The counts, and what they rest on.

    Attributes:
        rows: In the order of the codes.
        unplaced: By dimension: records that say something there which comes to no category.
    """

    rows: tuple[Tally, ...]
    unplaced: Mapping[str, int]


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


def tally_people(run: LinkageRun, lists: Sequence[ReadList], across: Mapping[str, Dimension]) -> Tallied:
    """Count the clusters decided by category.

    Args:
        run: The linkage.
        lists: The lists that were linked, byte for byte.
        across: The dimensions, by name, in the order of the codes.

    Raises:
        ListsDiffer: A list is not the file that was linked.
    """
    _, cluster = np.unique(run.cluster_of, return_inverse=True)
    read = {name: _of_records(run, lists, one) for name, one in across.items()}
    codes = [_of_clusters([code for code, _ in one], cluster) for one in read.values()]
    names, list_of = counting_lists(run)
    seen = np.zeros((int(cluster.max(initial=-1)) + 1, len(names)), dtype=bool)
    seen[cluster, list_of] = True
    alone = np.where(seen.sum(axis=1) == 1, seen.argmax(axis=1), -1)
    people: Counter[tuple[str, ...]] = Counter()
    only: Counter[tuple[tuple[str, ...], int]] = Counter()
    for code, place in zip(zip(*codes, strict=True), alone.tolist(), strict=True):
        people[code] += 1
        only[code, place] += 1
    rows = (
        Tally(codes=code, people=count, only=tuple(only[code, place] for place in range(len(names))))
        for code, count in sorted(people.items())
    )
    unplaced = {name: sum(said and code is None for code, said in one) for name, one in read.items()}
    return Tallied(rows=tuple(rows), unplaced=unplaced)


def _of_records(run: LinkageRun, lists: Sequence[ReadList], dimension: Dimension) -> list[tuple[str | None, bool]]:
    """Return the category of each record, None where there is none, and whether its list says all that it takes."""
    tables = {one.about.sha256: one.records.select(dimension.fields) for one in lists}
    for linked in run.lists:
        if linked.sha256 not in tables:
            raise ListsDiffer("List {list} is not the file that was linked.", list=linked.name)
    rows = [
        list(zip(*(column.to_pylist() for column in tables[linked.sha256].columns), strict=True))
        for linked in run.lists
    ]
    cells = (rows[place][row - 1] for place, row in zip(run.list_of.tolist(), run.row_of.tolist(), strict=True))
    return [(dimension.read(*one), None not in one) for one in cells]


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
