# SPDX-License-Identifier: AGPL-3.0-or-later
"""Each method over all draws of the linkage: the first table is the linkage decided, the others are drawn.

What is slow (the search for models, the bootstrap, long chains) is done once, on the linkage decided; each draw then says
how far it moves the estimate, and pooling adds that to the doubt.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np

from sviedka.core.base.phrases import Phrase, said_of
from sviedka.core.count.estimate.bootstrap import bootstrap_table
from sviedka.core.count.estimate.decomposable_graphs import MOST_LISTS_AVERAGED
from sviedka.core.count.estimate.every_pair import estimate_every_pair
from sviedka.core.count.estimate.failures import NotEstimable
from sviedka.core.count.estimate.graph_average import average_graphs
from sviedka.core.count.estimate.hidden import Hidden
from sviedka.core.count.estimate.hierarchical_models import MOST_LISTS_SEARCHED, spell_model
from sviedka.core.count.estimate.latent_class import LARGEST_R_HAT, sample_classes
from sviedka.core.count.estimate.loglinear import rank_models, search_models
from sviedka.core.count.estimate.lower_bound import estimate_lower_bound
from sviedka.core.count.estimate.method import MethodResult, Role
from sviedka.core.count.estimate.saturated import estimate_saturated
from sviedka.core.count.estimate.stepwise import choose_stepwise
from sviedka.core.count.estimate.work import Work, pooled_row

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from sviedka.core.count.capture import CaptureTable
    from sviedka.core.count.estimate.bootstrap import Estimator
    from sviedka.core.count.estimate.latent_class import ClassPosterior
    from sviedka.core.count.estimate.loglinear import LogLinearFit


def bound_from_below(work: Work) -> MethodResult:
    """Return Chao's lower bound."""
    return _closed_form(work, "chao-lower-bound", Role.BOUND, estimate_lower_bound)


def read_saturated(work: Work) -> MethodResult:
    """Return the saturated model without the interaction of all lists."""
    return _closed_form(work, "no-highest-interaction", Role.READING, estimate_saturated)


def let_every_pair_interact(work: Work) -> MethodResult:
    """Return the model in which every two lists interact, over those draws on which it exists."""
    name, first, *others = "every-pair", *work.tables
    try:
        draws = [estimate_every_pair(first)]
    except NotEstimable as reason:
        return MethodResult(name=name, role=Role.TOTAL, reason=said_of(reason))
    for table in others:
        with suppress(NotEstimable):
            draws.append(estimate_every_pair(table))
    return pooled_row(work, name, Role.TOTAL, draws, draws[0].interval(work.plan.level), {})


def _closed_form(work: Work, name: str, role: Role, estimate: Callable[[CaptureTable], Hidden]) -> MethodResult:
    try:
        draws = [estimate(table) for table in work.tables]
    except NotEstimable as reason:
        return MethodResult(name=name, role=role, reason=said_of(reason))
    low, high = draws[0].interval(work.plan.level)
    return pooled_row(work, name, role, draws, (low, high), {})


def model_interactions(work: Work) -> tuple[MethodResult, tuple[LogLinearFit, ...]]:
    """Return the log-linear estimate with its bootstrap, and the models it chose among, the best first."""
    name, first, plan = "log-linear", work.tables[0], work.plan
    lists = len(first.lists)
    try:
        if lists > MOST_LISTS_SEARCHED:
            top: tuple[LogLinearFit, ...] = (choose_stepwise(first.people),)
            choose: Estimator = _stepwise
        else:
            top = search_models(first, order=plan.interactions(lists), most=plan.top_models)
            choose = _among([fit.model for fit in top])
        draws = [(table, choose(table.people)) for table in work.tables]
        generator = np.random.Generator(np.random.PCG64(work.stream(1)))
        spread = bootstrap_table(
            first.people, choose, samples=plan.samples, generator=generator, progress=work.progress
        )
    except NotEstimable as reason:
        return MethodResult(name=name, role=Role.TOTAL, reason=said_of(reason)), ()
    hidden = [Hidden(log=log, variance=spread.variance) for _, log in draws if log is not None]
    facts: dict[str, str | float] = {
        "model": spell_model(top[0].model, lists),
        "bic": top[0].bic,
        "resamples_without": float(spread.failed),
    }
    return pooled_row(work, name, Role.TOTAL, hidden, spread.interval(plan.level), facts), top


def _among(models: Sequence[tuple[int, ...]]) -> Estimator:
    def choose(people: NDArray[np.int64]) -> float | None:
        best = rank_models(models, people, most=1)
        return best[0].hidden.log if best else None

    return choose


def _stepwise(people: NDArray[np.int64]) -> float | None:
    try:
        return choose_stepwise(people).hidden.log
    except NotEstimable:
        return None


def average_dependence(work: Work) -> MethodResult:
    """Return the average over decomposable graphs."""
    name, lists = "graph-average", len(work.tables[0].lists)
    if lists > MOST_LISTS_AVERAGED:
        reason = Phrase("Too many lists ({lists}) to average over all their graphs.", lists=lists)
        return MethodResult(name=name, role=Role.TOTAL, reason=reason)
    first, *others = [average_graphs(table.people) for table in work.tables]
    tail = (1 - work.plan.level) / 2
    ends = (max(first.quantile(tail), 0.5), first.quantile(1 - tail))
    draws = [posterior.hidden for posterior in (first, *others)]
    return pooled_row(work, name, Role.TOTAL, draws, ends, {"graphs": float(len(first.graphs))})


def sort_into_classes(work: Work) -> tuple[MethodResult, ClassPosterior]:
    """Return the latent class estimate and the chains on the linkage decided."""
    name, plan = "latent-class", work.plan
    first, *others = work.tables
    work.progress(0, len(work.tables))
    chains = sample_classes(first.people, plan=plan.chains, seeds=work.stream(2, 0))
    draws = [chains.hidden]
    for number, table in enumerate(others, start=1):
        work.progress(1)
        draws.append(sample_classes(table.people, plan=plan.draw_chains, seeds=work.stream(2, number)).hidden)
    work.progress(1)
    facts = {"r_hat": chains.r_hat, "effective": chains.effective}
    if not chains.settled:
        apart = chains.r_hat > LARGEST_R_HAT
        reason = (
            Phrase("The chains do not agree well enough, so that their numbers mean nothing.")
            if apart
            else Phrase("The chains are worth too few independent draws.")
        )
        return MethodResult(name=name, role=Role.TOTAL, reason=reason, facts=facts), chains
    tail = (1 - plan.level) / 2
    low, high = np.quantile(chains.unseen + 0.5, [tail, 1 - tail])
    return pooled_row(work, name, Role.TOTAL, draws, (float(low), float(high)), facts), chains
