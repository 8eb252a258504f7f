# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka link`: from lists that were read to a linkage run, in one pass of steps that each ask one question.

Nothing of a record but its number, its agreement with others and its conflicts goes into the run.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sviedka.core.base.progress import Progress, unwatched
from sviedka.core.count.names.keys import KEY_VERSION
from sviedka.link.conflicts import find_conflicts
from sviedka.link.deciding import (
    AUTO,
    KEPT,
    REVIEW,
    State,
    decide,
    expected_quality,
)
from sviedka.link.draws import decided_clusters, decided_pairs, draw_clusters, drawn_pairs
from sviedka.link.engine import memory_failures
from sviedka.link.facts import conflicts_between
from sviedka.link.records import make_records
from sviedka.link.run import LinkageRun
from sviedka.link.scored import score_lists
from sviedka.link.scoring import train
from sviedka.link.settings import LinkSettings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from sviedka.link.reading import ReadList
    from sviedka.link.run import Counted
    from sviedka.link.scored import Scored

STEPS: Final = 6


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
    scored = score_lists(lists, settings, model, rng, progress)
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


def train_model(lists: Sequence[ReadList], settings: LinkSettings) -> dict[str, Any]:
    """Return what these lists teach of how one person's records agree, to link others of the same kind by."""
    rng = np.random.default_rng(settings.seed)
    with memory_failures():
        return train(make_records(lists).table, rng, memory_mb=settings.memory_mb, threads=settings.threads)


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


def _quality(scored: Scored, lists: Sequence[ReadList]) -> dict[str, float]:
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
