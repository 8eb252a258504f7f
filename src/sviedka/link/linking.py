# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka link`: from lists that were read to a linkage run, in one pass of steps that each ask one question.

Nothing of a record but its number, its agreement with others and its conflicts goes into the run.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sviedka.core.base.errors import Unproven
from sviedka.core.base.progress import Progress, unwatched
from sviedka.core.count.names.keys import KEY_VERSION
from sviedka.link.chunks import score_in_workers
from sviedka.link.conflicts import find_conflicts
from sviedka.link.deciding import (
    AUTO,
    KEPT,
    REVIEW,
    State,
    counting_threshold,
    decide,
    expected_quality,
    probabilities,
)
from sviedka.link.draws import LEAST_DRAWS, decided_clusters, decided_pairs, draw_clusters, drawn_pairs
from sviedka.link.engine import DEFAULT_MEMORY_MB, memory_failures
from sviedka.link.facts import conflicts_between, facts_of
from sviedka.link.recall import estimate_recall
from sviedka.link.records import make_records
from sviedka.link.run import LinkageRun, ScoredPairs
from sviedka.link.scoring import score, train
from sviedka.link.spark import score_on_spark

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from sviedka.link.facts import Facts
    from sviedka.link.reading import ReadList
    from sviedka.link.recall import Recall
    from sviedka.link.records import Origins, Records
    from sviedka.link.run import Counted
    from sviedka.link.scoring import Evidence

RECORDS_PER_PART: Final = 200_000
"""The pairs of so many records with five million, some 25 million, fit into the memory of a small machine."""

STEPS: Final = 6


class TooFewRecords(Unproven):
    """There is nothing to be learned from so few records how one person's records agree."""

    code = "unproven.too-few-records"
    hint = "Compare such short lists by hand."


@dataclass(frozen=True, kw_only=True)
class LinkSettings:
    """How it is linked.

    Attributes:
        seed: Of all that is drawn: the same lists and seed give the same run.
        draws: How many linkages are drawn, 20 at least.
        backend: `duckdb`, or `spark` where pyspark and Java are installed.
        workers: Processes that score the pairs; 1 for this one alone.
        threads: How many work at once, in all of them together.
        memory_mb: What the engines of all of them may take together.
    """

    seed: int = 1
    draws: int = LEAST_DRAWS
    backend: str = "duckdb"
    workers: int = 1
    threads: int = 2
    memory_mb: int = DEFAULT_MEMORY_MB


LEAST_RECORDS: Final = 100


def link_lists(
    lists: Sequence[ReadList],
    *,
    counted: Counted,
    as_of: date,
    settings: LinkSettings | None = None,
    model: Mapping[str, Any] | None = None,
    progress: Progress = unwatched,
) -> LinkageRun:
    """Link lists.

    Args:
        lists: As read; nothing of them is changed.
        counted: What is counted.
        as_of: The day of the linkage.
        settings: How.
        model: From `train_model` on lists of the same kind; trained on these lists unless given.
        progress: Told steps.

    Raises:
        TooFewRecords: Fewer than `LEAST_RECORDS`.
        MemoryFull: More memory is needed than is allowed.
        NoSharedMemory, WorkersFailed: See `chunks`.
    """
    settings = settings or LinkSettings()
    rng = np.random.default_rng(settings.seed)
    progress(0, STEPS)
    scored = _score(lists, settings, model, rng, progress)
    pairs, facts, threshold = scored.pairs, scored.facts, scored.threshold
    chance = int(rng.integers(2**32))
    drawn = drawn_pairs(pairs, draws=settings.draws, rng=np.random.default_rng(chance))
    conflicts = find_conflicts(facts, chain([decided_pairs(pairs, threshold)], drawn))
    progress(1)
    draws = draw_clusters(facts, pairs, draws=settings.draws, rng=np.random.default_rng(chance))
    progress(1)
    return LinkageRun(
        counted=counted,
        as_of=as_of.isoformat(),
        lists=tuple(one.about for one in lists),
        key_version=KEY_VERSION,
        settings=_told(settings, threshold),
        rules=scored.recall.rules,
        comparisons=scored.comparisons,
        list_of=scored.origins.list_of,
        row_of=scored.origins.row_of,
        pairs=pairs,
        conflicts=conflicts,
        cluster_of=decided_clusters(facts, pairs, threshold),
        draws=draws,
        quality=_quality(scored, lists),
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Scored:
    """What is left of records and evidence when the pairs are scored: the tables, gigabytes of large lists, are gone."""

    origins: Origins
    facts: Facts
    pairs: ScoredPairs
    comparisons: tuple[str, ...]
    recall: Recall
    threshold: float


def _score(
    lists: Sequence[ReadList],
    settings: LinkSettings,
    model: Mapping[str, Any] | None,
    rng: np.random.Generator,
    progress: Progress,
) -> _Scored:
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
    return _Scored(
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


def train_model(lists: Sequence[ReadList], settings: LinkSettings) -> dict[str, Any]:
    """Return what these lists teach of how one person's records agree, to link others of the same kind by."""
    rng = np.random.default_rng(settings.seed)
    with memory_failures():
        return train(make_records(lists).table, rng, memory_mb=settings.memory_mb, threads=settings.threads)


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


def _told(settings: LinkSettings, threshold: float) -> dict[str, str | int | float | bool]:
    """Return what of the settings changes the result."""
    return {
        "seed": settings.seed,
        "draws": settings.draws,
        "threshold": threshold,
        "auto": AUTO,
        "review": REVIEW,
        "kept": KEPT,
    }


def _quality(scored: _Scored, lists: Sequence[ReadList]) -> dict[str, float]:
    p, origins, recall = scored.pairs.p, scored.origins, scored.recall.all_rules
    conflict = conflicts_between(scored.facts, scored.pairs.i, scored.pairs.j) != 0
    state = decide(p, conflict)
    precision, found = expected_quality(p, scored.threshold, recall=recall or 1.0)
    quality = {
        "expected_precision": precision,
        "expected_recall": found,
        "pairs_auto": float((state == State.AUTO).sum()),
        "pairs_review": float((state == State.REVIEW).sum()),
        "pairs_conflict": float(conflict.sum()),
    }
    if recall is not None:
        quality["blocking_recall"] = recall
    quality |= {f"unread_{field}": float(count) for field, count in origins.unread.items()}
    left_out = zip(lists, origins.nameless, strict=True)
    return quality | {f"nameless_{one.about.name}": float(count) for one, count in left_out if count}
