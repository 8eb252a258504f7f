# SPDX-License-Identifier: AGPL-3.0-or-later
"""An estimate as it is told: what is documented, what each method says, the range, and why there is none if there is none."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from sviedka.core.count.estimate.refuting import methods_of_range

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sviedka.core.base.canonical import Json
    from sviedka.core.count.counted import Counted
    from sviedka.core.count.estimate.finding import Finding
    from sviedka.core.count.estimate.method import MethodResult

XI: Final = (Fraction(1, 2), Fraction(2, 3), Fraction(1), Fraction(3, 2), Fraction(2))
"""By how much the interaction of all lists, which no data show, may multiply the unseen."""


@dataclass(frozen=True, kw_only=True)
class Documented:
    """People who stand on one list at least: counted, never estimated.

    Attributes:
        decided: By the linkage decided.
        low, high: The fewest and the most over its draws.
    """

    decided: int
    low: int
    high: int


@dataclass(frozen=True, kw_only=True)
class EstimateReport:
    """Everything that is said of one question.

    Attributes:
        counted: What is counted, of what, where, until when.
        lists: The lists that count, in the order given, copies laid together.
        draws: How many draws of the linkage there were.
        documented: The minimum.
        methods: All methods, those that cannot say included.
        envelope: From the lowest lower to the highest upper end of the methods that make the range; None if none does.
        refusal: Why no total is given; none if it is.
        warnings: What makes it doubtful.
        level: Of the intervals, 0 to 1.
        seed: The same seed gives the same report.
        settings: How much work was done, by name.
    """

    counted: Counted
    lists: tuple[str, ...]
    draws: int
    documented: Documented
    methods: tuple[MethodResult, ...]
    envelope: tuple[float, float] | None
    refusal: tuple[Finding, ...]
    warnings: tuple[Finding, ...]
    level: float
    seed: int
    settings: Mapping[str, int] = field(default_factory=dict)

    @property
    def published_range(self) -> tuple[int, int] | None:
        """The range that may be published, rounded outwards to whole people; None if refused."""
        if self.envelope is None or self.refusal:
            return None
        return math.floor(self.envelope[0]), math.ceil(self.envelope[1])

    @property
    def ranged(self) -> tuple[MethodResult, ...]:
        """The methods that make the range, whether it may be published or not."""
        return methods_of_range(self.methods)

    @property
    def sensitivity(self) -> tuple[tuple[Fraction, int, int], ...]:
        """For each xi the range if the unseen are xi times as many; empty if there is no range."""
        if self.published_range is None or self.envelope is None:
            return ()
        seen = self.documented.low, self.documented.high
        low, high = (end - before for end, before in zip(self.envelope, seen, strict=True))
        return tuple((xi, math.floor(seen[0] + xi * low), math.ceil(seen[1] + xi * high)) for xi in XI)

    def to_json(self) -> dict[str, Json]:
        """Return the report for programs; fractions are JSON numbers, and people are whole numbers."""
        told: dict[str, object] = {
            "counted": {name: getattr(self.counted, name) for name in ("unit", "what", "where", "until")},
            "lists": list(self.lists),
            "draws": self.draws,
            "documented": {name: getattr(self.documented, name) for name in ("decided", "low", "high")},
            "methods": [{**_method_json(one), "in_range": one in self.ranged} for one in self.methods],
            "range": None if self.published_range is None else list(self.published_range),
            "sensitivity": [{"xi": str(xi), "low": low, "high": high} for xi, low, high in self.sensitivity],
            "refusal": [{"code": one.code, "sentence": str(one.sentence)} for one in self.refusal],
            "warnings": [{"code": one.code, "sentence": str(one.sentence)} for one in self.warnings],
            "level": self.level,
            "seed": self.seed,
            "settings": dict(self.settings),
        }
        return told  # type: ignore[return-value]  # fractions, which canonical JSON does not know


def envelope_of(methods: tuple[MethodResult, ...]) -> tuple[float, float] | None:
    """Return the ends of all the methods that make the range, together."""
    ends = [(one.low, one.high) for one in methods_of_range(methods) if one.low is not None and one.high is not None]
    return (min(low for low, _ in ends), max(high for _, high in ends)) if ends else None


def _method_json(one: MethodResult) -> dict[str, object]:
    return {
        "name": one.name,
        "role": one.role.value,
        "people": None if one.people is None else round(one.people),
        "low": None if one.low is None else math.floor(one.low),
        "high": None if one.high is None else math.ceil(one.high),
        "refuted": one.refuted,
        "reason": None if one.reason is None else str(one.reason),
        "facts": {name: fact if isinstance(fact, str) else float(f"{fact:.6g}") for name, fact in one.facts.items()},
    }
