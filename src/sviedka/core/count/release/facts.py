# SPDX-License-Identifier: AGPL-3.0-or-later
"""What stands beside every number: what it counts, among whom, until when, how, how sure, and what is hidden."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sviedka.core.count.counted import spell_people
from sviedka.core.count.release.estimate_words import ESTIMATE_WORDS
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


@dataclass(frozen=True, kw_only=True)
class FigureBlock:
    """Figures under one heading: who says them decides which.

    Attributes:
        heading, note: What stands over them.
        rows: The number, what it counts, until when, who says so.
    """

    heading: str
    note: str
    rows: tuple[tuple[str, str, str, str], ...]


def figure_blocks(plan: ReleasePlan, language: str) -> tuple[FigureBlock, ...]:
    """Return the archive's own estimates, then what others have published; only those that there are."""
    words, own = WORDING[language], ESTIMATE_WORDS[language]
    blocks = ((own.heading, own.note, plan.estimated), (words.figures, words.figures_note, plan.figures))
    return tuple(
        FigureBlock(heading=heading, note=note, rows=tuple(tell_figure(one, language) for one in figures))
        for heading, note, figures in blocks
        if figures
    )


def tell_figure(figure: Figure, language: str) -> tuple[str, str, str, str]:
    """Return a figure as one line: the number, what it counts, until when, who says so."""
    number = figure.text[language]
    if figure.low is not None and figure.high is not None:
        number += "; " + WORDING[language].models_suggest.format(
            low=spell_people(figure.low), high=spell_people(figure.high)
        )
    return number, figure.unit[language], figure.as_of, figure.source[language]


def count_numbers(version: Version) -> tuple[int, int]:
    """Return how many numbers are shown, and how many hidden."""
    return len(version.shown), len(version.counts) - len(version.shown)
