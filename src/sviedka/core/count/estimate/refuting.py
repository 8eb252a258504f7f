# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which methods the table itself refutes, and which therefore make the range (docs/adr/0080).

Log-linear models and graphs are judged, each by the richest members of its family. Latent classes are not: enough classes fit
any table, so that a good fit says nothing for them. That is one more reason why they are never enough alone.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING, Final

import numpy as np

from sviedka.core.count.estimate.decomposable_graphs import MOST_LISTS_AVERAGED
from sviedka.core.count.estimate.fit_judgement import judge_fit
from sviedka.core.count.estimate.hierarchical_models import MOST_LISTS_SEARCHED, close_model, richest_model
from sviedka.core.count.estimate.method import FAMILIES, Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sviedka.core.count.estimate.hierarchical_models import Model
    from sviedka.core.count.estimate.method import MethodResult
    from sviedka.core.count.estimate.work import Work

REFUTED_BELOW: Final = 0.001
"""So small, because leaving a method out narrows the range: one true model in a thousand is lost."""
LEAST_FAMILIES: Final = 2


def judge_by_fit(work: Work, methods: Sequence[MethodResult]) -> tuple[MethodResult, ...]:
    """Return `methods`, each total that can be judged with how well its family fits the linkage decided.

    One family has one answer: every method that has the same richest models is given it.
    """
    lists = len(work.tables[0].lists)
    richest = [_richest_of(one, lists, work.plan.interactions(lists)) for one in methods]
    fits = {models: _fit_of(work, models, number) for number, models in enumerate(dict.fromkeys(richest))}
    return tuple(_judged(one, fits[models]) for one, models in zip(methods, richest, strict=True))


def _fit_of(work: Work, models: tuple[Model, ...], number: int) -> float | None:
    generator = np.random.Generator(np.random.PCG64(work.stream(3, number)))
    return judge_fit(models, work.tables[0].people, generator)


def _judged(one: MethodResult, fit: float | None) -> MethodResult:
    return one if fit is None else replace(one, refuted=fit < REFUTED_BELOW, facts={**one.facts, "fit": fit})


def _richest_of(method: MethodResult, lists: int, order: int) -> tuple[Model, ...]:
    """Return those models of the method's family that no other contains; none if it cannot be judged."""
    name = method.name if method.estimated else ""
    if name == "log-linear" and lists <= MOST_LISTS_SEARCHED:
        return (richest_model(lists, order),)
    if name == "every-pair" and lists <= MOST_LISTS_SEARCHED:
        return (richest_model(lists, 2),)
    if name == "graph-average" and lists <= MOST_LISTS_AVERAGED:
        everybody = (1 << lists) - 1
        apart = combinations((1 << place for place in range(lists)), 2)
        return tuple(close_model((everybody ^ one, everybody ^ other)) for one, other in apart)
    return ()


def methods_of_range(methods: Sequence[MethodResult]) -> tuple[MethodResult, ...]:
    """Return the totals that make the range: those not refuted; all of them, where too few families would be left."""
    totals = tuple(one for one in methods if one.role is Role.TOTAL and one.estimated)
    kept = tuple(one for one in totals if not one.refuted)
    return kept if count_families(kept) >= LEAST_FAMILIES else totals


def count_families(methods: Sequence[MethodResult]) -> int:
    """Return how many kinds of reasoning `methods` rest on."""
    return len({FAMILIES.get(one.name, one.name) for one in methods})
