# SPDX-License-Identifier: AGPL-3.0-or-later
"""From everything that was ever judged to what holds now: pairs that are the same person, pairs that are not.

A later judgement of a reviewer takes the place of their earlier one, pair by pair. A third look outweighs the two
reviewers; where those differ and nobody looked again, nothing is decided; a rule holds only where no person looked.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from sviedka.core.count.review.judgement import Judgement, Look, Record, Reviewer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Pair = tuple[Record, Record]


@dataclass(frozen=True, kw_only=True)
class Settled:
    """What holds.

    Attributes:
        same: Pairs of one person, what counts for more first: a third look, then people, then rules; the newer first.
        apart: Pairs of two people.
        open: Pairs that somebody looked at and that are not decided: unsure, or two reviewers differ.
    """

    same: tuple[Pair, ...]
    apart: tuple[Pair, ...]
    open: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class _Said:
    same: bool | None
    rank: str


def settle(judgements: Iterable[Judgement]) -> Settled:
    """Work out what holds. The order in which judgements are given changes nothing."""
    third: dict[Pair, _Said] = {}
    blind: dict[Pair, dict[Reviewer, _Said]] = {}
    rules: dict[Pair, _Said] = {}
    for judgement in sorted(judgements, key=lambda one: (one.rank, one.by, one.records)):
        for pair, same in _pairs(judgement):
            said = _Said(same, judgement.rank)
            if judgement.look is Look.BLIND:
                blind.setdefault(pair, {})[judgement.by] = said
            else:
                (third if judgement.look is Look.THIRD else rules)[pair] = said
    found = [
        (pair, _decide(third.get(pair), blind.get(pair), rules.get(pair)))
        for pair in sorted(third.keys() | blind.keys() | rules.keys())
    ]
    joined = [(pair, weight) for pair, (decided, weight) in found if decided is True]
    return Settled(
        same=tuple(pair for pair, _ in sorted(joined, key=lambda one: one[1], reverse=True)),
        apart=tuple(pair for pair, (decided, _) in found if decided is False),
        open=tuple(pair for pair, (decided, _) in found if decided is None),
    )


def _pairs(judgement: Judgement) -> Iterator[tuple[Pair, bool | None]]:
    for first, second in combinations(range(len(judgement.records)), 2):
        same = judgement.groups[first] == judgement.groups[second] if judgement.groups else None
        yield (judgement.records[first], judgement.records[second]), same


def _decide(
    third: _Said | None, blind: dict[Reviewer, _Said] | None, rule: _Said | None
) -> tuple[bool | None, tuple[int, str]]:
    """Return what holds of a pair, and with what weight."""
    if third is not None and third.same is not None:
        return third.same, (2, third.rank)
    if third is not None:
        return None, (2, third.rank)  # whoever was to settle it could not
    if blind:
        said = {one.same for one in blind.values()}
        return said.pop() if len(said) == 1 else None, (1, max(one.rank for one in blind.values()))
    return (None, (0, "")) if rule is None else (rule.same, (0, rule.rank))
