# SPDX-License-Identifier: AGPL-3.0-or-later
"""Lists of invented people as five organisations would keep them, and, apart from them, who is who in truth.

Each list sees its own share of the people, spells in its own way, and errs. What linkage may see is `InventedLists`;
`Truth` is another object, handed to whoever measures and to nobody else. Every table says in its metadata that it is
invented.

Traps: father and son of one name, siblings of one birthday (`invented_people`), several people under one pseudonym,
letters of the other alphabet, records twice in a list, and, if asked for, a sixth list that is copied from the first.

Source: the shares of capture and error are a recipe that stands in this file; nothing is fitted to data of anybody.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from sviedka.bench.invented_errors import blur_births, blur_events
from sviedka.bench.invented_people import FATHER_AND_SON, SIBLINGS, People, invent_people
from sviedka.bench.invented_records import Batch, write_cities, write_names
from sviedka.bench.invented_spellings import SPELLINGS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.random import Generator
    from numpy.typing import NDArray

PSEUDONYM: Final = 4
LOOKALIKE: Final = 8
COPIED: Final = 16
"""Kinds of trap that a record can be, beside those of its person: flags of `Truth.trap_of`."""

COLUMNS: Final = ("surname", "given", "patronymic", "sex", "born", "city", "event")
"""Columns of each table, all text; nothing known is an empty text. `sex` is m or f; dates are ISO, or a year."""

COPY: Final = "digest"
"""The list that copies from the first."""


@dataclass(frozen=True, kw_only=True)
class ListPlan:
    """How one organisation keeps its list.

    Attributes:
        capture: Probability that an ordinary person stands on it.
        spellings: Share of each spelling among its records.
        patronymic: Share of records with a patronymic.
        pseudonym: Share of records under a pseudonym.
    """

    name: str
    capture: float
    spellings: Mapping[str, float]
    patronymic: float
    pseudonym: float = 0.0


FIVE_LISTS: Final = (
    ListPlan(name="ngo-1", capture=0.30, spellings={"be": 0.7, "passport": 0.2, "lacinka": 0.1}, patronymic=0.1,
             pseudonym=0.005),
    ListPlan(name="ngo-2", capture=0.22, spellings={"be": 0.3, "ru": 0.4, "passport": 0.2, "en": 0.1}, patronymic=0.2,
             pseudonym=0.005),
    ListPlan(name="court", capture=0.18, spellings={"ru": 0.95, "be": 0.05}, patronymic=0.9),
    ListPlan(name="media", capture=0.12, patronymic=0.05, pseudonym=0.005, spellings={
        "be": 0.25, "ru": 0.25, "passport": 0.15, "ru-latin": 0.1, "ru-passport": 0.05, "en": 0.2}),
    ListPlan(name="medical", capture=0.10, spellings={"ru": 0.9, "be": 0.1}, patronymic=0.7),
)  # fmt: skip
"""Two organisations that collect testimony, court records, media, medical records."""


@dataclass(frozen=True, kw_only=True)
class InventedLists:
    """What linkage may see.

    Attributes:
        names: The lists' names.
        tables: One table for each, with `COLUMNS`.
        copied_from: For a list that is a copy, the list that it was copied from.
    """

    names: tuple[str, ...]
    tables: tuple[pa.Table, ...]
    copied_from: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Truth:
    """Who is who: one entry for each record, list after list, in the order of their rows. Linkage never sees it.

    Attributes:
        people: How many people there are, on a list or on none.
        person_of: `int64[n]`, 0 to people-1.
        list_of: `int16[n]`.
        trap_of: `int16[n]`, flags; 0 for an ordinary record.
    """

    people: int
    person_of: NDArray[np.int64]
    list_of: NDArray[np.int16]
    trap_of: NDArray[np.int16]

    @property
    def captured(self) -> int:
        """How many people stand on one list at least."""
        return len(np.unique(self.person_of))


def people_for_records(records: int) -> int:
    """How many people the five lists need to have about so many records."""
    return round(records / (sum(plan.capture for plan in FIVE_LISTS) * 1.03))


def invent_lists(
    people: int,
    rng: Generator,
    *,
    plans: tuple[ListPlan, ...] = FIVE_LISTS,
    uneven: tuple[float, float] = (2.2, 0.6),
    traps: float = 0.005,
    copied: bool = False,
) -> tuple[InventedLists, Truth]:
    """Invent people and the lists that they stand on.

    3 % of records stand twice in their list. Same generator, same lists.

    Args:
        people: How many there are in truth, 1 to 10 million.
        rng: The source of all chance.
        plans: The lists.
        uneven: How many times as likely to be seen as `ListPlan.capture` says a random quarter of the people is, and
            the others: capture is heterogeneous, as in life.
        traps: As in `invent_people`.
        copied: Whether a list `digest` is added that copies half of the first list's records.
    """
    invented = invent_people(people, rng, traps=traps)
    visible = np.where(rng.random(people) < 0.25, *uneven)
    batches, tables = [], []
    for plan in plans:
        batch = _capture(plan, visible, invented, rng)
        tables.append(_write(plan, batch, invented, rng))
        batches.append(batch)
    names = tuple(plan.name for plan in plans)
    if copied:
        half = np.sort(rng.permutation(len(batches[0].person))[: len(batches[0].person) // 2])
        tables.append(tables[0].take(pa.array(half)))
        batches.append(Batch(person=batches[0].person[half], trap=batches[0].trap[half] | COPIED))
        names = (*names, COPY)
    truth = Truth(
        people=people,
        person_of=np.concatenate([batch.person for batch in batches]),
        list_of=np.repeat(np.arange(len(batches), dtype=np.int16), [len(batch.person) for batch in batches]),
        trap_of=np.concatenate([batch.trap for batch in batches]),
    )
    return InventedLists(names=names, tables=tuple(tables), copied_from={COPY: names[0]} if copied else {}), truth


def _capture(plan: ListPlan, visible: NDArray[np.float64], people: People, rng: Generator) -> Batch:
    """Draw who stands on the list, some twice, in an order that tells nothing."""
    seen = np.flatnonzero(rng.random(len(people)) < visible * plan.capture)
    twice = seen[rng.random(len(seen)) < 0.03]
    person = rng.permutation(np.concatenate([seen, twice]))
    trap = people.trap[person].copy()
    hidden = (rng.random(len(person)) < plan.pseudonym) & (trap == 0)
    trap[hidden] |= PSEUDONYM
    trap[(rng.random(len(person)) < 0.01) & ~hidden] |= LOOKALIKE
    return Batch(person=person, trap=trap)


def _write(plan: ListPlan, batch: Batch, people: People, rng: Generator) -> pa.Table:
    """Write the records of a list as text."""
    count = len(batch.person)
    shares = np.array([plan.spellings.get(spelling, 0.0) for spelling in SPELLINGS])
    spelling = rng.choice(len(SPELLINGS), count, p=shares / shares.sum())
    surname, given, patronymic = write_names(batch, people, spelling, plan.patronymic, rng)
    keep = (batch.trap & (FATHER_AND_SON | SIBLINGS)) != 0  # a trap that nobody could tell apart would be no test
    born = blur_births(people.born[batch.person], keep, rng)
    born[(batch.trap & PSEUDONYM) != 0] = ""
    sex = np.where(people.woman[batch.person], "f", "m")
    sex[rng.random(count) < 0.02] = ""
    columns = [
        surname, given, patronymic, pa.array(sex), pa.array(born), write_cities(batch, people, spelling, rng),
        pa.array(blur_events(people.event[batch.person], rng)),
    ]  # fmt: skip
    return pa.table(dict(zip(COLUMNS, columns, strict=True)), metadata={"invented": "nobody in this table exists"})
