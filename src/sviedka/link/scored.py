# SPDX-License-Identifier: AGPL-3.0-or-later
"""From lists that were read to pairs with their probabilities, and the facts of their records: all that joining needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sviedka.core.base.errors import Unproven
from sviedka.link.chunks import score_in_workers
from sviedka.link.deciding import KEPT, counting_threshold, probabilities
from sviedka.link.engine import memory_failures
from sviedka.link.facts import facts_of
from sviedka.link.recall import estimate_recall
from sviedka.link.records import make_records
from sviedka.link.run import ScoredPairs
from sviedka.link.scoring import score, train
from sviedka.link.spark import score_on_spark

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from sviedka.core.base.progress import Progress
    from sviedka.link.facts import Facts
    from sviedka.link.reading import ReadList
    from sviedka.link.recall import Recall
    from sviedka.link.records import Origins, Records
    from sviedka.link.scoring import Evidence
    from sviedka.link.settings import LinkSettings

LEAST_RECORDS: Final = 100

RECORDS_PER_PART: Final = 1_000_000
"""The pairs of so many records with as many, some 25 million, fit into the memory of a small machine."""


class TooFewRecords(Unproven):
    """There is nothing to be learned from so few records how one person's records agree."""

    code = "unproven.too-few-records"
    hint = "Compare such short lists by hand."


@dataclass(frozen=True, kw_only=True, eq=False)
class Scored:
    """What is left of records and evidence when the pairs are scored: the tables, gigabytes of large lists, are gone."""

    origins: Origins
    facts: Facts
    pairs: ScoredPairs
    comparisons: tuple[str, ...]
    recall: Recall
    threshold: float


def score_lists(
    lists: Sequence[ReadList],
    settings: LinkSettings,
    model: Mapping[str, Any] | None,
    rng: np.random.Generator,
    progress: Progress,
) -> Scored:
    """Compare the records of lists, with `model` or what they teach themselves.

    Raises:
        TooFewRecords: Fewer than `LEAST_RECORDS`.
        MemoryFull: More memory is needed than is allowed.
        NoSharedMemory, WorkersFailed: See `chunks`.
    """
    records = make_records(lists, processes=settings.threads)
    size = records.table.num_rows
    if size < LEAST_RECORDS:
        raise TooFewRecords(
            "{count} records have a name; at least {least} are needed.", count=size, least=LEAST_RECORDS
        )
    progress(1)
    possible = size * (size - 1) / 2
    with memory_failures():
        evidence = _evidence(records, settings, model, rng, progress)
        first = probabilities(evidence.bits, possible=possible)
        recall = estimate_recall(records.table, (evidence.i, evidence.j), first, memory_mb=settings.memory_mb)
    compared = recall.all_rules or 1.0
    p = probabilities(evidence.bits, possible=possible, recall=compared)
    progress(1)
    return Scored(
        origins=records.origins,
        facts=facts_of(records.table),
        pairs=_kept(evidence, p),
        comparisons=evidence.comparisons,
        recall=recall,
        threshold=counting_threshold(p, recall=compared),
    )


def _kept(evidence: Evidence, p: NDArray[np.float64]) -> ScoredPairs:
    kept = p >= KEPT
    return ScoredPairs(
        i=evidence.i[kept], j=evidence.j[kept], p=p[kept].astype(np.float32), agreement=evidence.levels[kept]
    )


def _evidence(
    records: Records,
    settings: LinkSettings,
    given: Mapping[str, Any] | None,
    rng: np.random.Generator,
    progress: Progress,
) -> Evidence:
    model = dict(given or train(records.table, rng, memory_mb=settings.memory_mb, threads=settings.threads))
    progress(1)
    parts = -(-records.table.num_rows // RECORDS_PER_PART)
    share = {"parts": parts, "memory_mb": settings.memory_mb, "threads": settings.threads}
    if settings.backend == "spark":
        found = score_on_spark(records.table, model, threads=settings.threads, memory_mb=settings.memory_mb)
    elif settings.workers > 1:
        share["parts"] = max(parts, settings.workers)
        found = score_in_workers(records.table, model, workers=settings.workers, **share)
    else:
        found = score(records.table, model, **share)
    progress(1)
    return found
