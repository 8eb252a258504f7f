# SPDX-License-Identifier: AGPL-3.0-or-later
"""Published figures beside each other: which of them must not be added, and why.

A figure is what somebody published: so many of something, somewhere, over some time. Adding is right only for events of one
kind, counted by nobody else as well, in times or places that do not overlap. Persons are never added: one may be in both,
and only linking the lists behind the figures tells.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from itertools import combinations
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

PERSON: Final = "person"


class Obstacle(Enum):
    """Why two figures must not be added."""

    UNITS = "units"
    """They count different things."""
    PERSONS = "persons"
    """Both count persons, and one person may be in both."""
    PART = "part"
    """One lies within the other, in time and place."""
    OVERLAP = "overlap"
    """Their times overlap, where their places do."""
    ORIGIN = "origin"
    """Both rest on one source, or one was copied from the other."""
    MOMENT = "moment"
    """One is a state at a moment, the other what happened over time."""
    WHEN = "when"
    """For one of them it is not known when."""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A published figure.

    Attributes:
        name: A word for it.
        value: As published.
        unit: What is one: `person`, `complaint`, `criminal-case` …
        what: What was done to, or is true of, each one.
        where: The place, from the largest to the smallest part, such as `("belarus", "minsk")`.
        first, last: The days over which it was counted, both included; None if that is not known.
        moment: Whether it is a state at one moment, and not what happened from `first` to `last`.
        source: Who published it.
        origins: What it rests on, and what it was copied from.
    """

    name: str
    value: str
    unit: str
    what: str
    where: tuple[str, ...]
    first: date | None
    last: date | None
    moment: bool = False
    source: str
    origins: frozenset[str]


def find_obstacles(one: Figure, other: Figure) -> tuple[Obstacle, ...]:
    """Return why two figures must not be added, in the order of `Obstacle`; nothing means that they may be.

    The order of the two changes nothing.
    """
    found = {
        Obstacle.UNITS: (one.unit, one.what) != (other.unit, other.what),
        Obstacle.PERSONS: one.unit == other.unit == PERSON,
        Obstacle.ORIGIN: bool((one.origins | {one.name}) & (other.origins | {other.name})),
        Obstacle.MOMENT: one.moment != other.moment,
        Obstacle.WHEN: one.first is None or other.first is None,
    }
    if _share_place(one, other):
        part = _within(one, other) or _within(other, one)
        found |= {Obstacle.PART: part, Obstacle.OVERLAP: not part and _share_time(one, other)}
    return tuple(obstacle for obstacle in Obstacle if found.get(obstacle))


def compare_figures(figures: Iterable[Figure]) -> tuple[tuple[Figure, Figure, tuple[Obstacle, ...]], ...]:
    """Return every pair with its obstacles, in the order given."""
    return tuple((one, other, find_obstacles(one, other)) for one, other in combinations(figures, 2))


def _share_place(one: Figure, other: Figure) -> bool:
    """Tell whether one place is the other, or lies in it."""
    depth = min(len(one.where), len(other.where))
    return one.where[:depth] == other.where[:depth]


def _share_time(one: Figure, other: Figure) -> bool:
    if one.first is None or one.last is None or other.first is None or other.last is None:
        return False
    return one.first <= other.last and other.first <= one.last


def _within(inner: Figure, outer: Figure) -> bool:
    """Tell whether a figure's time and place lie in another's, of the same things."""
    if inner.first is None or inner.last is None or outer.first is None or outer.last is None:
        return False
    if (inner.unit, inner.what) != (outer.unit, outer.what) or len(inner.where) < len(outer.where):
        return False
    return outer.first <= inner.first and inner.last <= outer.last
