# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a number counts. Each number that leaves carries it: without it a number can be added to what it does not fit."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Counted:
    """What is counted, of what, where and until when.

    Attributes:
        unit: What is one, as `person`.
        what: What was done to those who are counted, as `detained`.
        where: The area.
        until: The last day that the lists cover, as `2021-03-31`.
    """

    unit: str
    what: str
    where: str
    until: str


def spell_people(number: float) -> str:
    """Return a number of people, whole, in groups of three."""
    return f"{number:,.0f}".replace(",", "\N{NARROW NO-BREAK SPACE}")
