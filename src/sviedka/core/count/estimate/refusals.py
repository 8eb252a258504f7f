# SPDX-License-Identifier: AGPL-3.0-or-later
"""When the data cannot carry a total: then the documented minimum is published, and nothing else.

The thresholds are this project's (docs/adr/0064, 0080). Before the methods run, the table itself is judged; after, what they say.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Final

from sviedka.core.base.phrases import Phrase
from sviedka.core.count.estimate.finding import Finding
from sviedka.core.count.estimate.latent_class import LARGEST_R_HAT
from sviedka.core.count.estimate.overlaps import count_frequencies, count_lists, count_pairs
from sviedka.core.count.estimate.refuting import LEAST_FAMILIES, count_families, methods_of_range

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sviedka.core.count.capture import CaptureTable
    from sviedka.core.count.estimate.latent_class import ClassPosterior
    from sviedka.core.count.estimate.method import MethodResult

LEAST_LISTS: Final = 3
MOST_LISTS: Final = 10
LEAST_OVERLAPS: Final = 5
MOST_APART: Final = 3.0
MOST_WIDE: Final = 5.0


def judge_table(tables: Sequence[CaptureTable]) -> tuple[Finding, ...]:
    """Return why these tables carry no total, whatever the method; none if they may."""
    return tuple(finding for finding in _of_table(tables))


def _of_table(tables: Sequence[CaptureTable]) -> Iterator[Finding]:
    first = tables[0]
    for place in sorted({place for table in tables for place, size in enumerate(count_lists(table)) if not size}):
        yield Finding(code="empty-list", sentence=Phrase("List {list} holds nobody.", list=first.lists[place]))
    if len(first.lists) < LEAST_LISTS:
        yield Finding(
            code="few-lists",
            sentence=Phrase(
                "Lists that were made apart from each other: {lists}. At least {least} are needed.",
                lists=len(first.lists),
                least=LEAST_LISTS,
            ),
        )
    if len(first.lists) > MOST_LISTS:
        yield Finding(
            code="many-lists",
            sentence=Phrase(
                "Lists: {lists}. With more than {most} nobody is on enough of them; lay together those of one origin.",
                lists=len(first.lists),
                most=MOST_LISTS,
            ),
        )
    overlaps = min(sum(count_pairs(table).values()) for table in tables)
    if overlaps < LEAST_OVERLAPS:
        yield Finding(
            code="few-overlaps",
            sentence=Phrase(
                "People in common, two lists by two: {overlaps}. Fewer than {least} say nothing of the unseen.",
                overlaps=overlaps,
                least=LEAST_OVERLAPS,
            ),
        )
    if len(first.lists) > 1 and min(int(count_frequencies(table)[2]) for table in tables) == 0:
        yield Finding(code="nobody-twice", sentence=Phrase("Nobody stands on exactly two lists."))


def judge_methods(
    totals: Sequence[MethodResult], chains: ClassPosterior | None, envelope: tuple[float, float] | None
) -> tuple[Finding, ...]:
    """Return why the methods together carry no total; none if they do."""
    return tuple(finding for finding in _of_methods(totals, chains, envelope))


def _of_methods(
    totals: Sequence[MethodResult], chains: ClassPosterior | None, envelope: tuple[float, float] | None
) -> Iterator[Finding]:
    if any(one.name == "log-linear" and not one.estimated for one in totals):
        yield Finding(code="no-maximum", sentence=Phrase("No log-linear model has an estimate that exists."))
    if chains is not None and chains.r_hat > LARGEST_R_HAT:
        yield Finding(
            code="chains-apart",
            sentence=Phrase(
                "The chains of the latent class model tell different stories (R-hat {r_hat}, at most {most}).",
                r_hat=f"{chains.r_hat:.2f}",
                most=f"{LARGEST_R_HAT:.2f}",
            ),
        )
    ranged = methods_of_range(totals)
    if count_families(ranged) < LEAST_FAMILIES:
        yield Finding(
            code="one-method",
            sentence=Phrase(
                "Kinds of methods that give a total: {methods}. No range rests on fewer than {least}.",
                methods=count_families(ranged),
                least=LEAST_FAMILIES,
            ),
        )
    said = [one.people for one in ranged if one.people is not None]
    apart = max((max(pair) / min(pair) for pair in combinations(said, 2)), default=1.0)
    if apart > MOST_APART:
        yield Finding(
            code="methods-apart",
            sentence=Phrase("The methods differ by more than {times} times.", times=int(MOST_APART)),
        )
    if envelope is not None and envelope[1] > MOST_WIDE * envelope[0]:
        yield Finding(
            code="too-wide",
            sentence=Phrase("The upper end of the range is more than {times} times the lower.", times=int(MOST_WIDE)),
        )
