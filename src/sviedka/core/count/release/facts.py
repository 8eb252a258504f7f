# SPDX-License-Identifier: AGPL-3.0-or-later
"""What stands beside every number: what it counts, among whom, until when, how, how sure, and what is hidden."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sviedka.core.count.release.wording import WORDING

if TYPE_CHECKING:
    from sviedka.core.count.release.plan import Figure, ReleasePlan
    from sviedka.core.count.suppress.version import Version


@dataclass(frozen=True, kw_only=True)
class Audited:
    """What the audit came to.

    Attributes:
        releases: How many were attacked together, this one included.
        least_doubt: The narrowest interval of a hidden number, in whole units, or `None` if nothing is hidden.
    """

    releases: int
    least_doubt: int | None


def tell_facts(plan: ReleasePlan, audited: Audited, language: str) -> tuple[tuple[str, str], ...]:
    """Return what is told of a release, as pairs of a heading and a text."""
    words = WORDING[language]
    rule = words.rule_text.format(
        threshold=plan.rule.threshold,
        sources=plan.rule.sources,
        share=plan.rule.share_percent,
        audited=audited.releases,
        doubt="—" if audited.least_doubt is None else audited.least_doubt,
    )
    certainty = words.certainties[plan.certainty]
    if plan.rounded_to > 1:
        certainty += " " + words.rounded.format(base=plan.rounded_to)
    facts = [
        (words.counted, f"{words.units[plan.unit.value]}. {words.never_added}"),
        (words.population, plan.population[language]),
        (words.as_of, plan.as_of),
        (words.coverage, plan.coverage[language]),
        (words.method, plan.method[language]),
        (words.certainty, certainty),
        (words.rule, rule),
    ]
    if plan.erratum is not None:
        facts.insert(0, (words.erratum, plan.erratum[language]))
    return tuple(facts)


def tell_figure(figure: Figure, language: str) -> tuple[str, str, str, str]:
    """Return a figure of others as one line: the number, what it counts, until when, who says so."""
    number = figure.text[language]
    if figure.low is not None and figure.high is not None:
        number += "; " + WORDING[language].models_suggest.format(low=figure.low, high=figure.high)
    return number, figure.unit[language], figure.as_of, figure.source[language]


def count_numbers(version: Version) -> tuple[int, int]:
    """Return how many numbers are shown, and how many hidden."""
    return len(version.shown), len(version.counts) - len(version.shown)
