# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which numbers may not be known: few people, few sources, or one list that supplies nearly all of them.

Source: threshold 10, as for linked administrative data (UK LLC, ONS Longitudinal Study), 5 where nothing is sensitive;
dominance as in the (n, k) rule with n = 1 (Hundepool et al., *Statistical Disclosure Control*, 2012, §4.2).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sviedka.core.count.suppress.suppress_errors import TableMalformed

THRESHOLD: Final = 10
THRESHOLD_INSENSITIVE: Final = 5
FEWEST_SOURCES: Final = 3
LARGEST_SHARE_PERCENT: Final = 90


@dataclass(frozen=True, kw_only=True)
class CellCount:
    """What a cell holds.

    Attributes:
        people: Distinct units counted, 0 or more.
        sources: Distinct sources behind them; `None` where nobody counted those (official figures, made sums).
        largest_list: How many of them are known from one list alone, for the list of which that is most; `None` as above.
        never_shown: It may not be shown, however many they are.
    """

    people: int
    sources: int | None = None
    largest_list: int | None = None
    never_shown: bool = False

    def __post_init__(self) -> None:
        """Refuse what is no count."""
        if self.people < 0 or (self.sources or 0) < 0 or not 0 <= (self.largest_list or 0) <= self.people:
            raise TableMalformed("A cell counts 0 or more people, sources, and no more of one list than of all.")


@dataclass(frozen=True, kw_only=True)
class PrimaryRule:
    """When a number is sensitive.

    Attributes:
        threshold: Fewer than so many, 0 included, are never shown and never to be worked out; 3 or more.
        sources: Fewer distinct sources are too few.
        share_percent: More than this from one list alone is that list's own number, not the cell's.
    """

    threshold: int = THRESHOLD
    sources: int = FEWEST_SOURCES
    share_percent: int = LARGEST_SHARE_PERCENT

    def __post_init__(self) -> None:
        """Refuse a rule that protects nobody."""
        if self.threshold < 3 or self.sources < 1 or not 50 <= self.share_percent <= 100:
            raise TableMalformed("The threshold is 3 or more, the sources 1 or more, the share 50 to 100 percent.")

    def is_sensitive(self, count: CellCount) -> bool:
        """Whether this number may not be known."""
        few_sources = count.sources is not None and count.sources < self.sources
        one_list = count.largest_list is not None and 100 * count.largest_list > self.share_percent * count.people
        return count.never_shown or count.people < self.threshold or few_sources or one_list

    def is_small_change(self, change: int) -> bool:
        """Whether a change between two versions is as small as a sensitive number; no change is none."""
        return 0 < abs(change) < self.threshold

    def kept_apart(self, value: int) -> tuple[int, int]:
        """Return the lowest and highest number that an attacker has to think possible for a sensitive `value`."""
        if value < self.threshold:
            return 0, self.threshold
        return value - self.threshold, value + self.threshold


DEFAULT: Final = PrimaryRule()
"""For persons."""
