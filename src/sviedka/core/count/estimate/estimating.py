# SPDX-License-Identifier: AGPL-3.0-or-later
"""From tables of captures to a report: every method over every draw, and a refusal where the data cannot carry a total."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sviedka.core.base.progress import unwatched
from sviedka.core.count.capture import CaptureMalformed
from sviedka.core.count.estimate.copies import lay_together
from sviedka.core.count.estimate.hierarchical_models import spell_model
from sviedka.core.count.estimate.methods import (
    average_dependence,
    bound_from_below,
    let_every_pair_interact,
    model_interactions,
    read_saturated,
    sort_into_classes,
)
from sviedka.core.count.estimate.ordering import carry_mask, rearrange, settle_order
from sviedka.core.count.estimate.plan import EstimatePlan
from sviedka.core.count.estimate.refusals import judge_methods, judge_table
from sviedka.core.count.estimate.refuting import judge_by_fit
from sviedka.core.count.estimate.report import Documented, EstimateReport, envelope_of
from sviedka.core.count.estimate.warnings import warn_of_methods, warn_of_tables
from sviedka.core.count.estimate.work import Work

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sviedka.core.base.progress import Progress
    from sviedka.core.count.capture import CaptureTable
    from sviedka.core.count.counted import Counted
    from sviedka.core.count.estimate.finding import Finding
    from sviedka.core.count.estimate.latent_class import ClassPosterior
    from sviedka.core.count.estimate.method import MethodResult
    from sviedka.core.count.estimate.ordering import Order


@dataclass(frozen=True, kw_only=True)
class Estimated:
    """A report, and what its pictures are drawn from.

    Attributes:
        report: What is told.
        table: The captures of the linkage decided, copies laid together. Its cells are small counts: not for publication.
        chains: Of the latent class model, if it ran.
    """

    report: EstimateReport
    table: CaptureTable
    chains: ClassPosterior | None


def estimate_people(
    tables: Sequence[CaptureTable],
    *,
    counted: Counted,
    seed: int,
    plan: EstimatePlan | None = None,
    copied_from: Mapping[str, str] | None = None,
    progress: Progress = unwatched,
) -> Estimated:
    """Say how many people there are, by every method, over every draw of the linkage.

    Args:
        tables: The linkage decided, then its draws (20 or more), all over the same lists.
        counted: What is counted.
        seed: 0 and more; the same seed gives the same report, whatever the lists are called and however they are ordered.
        plan: How much work.
        copied_from: For each list that was copied, its origin.
        progress: Told of the work.

    Raises:
        CaptureMalformed: No table, tables over different lists, or copies in a circle.
    """
    if not tables or any(table.lists != tables[0].lists for table in tables):
        raise CaptureMalformed("All draws of a linkage are over the same lists.")
    copies, plan = dict(copied_from or {}), plan or EstimatePlan()
    merged = [lay_together(table, copies) for table in tables]
    seen = [table.observed for table in merged]
    refusal = judge_table(merged)
    methods: tuple[MethodResult, ...] = ()
    doubts: tuple[Finding, ...] = ()
    chains: ClassPosterior | None = None
    if not refusal:
        order = settle_order(merged)
        work = Work(tables=[rearrange(table, order) for table in merged], plan=plan, seed=seed, progress=progress)
        methods, chains, doubts = _run_methods(work, order)
        refusal = judge_methods(methods, chains, envelope_of(methods))
    report = EstimateReport(
        counted=counted,
        lists=merged[0].lists,
        draws=len(tables) - 1,
        documented=Documented(decided=seen[0], low=min(seen), high=max(seen)),
        methods=methods,
        envelope=envelope_of(methods),
        refusal=refusal,
        warnings=(*warn_of_tables(merged, copies), *doubts),
        level=plan.level,
        seed=seed,
        settings={
            "samples": plan.samples,
            "top_models": plan.top_models,
            "chains": plan.chains.chains,
            "sweeps": plan.chains.sweeps,
        },
    )
    return Estimated(report=report, table=merged[0], chains=chains)


def _run_methods(work: Work, order: Order) -> tuple[tuple[MethodResult, ...], ClassPosterior, tuple[Finding, ...]]:
    loglinear, top = model_interactions(work)
    if top:  # in the lists' own order, in which a reader counts them
        back = tuple(order.index(place) for place in range(len(order)))
        model = tuple(sorted(carry_mask(term, back) for term in top[0].model))
        loglinear = replace(loglinear, facts={**loglinear.facts, "model": spell_model(model, len(order))})
    classes, chains = sort_into_classes(work)
    rows = (loglinear, let_every_pair_interact(work), average_dependence(work), classes)
    methods = (bound_from_below(work), *judge_by_fit(work, rows), read_saturated(work))
    return methods, chains, warn_of_methods(methods, top, chains, work.tables[0].observed)
