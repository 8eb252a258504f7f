# SPDX-License-Identifier: AGPL-3.0-or-later
"""What one method says of one question, in a form in which all methods stand side by side."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from sviedka.core.base.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Mapping


LABELS: Final = MappingProxyType(
    {
        "chao-lower-bound": Phrase("Chao's lower bound"),
        "log-linear": Phrase("log-linear models"),
        "every-pair": Phrase("every two lists interact"),
        "graph-average": Phrase("average over graphs"),
        "latent-class": Phrase("latent classes"),
        "no-highest-interaction": Phrase("without the interaction of all lists"),
    }
)
"""How each method is called before people, by its stable word."""

FAMILIES: Final = MappingProxyType({"every-pair": "log-linear"})
"""Methods that reason as another does, and so do not count as a second opinion beside it."""


class Role(Enum):
    """What a method's number is."""

    BOUND = "lower bound"
    TOTAL = "total"
    READING = "one reading"
    """Computed under an assumption that is shown on purpose, and no part of the range that is published."""


@dataclass(frozen=True, kw_only=True)
class MethodResult:
    """One row of the table of methods.

    Attributes:
        name: The method's stable word, such as `latent-class`.
        role: What its number is.
        people: All people, seen and unseen; None if it cannot say.
        low, high: The ends of its interval, all draws of the linkage included; None if it cannot say.
        reason: Why it cannot say.
        refuted: The table does not look as it would if any model of the method's family were true.
        facts: What a statistician asks next: the model, R-hat, the share of doubt that comes from the linkage.
    """

    name: str
    role: Role
    people: float | None = None
    low: float | None = None
    high: float | None = None
    reason: Phrase | None = None
    refuted: bool = False
    facts: Mapping[str, str | float] = field(default_factory=dict)

    @property
    def estimated(self) -> bool:
        """It says something."""
        return self.people is not None
