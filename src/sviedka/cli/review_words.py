# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a reviewer reads: why a case is shown, what agrees between two records, which records cannot be one person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sviedka.cli.language import translate
from sviedka.core.count.review.queue import Why

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sviedka.core.count.review.queue import Case
    from sviedka.link.run import LinkageRun

WHY_WORDS: Final = {
    Why.COUNT: "the count depends on it",
    Why.BRIDGE: "one doubtful pair holds it together",
    Why.LARGE: "many records",
    Why.WIDE: "on many lists",
    Why.TWICE: "twice on one list",
    Why.CONFLICT: "two of them cannot be one person",
    Why.SAMPLE: "drawn by lot",
}

CONFLICT_WORDS: Final = {
    1: "dates of birth",
    2: "sex",
    4: "alive after death",
    8: "patronymics",
    16: "a generation apart",
    32: "a pseudonym",
}
"""Bits of a conflict's reason (spec/09-count.md §9.1)."""

ANSWER_WORDS: Final = ("one person", "not one person", "unsure", "take back", "names", "quit")
"""What the keys s, n, u, z, w and q do."""

HEADING_WORDS: Final = ("record", "list", "row", "person", "records", "probability", "cannot be one person")

COMPARED_WORDS: Final = (
    "surname", "spelling", "given", "patronymic", "sex", "born", "place", "event", "facility", "identifier", "list",
)  # fmt: skip
"""What linkage compares, as a run names it; other names are shown as they are."""

UNKNOWN, DIFFERS, NEAR, AGREES = "?", "≠", "≈", "="


def why_words(why: Why) -> str:
    """Return the reasons of a case, in the chosen language."""
    return ", ".join(translate(words) for flag, words in WHY_WORDS.items() if why & flag)


def conflict_words(reason: int) -> str:
    """Return why two records cannot be of one person."""
    return ", ".join(translate(words) for bit, words in CONFLICT_WORDS.items() if reason & bit)


def agreement_signs(run: LinkageRun, place: int, tops: NDArray[np.int64]) -> list[str]:
    """Return one sign for each comparison of a pair: not known, differs, near, agrees.

    Args:
        run: The linkage.
        place: The pair's place in `run.pairs`.
        tops: `int[k]`, the highest level of each comparison.
    """
    levels = run.pairs.agreement[place].tolist()
    return [_sign(level, top) for level, top in zip(levels, tops.tolist(), strict=True)]


def highest_levels(run: LinkageRun) -> NDArray[np.int64]:
    """Return the highest level that occurs in each comparison, `int[k]`, at least 1."""
    found: NDArray[np.int64] = run.pairs.agreement.max(axis=0, initial=1).astype(np.int64)
    return found


def record_line(run: LinkageRun, number: int) -> tuple[str, str]:
    """Return list and row of a record."""
    return run.lists[run.list_of[number]].name, str(int(run.row_of[number]))


def heading(case: Case, place: int, total: int) -> str:
    """Return the line above a case."""
    return translate(
        "Case {place} of {total} · may change the count by {change} · {why}",
        place=place, total=total, change=f"{case.change:.2f}", why=why_words(case.why),
    )  # fmt: skip


def _sign(level: int, top: int) -> str:
    if level < 0:
        return UNKNOWN
    if level == 0:
        return DIFFERS
    return AGREES if level >= top else NEAR
