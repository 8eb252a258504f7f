# SPDX-License-Identifier: AGPL-3.0-or-later
"""What makes an estimate doubtful though it is given: each warning has a test that brings it about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.core.base.phrases import Phrase
from sviedka.core.count.counted import spell_people
from sviedka.core.count.estimate.finding import Finding
from sviedka.core.count.estimate.latent_class import LEAST_EFFECTIVE
from sviedka.core.count.estimate.method import LABELS, Role
from sviedka.core.count.estimate.overlaps import count_lists, count_pairs
from sviedka.core.count.estimate.refuting import methods_of_range

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sviedka.core.count.capture import CaptureTable
    from sviedka.core.count.estimate.latent_class import ClassPosterior
    from sviedka.core.count.estimate.loglinear import LogLinearFit
    from sviedka.core.count.estimate.method import MethodResult

LEAST_DRAWS: Final = 20
COPY_SHARE: Final = 0.95
DOMINANT_SHARE: Final = 0.9
NEAR_BIC: Final = 2.0
APART_SHARE: Final = 1.25
SPREAD_SHARE: Final = 0.05


def warn_of_tables(tables: Sequence[CaptureTable], copied_from: Mapping[str, str]) -> tuple[Finding, ...]:
    """Return what is doubtful of the lists and their linkage.

    Args:
        tables: The linkage decided, then its draws.
        copied_from: The copies that were laid together with their origins before.
    """
    return (*_of_copies(copied_from), *_of_lists(tables[0]), *_of_draws(tables))


def _of_copies(copied_from: Mapping[str, str]) -> Iterator[Finding]:
    for copy, origin in sorted(copied_from.items()):
        yield Finding(
            code="copied-list",
            sentence=Phrase(
                "List {copy} was copied from {origin} and is no list of its own; the two count as one.",
                copy=copy,
                origin=origin,
            ),
        )


def _of_lists(table: CaptureTable) -> Iterator[Finding]:
    sizes = count_lists(table)
    for (one, other), both in sorted(count_pairs(table).items()):
        names = {"one": table.lists[one], "other": table.lists[other]}
        smaller = int(min(sizes[one], sizes[other]))
        if both == 0:
            sentence = Phrase("Lists {one} and {other} have nobody in common.", **names)
            yield Finding(code="lists-never-meet", sentence=sentence)
        elif both >= COPY_SHARE * smaller:
            sentence = Phrase("Lists {one} and {other} hold nearly the same people: was one copied?", **names)
            yield Finding(code="looks-copied", sentence=sentence)
    for place, size in enumerate(sizes):
        if len(sizes) > 1 and size > DOMINANT_SHARE * table.observed:
            sentence = Phrase("List {list} alone holds more than 90 % of the people.", list=table.lists[place])
            yield Finding(code="one-list-dominates", sentence=sentence)


def _of_draws(tables: Sequence[CaptureTable]) -> Iterator[Finding]:
    draws = len(tables) - 1
    if draws < LEAST_DRAWS:
        yield Finding(
            code="few-draws",
            sentence=Phrase(
                "Draws of the linkage: {draws}. With fewer than {least} its doubt is not in the range.",
                draws=draws,
                least=LEAST_DRAWS,
            ),
        )
    seen = [table.observed for table in tables]
    if max(seen) - min(seen) > SPREAD_SHARE * min(seen):
        yield Finding(
            code="documented-spreads",
            sentence=Phrase(
                "How many people are documented depends on the linkage: from {low} to {high}.",
                low=spell_people(min(seen)),
                high=spell_people(max(seen)),
            ),
        )


def warn_of_methods(
    results: Sequence[MethodResult], top: Sequence[LogLinearFit], chains: ClassPosterior | None, seen: int
) -> tuple[Finding, ...]:
    """Return what is doubtful of the methods' numbers.

    Args:
        results: All rows.
        top: The best log-linear models, the best first.
        chains: Of the latent class model.
        seen: People documented.
    """
    return (*_of_results(results), *_of_fit(results), *_of_choice(top, seen), *_of_chains(chains))


def _of_results(results: Sequence[MethodResult]) -> Iterator[Finding]:
    bound = max((one.people for one in results if one.role is Role.BOUND and one.people is not None), default=0.0)
    for one in results:
        if one.role is Role.TOTAL and one.high is not None and one.high < bound:
            sentence = Phrase(
                "Even the upper end of one method ({method}) lies below the lower bound.", method=LABELS[one.name]
            )
            yield Finding(code="below-bound", sentence=sentence)
        if one.estimated and float(one.facts.get("linkage_share", 0.0)) > 0.5 and one.role is Role.TOTAL:
            sentence = Phrase(
                "Most of the doubt of one method ({method}) comes from the linkage: review more clusters.",
                method=LABELS[one.name],
            )
            yield Finding(code="linkage-doubt", sentence=sentence)
        if float(one.facts.get("resamples_without", 0.0)) > 0:
            sentence = Phrase("Some resampled tables had no estimate and were left out.")
            yield Finding(code="resamples-left-out", sentence=sentence)


def _of_fit(results: Sequence[MethodResult]) -> Iterator[Finding]:
    ranged = methods_of_range(results)
    for one in results:
        if one.refuted and one not in ranged:
            sentence = Phrase(
                "The table does not look as one method ({method}) says: it is left out of the range.",
                method=LABELS[one.name],
            )
            yield Finding(code="refuted-left-out", sentence=sentence)
        elif one.refuted:
            sentence = Phrase(
                "The table does not look as one method ({method}) says; too few others are left, so that it stays in the range.",
                method=LABELS[one.name],
            )
            yield Finding(code="refuted-kept", sentence=sentence)


def _of_choice(top: Sequence[LogLinearFit], seen: int) -> Iterator[Finding]:
    near = [seen + fit.hidden.people for fit in top if fit.bic - top[0].bic < NEAR_BIC]
    if near and max(near) > APART_SHARE * min(near):
        yield Finding(
            code="models-tied",
            sentence=Phrase(
                "Log-linear models that fit equally well say from {low} to {high}.",
                low=spell_people(min(near)),
                high=spell_people(max(near)),
            ),
        )
    if len(top) == 1:
        yield Finding(code="one-model", sentence=Phrase("Only one log-linear model was compared or had an estimate."))


def _of_chains(chains: ClassPosterior | None) -> Iterator[Finding]:
    if chains is not None and chains.effective < LEAST_EFFECTIVE:
        yield Finding(
            code="few-effective",
            sentence=Phrase(
                "The chains of the latent class model are worth only {effective} independent draws, of {least} wanted.",
                effective=spell_people(chains.effective),
                least=LEAST_EFFECTIVE,
            ),
        )
