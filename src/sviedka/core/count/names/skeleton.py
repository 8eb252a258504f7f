# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sounds to one East Slavic skeleton, on which the spellings of a name meet.

Each rule forgets one difference between spellings that is none between people. Each has a name, so that its worth can be
measured by leaving it out (docs/explanation/name-keys.md has the table). Rules work in this order.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One difference that is forgotten.

    Attributes:
        name: For the ablation.
        steps: Pattern and replacement, in order.
        whole: It belongs to surnames alone; a given name keeps its ending, else Ганна and Ян would be one.
    """

    name: str
    steps: tuple[tuple[re.Pattern[str], str], ...]
    whole: bool = False


def _rule(name: str, *steps: tuple[str, str], whole: bool = False) -> Rule:
    return Rule(name=name, steps=tuple((re.compile(pattern), by) for pattern, by in steps), whole=whole)


RULES: Final = (
    _rule(
        "short u: Latin u after a vowel is ў, and so is ву", ("(?<=[aeo])u(?![aeou])", "w"), ("(?<=[aeo])[vw]u", "w")
    ),
    _rule("г, ґ, х are one", ("[gx]", "h")),
    _rule("ш is с, ж is з", ("S", "s"), ("Z", "z")),
    _rule("ц is т, дз is д", ("ts|c", "t"), ("dz", "d")),
    _rule("ы is і", ("y", "i")),
    _rule("glides go beside vowels", ("^[ij]+(?=[aou])", "J"), ("[ij]+(?=[aeou])|(?<=[aeou])[ij]+", ""), ("j", "i")),
    _rule("akanne: о, е, а are one", ("[eo]", "a")),
    _rule("a vowel twice is once", ("([aiu])\\1+", "\\1")),
    _rule("a consonant twice is once", ("([^aiu])\\1+", "\\1")),
    _rule("ў is в", ("w", "v")),
    _rule("initial у and в before a consonant are one", ("^v(?=[^aiuJ])", "u")),
    _rule("initial glide goes", ("J", ""), whole=True),
    _rule("-off is -ов", ("(?<=a)f$", "v"), whole=True),
    _rule("prosthetic в goes", ("^v(?=[au])", ""), whole=True),
    _rule("prosthetic і goes", ("^i(?=[lrm][^aiu])", ""), whole=True),
    _rule("final vowels go, and with them sex and case", ("(?<=[^aiu])[aiu]+$", ""), whole=True),
)
RULE_NAMES: Final = tuple(rule.name for rule in RULES)
NOTHING: Final[frozenset[str]] = frozenset()


def surname_skeleton(sounds: str, *, without: AbstractSet[str] = NOTHING) -> str:
    """Return the skeleton of a surname.

    Args:
        sounds: One reading, from `readings`.
        without: Names of rules to leave out, for the ablation alone.
    """
    return _apply(sounds, without, whole=True)


def given_skeleton(sounds: str, *, without: AbstractSet[str] = NOTHING) -> str:
    """Return the skeleton of a given name: with its ending, and with a glide at its start."""
    return _apply(sounds, without, whole=False)


def _apply(sounds: str, without: AbstractSet[str], *, whole: bool) -> str:
    for rule in RULES:
        if rule.name in without or (rule.whole and not whole):
            continue
        for pattern, by in rule.steps:
            sounds = pattern.sub(by, sounds)
    return sounds
