# SPDX-License-Identifier: AGPL-3.0-or-later
"""Invented people: who they are, before any list writes them down. Nobody here exists.

One in a hundred is in a trap: a son with his father's whole name, held on the same day in the same place, and siblings of
one birthday. They differ in what a careful reader can see (the year of birth, the given name), and only in that.

Source of the shares: none; ages and days are shaped like those that the field publishes, and no more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from sviedka.bench.invented_given import MEN, WOMEN
from sviedka.bench.invented_surnames import HOW_MANY

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

FATHER_AND_SON: Final = 1
SIBLINGS: Final = 2
"""Kinds of trap that a person can be in: flags, to be joined with those of a record."""

CITIES: Final = 24
EVENT_DAYS: Final = np.datetime64("2020-08-09", "D")
"""The first day on which somebody was held, in the invented story."""

_WOMEN_SHARE: Final = 0.35


@dataclass(frozen=True, kw_only=True)
class People:
    """n invented people, one array for each property.

    Attributes:
        surname: `int64[n]`, a number of `invented_surnames`.
        woman: `bool[n]`.
        given: `int64[n]`, a place in `MEN` or `WOMEN`.
        father: `int64[n]`, a place in `MEN`: the father's given name.
        born: `datetime64[D][n]`.
        city: `int64[n]`, 0 to 23.
        event: `datetime64[D][n]`, when they were held.
        trap: `int16[n]`, `FATHER_AND_SON`, `SIBLINGS` or 0.
    """

    surname: NDArray[np.int64]
    woman: NDArray[np.bool_]
    given: NDArray[np.int64]
    father: NDArray[np.int64]
    born: NDArray[np.datetime64]
    city: NDArray[np.int64]
    event: NDArray[np.datetime64]
    trap: NDArray[np.int16]

    def __len__(self) -> int:
        """How many there are."""
        return len(self.surname)


def invent_people(count: int, rng: Generator, *, traps: float = 0.005) -> People:
    """Invent `count` people; the same ones for the same generator.

    Surnames are as uneven as in a country (two people share one in 1 of 4,000 pairs, the commonest is borne by 2 in
    1,000), given names far more so.

    Args:
        count: How many.
        rng: The source of all chance.
        traps: The share of people who are father and son of one name, and of those who are siblings of one birthday.
    """
    woman = rng.random(count) < _WOMEN_SHARE
    pool = min(HOW_MANY, max(30_000, count // 40))
    people = People(
        surname=_uneven(rng, count, pool, offset=30, power=0.8),
        woman=woman,
        given=np.where(woman, _uneven(rng, count, len(WOMEN), offset=4), _uneven(rng, count, len(MEN), offset=4)),
        father=_uneven(rng, count, len(MEN), offset=4),
        born=_births(rng, count),
        city=_uneven(rng, count, CITIES, offset=1),
        event=_events(rng, count),
        trap=np.zeros(count, dtype=np.int16),
    )
    _set_traps(people, traps, rng)
    return people


def _uneven(rng: Generator, count: int, size: int, *, offset: int, power: float = 1.0) -> NDArray[np.int64]:
    """Draw places 0 to size-1, place r with a weight of (r + offset) ** -power."""
    steps = np.cumsum((np.arange(size) + float(offset)) ** -power)
    return np.searchsorted(steps / steps[-1], rng.random(count), side="right").clip(max=size - 1).astype(np.int64)


def _births(rng: Generator, count: int) -> NDArray[np.datetime64]:
    age_days = (17 + rng.gamma(2.6, 7.0, count).clip(max=60)) * 365.25 + rng.random(count) * 365
    return (EVENT_DAYS - age_days.astype("timedelta64[D]")).astype("datetime64[D]")


def _events(rng: Generator, count: int) -> NDArray[np.datetime64]:
    """More than half in the first five days, a third on the Sundays after, the rest on any day until the year's end."""
    kind = rng.random(count)
    first = rng.integers(0, 5, count)
    sunday = 7 * rng.integers(1, 17, count)
    other = rng.integers(0, 140, count)
    days = np.where(kind < 0.55, first, np.where(kind < 0.9, sunday, other))
    return (EVENT_DAYS + days.astype("timedelta64[D]")).astype("datetime64[D]")


def _set_traps(people: People, share: float, rng: Generator) -> None:
    """Turn pairs of people, two neighbours each, into fathers and sons, and into siblings."""
    count = len(people)
    pairs = rng.permutation(count // 2)[: 2 * max(1, int(count * share / 2))] * 2 if count >= 8 else np.zeros(0, int)
    sons, twins = pairs[: len(pairs) // 2], pairs[len(pairs) // 2 :]
    for array in (people.surname, people.city, people.event):
        array[pairs + 1] = array[pairs]
    people.woman[sons] = people.woman[sons + 1] = False
    people.given[sons] %= len(MEN)
    people.given[sons + 1] = people.father[sons + 1] = people.given[sons]
    people.born[sons] = people.born[sons + 1] - rng.integers(20 * 365, 35 * 365, len(sons)).astype("timedelta64[D]")
    people.woman[twins + 1] = people.woman[twins]
    people.father[twins + 1] = people.father[twins]
    people.born[twins + 1] = people.born[twins]
    names = np.where(people.woman[twins], len(WOMEN), len(MEN))
    people.given[twins + 1] = (people.given[twins] + rng.integers(1, 8, len(twins))) % names
    people.trap[sons] = people.trap[sons + 1] = FATHER_AND_SON
    people.trap[twins] = people.trap[twins + 1] = SIBLINGS
