# SPDX-License-Identifier: AGPL-3.0-or-later
"""How often the range holds the truth on each of eighteen kinds of populations, and how often it is refused."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from statistics import mean, median
from typing import TYPE_CHECKING

from sviedka.bench.coverage import PLAN, WORKERS
from sviedka.bench.kinds_of_people import KINDS, PEOPLE, invent_table
from sviedka.bench.simulated_lists import COUNTED
from sviedka.core.count.estimate.estimating import estimate_people

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What was said of one population.

    Attributes:
        kind: Of population.
        low, high: The envelope, whether it may be published or not.
        refused: No range is given.
    """

    kind: str
    low: float
    high: float
    refused: bool

    @property
    def covered(self) -> bool:
        """The envelope holds the truth."""
        return self.low <= PEOPLE <= self.high


def estimate_kinds(count: int, kinds: Iterable[str] = tuple(KINDS)) -> list[Answer]:
    """Estimate `count` populations of each kind, on two processes."""
    jobs = [(kind, number) for number in range(count) for kind in kinds]
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as pool:
        return list(pool.map(_estimate_one, jobs, chunksize=4))


def _estimate_one(job: tuple[str, int]) -> Answer:
    kind, number = job
    report = estimate_people([invent_table(kind, number)], counted=COUNTED, seed=number, plan=PLAN).report
    low, high = report.envelope or (0.0, 0.0)
    return Answer(kind=kind, low=low, high=high, refused=bool(report.refusal))


def describe_answers(answers: Sequence[Answer]) -> str:
    """Return one line: how many ranges hold the truth, how wide they are, how many may be published and hold it."""
    given = [one for one in answers if not one.refused]
    width = median((one.high - one.low) / PEOPLE for one in answers)
    held = sum(one.covered for one in given)
    return f"{mean(one.covered for one in answers):.2f} hold it, width {width:.2f}, {held} of {len(given)} given do"
