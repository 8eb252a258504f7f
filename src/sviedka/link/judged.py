# SPDX-License-Identifier: AGPL-3.0-or-later
"""A linkage after review: its decision and each of its draws, under everything that people and rules judged.

What was judged is certain from then on, in every draw; what nobody judged keeps its doubt.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from sviedka.core.count.review.constraining import Constraints, constrain
from sviedka.core.count.review.judgement import Record
from sviedka.core.count.review.queue import Linked
from sviedka.core.count.review.settling import settle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from sviedka.core.count.review.judgement import Judgement
    from sviedka.core.count.review.settling import Pair
    from sviedka.link.run import LinkageRun


@dataclass(frozen=True, kw_only=True, eq=False)
class Judged:
    """A run under judgements, and what became of them.

    Attributes:
        run: The run: `cluster_of` and `draws` worked out again.
        applied: Judgements that speak of this run's records.
        elsewhere: Judgements of records that are not in it: of another list, or of a list that has changed since.
        open: Pairs that somebody looked at and that stay undecided.
        contradicted: Pairs judged the same that could not be joined, since others, judged too, keep them apart.
    """

    run: LinkageRun
    applied: int
    elsewhere: int
    open: int
    contradicted: int


def apply_judgements(run: LinkageRun, judgements: Sequence[Judgement]) -> Judged:
    """Return `run` under `judgements`. The same ones again change nothing; one that is taken back leaves no trace.

    Args:
        run: A linkage.
        judgements: All that hold, of whatever lists; those of other lists are counted and left out.
    """
    place = _Places(run)
    here = [one for one in judgements if place.knows(one)]
    settled = settle(here)
    constraints = Constraints(
        same=place.pairs(settled.same),
        apart=place.pairs(settled.apart),
        conflicts=(run.conflicts.i, run.conflicts.j),
        scored=(run.pairs.i, run.pairs.j),
        p=run.pairs.p,
    )
    cluster_of, contradicted = constrain(run.cluster_of, constraints)
    draws = [constrain(draw, constraints)[0] for draw in run.draws]
    return Judged(
        run=replace(run, cluster_of=cluster_of, draws=np.stack(draws) if draws else run.draws),
        applied=len(here),
        elsewhere=len(judgements) - len(here),
        open=len(settled.open),
        contradicted=contradicted,
    )


def say_reviewed(run: LinkageRun, *, of_sha256: str, judgements: int) -> LinkageRun:
    """Return a run whose settings say which run it is a review of, and under how many judgements."""
    return replace(run, settings={**run.settings, "review_of": of_sha256, "judgements": judgements})


def linked(run: LinkageRun) -> Linked:
    """Return what the queue looks at."""
    return Linked(
        list_of=run.list_of,
        cluster_of=run.cluster_of,
        draws=run.draws,
        scored=(run.pairs.i, run.pairs.j),
        p=run.pairs.p,
        conflicts=(run.conflicts.i, run.conflicts.j),
    )


def records_of(run: LinkageRun, numbers: NDArray[np.integer]) -> tuple[Record, ...]:
    """Return record numbers as records that a judgement can name, in its order."""
    return tuple(
        sorted(Record(run.lists[run.list_of[number]].sha256, int(run.row_of[number])) for number in numbers.tolist())
    )


class _Places:
    """Where the records of judgements stand in a run."""

    def __init__(self, run: LinkageRun) -> None:
        self._lists = {one.sha256: number for number, one in enumerate(run.lists)}
        self._order = np.lexsort((run.row_of, run.list_of))
        self._keys = self._key(run.list_of[self._order], run.row_of[self._order])

    def knows(self, judgement: Judgement) -> bool:
        """Tell whether all records of a judgement are in the run."""
        keys = self._sought(judgement.records)
        return keys is not None and bool(np.isin(keys, self._keys).all())

    def pairs(self, pairs: Sequence[Pair]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return pairs of records as record numbers. All are in the run."""
        left, right = (self._sought(tuple(pair[end] for pair in pairs)) for end in (0, 1))
        return self._numbers(left), self._numbers(right)

    def _sought(self, records: Sequence[Record]) -> NDArray[np.int64] | None:
        lists = [self._lists.get(record.list_sha256) for record in records]
        if None in lists:
            return None
        return self._key(np.array(lists, dtype=np.int64), np.array([record.row for record in records], dtype=np.int64))

    def _numbers(self, keys: NDArray[np.int64] | None) -> NDArray[np.int64]:
        if keys is None or not len(keys):
            return np.zeros(0, dtype=np.int64)
        return self._order[np.searchsorted(self._keys, keys)]

    @staticmethod
    def _key(lists: NDArray[np.integer], rows: NDArray[np.integer]) -> NDArray[np.int64]:
        return lists.astype(np.int64) << 32 | rows.astype(np.int64)
