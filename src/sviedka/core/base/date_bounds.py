# SPDX-License-Identifier: AGPL-3.0-or-later
"""The two stretches of days that follow from a date: precise and imprecise (spec/01-canonical-form.md §1.5, the table)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sviedka.core.base.edtf import Doubt, Edge, Edtf, Form, Span
from sviedka.core.base.errors import Malformed

if TYPE_CHECKING:
    from datetime import date


class DateRefused(Malformed):
    """A date says more than its source can know, or contradicts itself."""

    code = "malformed.date"


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounds:
    """Days from `precise_first` to `precise_last` and, around them or alone, the imprecise ones."""

    precise_first: date | None = None
    precise_last: date | None = None
    imprecise_first: date | None = None
    imprecise_last: date | None = None

    @classmethod
    def of(cls, parsed: Edtf, said_on: date | None) -> Bounds:
        """Return what follows from `parsed`; `said_on` is the day on which it was told that something still lasted.

        Raises:
            DateRefused: It still lasted before it can have begun.
        """
        known = [span for span in parsed.spans if span is not None]
        if parsed.form is Form.ONE_OF:
            return cls(imprecise_first=known[0].first, imprecise_last=known[-1].last)
        if parsed.form is Form.SINGLE:
            return cls._of_single(known[0])
        begin, end = parsed.spans
        if begin is None:
            return cls(imprecise_last=known[0].last)
        if end is None:
            return cls._of_lasting(begin, said_on if parsed.ends is Edge.OPEN else None)
        return cls._of_interval(begin, end)

    @classmethod
    def _of_single(cls, span: Span) -> Bounds:
        if span.exact and span.doubt is Doubt.NONE:
            return cls(precise_first=span.first, precise_last=span.last)
        return cls(imprecise_first=span.first, imprecise_last=span.last)

    @classmethod
    def _of_lasting(cls, begin: Span, said_on: date | None) -> Bounds:
        if said_on is not None and said_on < begin.first:
            raise DateRefused("What still lasted when it was told cannot have begun later.")
        if begin.doubt is not Doubt.NONE or (said_on is None and not begin.exact):
            return cls(imprecise_first=begin.first)
        # What had begun and still lasted when it was told was so on every day in between.
        first = begin.last if said_on is None else min(begin.last, said_on)
        outer = None if begin.first == first else begin.first
        return cls(precise_first=first, precise_last=said_on or first, imprecise_first=outer)

    @classmethod
    def _of_interval(cls, begin: Span, end: Span) -> Bounds:
        certain = begin.doubt is Doubt.NONE and end.doubt is Doubt.NONE
        if not certain or end.first < begin.last:
            return cls(imprecise_first=begin.first, imprecise_last=end.last)
        return cls(
            precise_first=begin.last,
            precise_last=end.first,
            imprecise_first=None if begin.exact else begin.first,
            imprecise_last=None if end.exact else end.last,
        )

    def cut_off(self, not_after: date | None) -> Bounds:
        """Leave out what the source cannot have known."""
        if not_after is None or self.imprecise_last is None or self.imprecise_last <= not_after:
            return self
        return Bounds(
            precise_first=self.precise_first,
            precise_last=self.precise_last,
            imprecise_first=self.imprecise_first,
            # Cut off where certainty ends anyway: nothing doubtful is left behind it.
            imprecise_last=None if self.precise_last == not_after else not_after,
        )
