# SPDX-License-Identifier: AGPL-3.0-or-later
"""One sitting of one reviewer: which cases are still theirs to judge, what they said, what they take back.

Two reviewers judge blindly: nothing here shows one of them what the other said, and a case that two people have judged is
shown to no third one but for a third look. Who comes back goes on where they stopped.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Final

import numpy as np

from sviedka.core.base.errors import Withheld
from sviedka.core.count.review.judgement import Judgement, Look, Reviewer, number_groups
from sviedka.core.count.review.kappa import measure_agreement
from sviedka.core.count.review.queue import queue_cases
from sviedka.core.count.review.rule import RULE, judge_by_rule
from sviedka.link.judged import linked, records_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sviedka.core.count.review.judgement import Record
    from sviedka.core.count.review.queue import Case, Queue
    from sviedka.link.run import LinkageRun

REVIEWERS: Final = 2


class NotTheirs(Withheld):
    """Whoever judged a cluster does not settle what they and the other reviewer saw differently."""

    code = "withheld.third-look"
    hint = "A third look is for somebody who was not one of the two reviewers."


@dataclass(frozen=True, kw_only=True)
class ReviewCase:
    """A case with the records that a judgement of it names, in the order of their record numbers.

    Attributes:
        records: As judgements name them, each at the place of its record number in `case.records`.
    """

    case: Case
    records: tuple[Record, ...]

    def judge(self, groups: Sequence[object]) -> tuple[tuple[Record, ...], tuple[int, ...]]:
        """Return records and groups as a judgement has them, from a mark for each record; no marks are no groups."""
        order = sorted(range(len(self.records)), key=self.records.__getitem__)
        marks = [groups[place] for place in order] if groups else []
        return tuple(self.records[place] for place in order), number_groups(marks)


def queue_run(run: LinkageRun, data: bytes, *, most: int) -> Queue:
    """Return the queue of a run; the lot follows from its bytes, so that every reviewer gets the same cases."""
    seed = int.from_bytes(sha256(b"sviedka/review-sample/1\n" + data).digest()[:16])
    return queue_cases(linked(run), np.random.default_rng(seed), most=most)


def review_cases(run: LinkageRun, queue: Queue) -> tuple[ReviewCase, ...]:
    """Return the queue's cases with their records named."""
    return tuple(
        ReviewCase(case=case, records=tuple(records_of(run, np.array([number]))[0] for number in case.records))
        for case in queue.cases
    )


def judge_all_by_rule(run: LinkageRun, cases: Sequence[ReviewCase]) -> tuple[Judgement, ...]:
    """Return what the rule says of each case; unsure where it leaves the case to people."""
    source = linked(run)
    return tuple(_judgement(*one.judge(judge_by_rule(one.case, source)), look=Look.RULE, rule=RULE) for one in cases)


@dataclass(kw_only=True)
class Sitting:
    """What one reviewer has before them.

    Attributes:
        cases: All cases of the queue.
        said: Every judgement in the archive.
        me: Who sits here.
        look: `BLIND` or `THIRD`.
        record: Keeps a judgement; it is durable when this returns.
        todo: Places in `cases` still to be judged, in order; the first one is before the reviewer.
        done: Places judged in this sitting, the newest last.
    """

    cases: tuple[ReviewCase, ...]
    said: Sequence[Judgement]
    me: Reviewer
    look: Look
    record: Callable[[Judgement], None]
    todo: list[int] = field(init=False)
    done: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Work out what is theirs to judge; raise `NotTheirs` for a third look by one of the two."""
        self.todo = self._third() if self.look is Look.THIRD else self._blind()

    @property
    def current(self) -> ReviewCase | None:
        """The case before the reviewer."""
        return self.cases[self.todo[0]] if self.todo else None

    def judge(self, groups: Sequence[object]) -> None:
        """Judge the case before the reviewer: a mark for each of its records, or none if they are unsure."""
        records, numbered = self.cases[self.todo[0]].judge(groups)
        self.record(_judgement(records, numbered, look=self.look, by=self.me))
        self.done.append(self.todo.pop(0))

    def undo(self) -> bool:
        """Take the newest judgement of this sitting back and put its case before the reviewer; False if there is none."""
        if not self.done:
            return False
        case = self.cases[self.done[-1]]
        self.record(_judgement(*case.judge(()), look=self.look, by=self.me, taken_back=True))
        self.todo.insert(0, self.done.pop())
        return True

    def _blind(self) -> list[int]:
        by: dict[tuple[Record, ...], set[Reviewer]] = {}
        for one in _standing(self.said, Look.BLIND):
            by.setdefault(one.records, set()).add(one.by)
        seen = [by.get(case.judge(())[0], set()) for case in self.cases]
        return [
            place
            for place, reviewers in enumerate(seen)
            if self.me not in reviewers and len(reviewers) < REVIEWERS
        ]  # fmt: skip

    def _third(self) -> list[int]:
        found = measure_agreement(self.said)
        if found.reviewers is not None and self.me in found.reviewers:
            raise NotTheirs("Whoever is logged in is one of the two reviewers.")
        settled = {one.records for one in _standing(self.said, Look.THIRD)}
        wanted = set(found.differing) - settled
        return [place for place, case in enumerate(self.cases) if case.judge(())[0] in wanted]


def _standing(said: Sequence[Judgement], look: Look) -> list[Judgement]:
    """Return the newest judgement of each reviewer on each cluster, without those taken back."""
    newest: dict[tuple[Reviewer, tuple[Record, ...]], Judgement] = {}
    for one in sorted(said, key=lambda one: one.rank):
        if one.look is look:
            newest[one.by, one.records] = one
    return [one for one in newest.values() if not one.taken_back]


def _judgement(
    records: tuple[Record, ...],
    groups: tuple[int, ...],
    *,
    look: Look,
    by: str = "",
    rule: str | None = None,
    taken_back: bool = False,
) -> Judgement:
    """Return a judgement that is to be recorded: its time is that of its statement."""
    return Judgement(
        records=records, groups=groups, look=look, by=Reviewer(by), rank="", rule=rule, taken_back=taken_back
    )
