# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sounds to one East Slavic skeleton, on which the spellings of a name meet.

Each rule forgets one difference between spellings that is none between people. Each has a name, so that its worth can be
measured by leaving it out (docs/explanation/name-keys.md has the table). Rules work in this order.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    Step = Callable[[str], str]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One difference that is forgotten.

    Attributes:
        name: For the ablation.
        steps: What is replaced by what, in order: letters, or a pattern.
        surname: It belongs to surnames alone; a given name keeps its ending, else Ганна and Ян would be one.
    """

    name: str
    steps: tuple[tuple[str, str], ...]
    surname: bool = False


def _rule(name: str, *steps: tuple[str, str], surname: bool = False) -> Rule:
    return Rule(name=name, steps=steps, surname=surname)


RULES: Final = (
    _rule(
        "short u: Latin u after a vowel is ў, and so is ву", ("(?<=[aeo])u(?![aeou])", "w"), ("(?<=[aeo])[vw]u", "w")
    ),
    _rule("г, ґ, х are one", ("g", "h"), ("x", "h")),
    _rule("ш is с, ж is з", ("S", "s"), ("Z", "z")),
    _rule("ц is т, дз is д", ("ts", "t"), ("c", "t"), ("dz", "d")),
    _rule("ы is і", ("y", "i")),
    _rule("glides go beside vowels", ("^[ij]+(?=[aou])", "J"), ("[ij]+(?=[aeou])|(?<=[aeou])[ij]+", ""), ("j", "i")),
    _rule("akanne: о, е, а are one", ("e", "a"), ("o", "a")),
    _rule("a vowel twice is once", ("([aiu])\\1+", "\\1")),
    _rule("a consonant twice is once", ("([^aiu])\\1+", "\\1")),
    _rule("ў is в", ("w", "v")),
    _rule("initial у and в before a consonant are one", ("^v(?=[^aiuJ])", "u")),
    _rule("initial glide goes", ("J", ""), surname=True),
    _rule("-off is -ов", ("(?<=a)f$", "v"), surname=True),
    _rule("prosthetic в goes", ("^v(?=[au])", ""), surname=True),
    _rule("prosthetic і goes", ("^i(?=[lrm][^aiu])", ""), surname=True),
    _rule("final vowels go, and with them sex and case", ("(?<=[^aiu])[aiu]+$", ""), surname=True),
)
RULE_NAMES: Final = tuple(rule.name for rule in RULES)
NOTHING: Final[frozenset[str]] = frozenset()


def given_skeleton(sounds: str, *, without: frozenset[str] = NOTHING) -> str:
    """Return the skeleton of a given name: with its ending, and with a glide at its start.

    Args:
        sounds: One reading, from `readings`.
        without: Names of rules to leave out, for the ablation alone.
    """
    for step in _steps(without, surname=False):
        sounds = step(sounds)
    return sounds


def surname_skeleton(sounds: str, *, without: frozenset[str] = NOTHING) -> str:
    """Return the skeleton of a surname; arguments as for a given name."""
    return as_surname(given_skeleton(sounds, without=without), without=without)


def as_surname(skeleton: str, *, without: frozenset[str] = NOTHING) -> str:
    """Return the surname's skeleton of a token, from its given name's."""
    for step in _steps(without, surname=True):
        skeleton = step(skeleton)
    return skeleton


@cache
def _steps(without: frozenset[str], *, surname: bool) -> tuple[Step, ...]:
    """Return the rules as calls; single letters that follow each other are one call."""
    calls: list[Step] = []
    letters: dict[int, str] = {}
    chosen = [rule for rule in RULES if rule.surname == surname and rule.name not in without]
    for old, new in (*(step for rule in chosen for step in rule.steps), ("", "")):
        if len(old) == 1:
            letters[ord(old)] = new
            continue
        if letters:
            calls.append(partial(_translated, letters))
            letters = {}
        if old:
            calls.append(partial(_replaced, old, new) if old.isalpha() else partial(re.compile(old).sub, new))
    return tuple(calls)


def _translated(letters: dict[int, str], sounds: str) -> str:
    return sounds.translate(letters)


def _replaced(old: str, new: str, sounds: str) -> str:
    return sounds.replace(old, new)
