# SPDX-License-Identifier: AGPL-3.0-or-later
"""Invented populations with a known size, written down by five lists with every kind of error, and linked in earnest.

1,800 people whom the lists seldom catch and 200 whom they nearly always catch (the first of the simulations in
HRDAG/StanLCMCR, import/hand/simulations.yaml). The lists are those of `invented_lists`; one model of linkage is trained on
another invented population and used for all. Nothing here knows of estimators, and nothing of the truth reaches them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
from pyarrow import compute as pc

from sviedka.bench.invented_lists import FIVE_LISTS, InventedLists, invent_lists
from sviedka.core.count.counted import Counted
from sviedka.link.captures import decided_captures, drawn_captures
from sviedka.link.linking import link_lists, train_model
from sviedka.link.lists_file import FIELDS
from sviedka.link.reading import ReadList
from sviedka.link.run import LinkedList
from sviedka.link.settings import LinkSettings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sviedka.core.count.capture import CaptureTable

SELDOM: Final = (1_800, (0.033, 0.033, 0.099, 0.132, 0.033))
OFTEN: Final = (200, (0.66, 0.825, 0.759, 0.99, 0.693))
TRUTH: Final = SELDOM[0] + OFTEN[0]
COUNTED: Final = Counted(unit="person", what="invented", where="nowhere", until="2021-12-31")
DAY: Final = dt.date(2021, 12, 31)
TRAINED_ON: Final = 3_000
"""People of the population that the model is trained on."""
TRAINING_SEED: Final = 1

_COLUMNS: Final = {
    "family": "surname",
    "given": "given",
    "patronymic": "patronymic",
    "sex": "sex",
    "born": "born",
    "place": "city",
    "event_date": "event",
}


@dataclass(frozen=True, kw_only=True)
class SimulatedLinkage:
    """One population as a linkage hands it over, and what is true.

    Attributes:
        tables: The linkage decided, then its draws.
        seen: How many people truly have a record that is linked: one with a family name.
    """

    tables: tuple[CaptureTable, ...]
    seen: int


def train_once() -> dict[str, Any]:
    """Return a model of linkage, trained on another invented population, always the same."""
    invented, _ = invent_lists(TRAINED_ON, np.random.default_rng(TRAINING_SEED))
    return train_model(_read(invented), LinkSettings(seed=TRAINING_SEED, threads=1))


def simulate_linkage(rng: np.random.Generator, model: Mapping[str, Any]) -> SimulatedLinkage:
    """Invent one population and its lists; link them."""
    parts = [_invent(people, chances, rng) for people, chances in (SELDOM, OFTEN)]
    (first, _), (second, _) = parts
    tables = tuple(pa.concat_tables(pair) for pair in zip(first.tables, second.tables, strict=True))
    seed = int(rng.integers(2**31))
    run = link_lists(
        _read(InventedLists(names=first.names, tables=tables)),
        counted=COUNTED,
        as_of=DAY,
        settings=LinkSettings(seed=seed, threads=1),
        model=model,
    )
    return SimulatedLinkage(tables=(decided_captures(run), *drawn_captures(run)), seen=sum(seen for _, seen in parts))


def _invent(people: int, chances: tuple[float, ...], rng: np.random.Generator) -> tuple[InventedLists, int]:
    """Invent people of one kind; return their lists, and how many of them have a named record."""
    plans = tuple(replace(plan, capture=chance) for plan, chance in zip(FIVE_LISTS, chances, strict=True))
    invented, truth = invent_lists(people, rng, plans=plans, uneven=(1.0, 1.0))
    named = np.concatenate(
        [_column(table, "family").is_valid().to_numpy(zero_copy_only=False) for table in invented.tables]
    )
    return invented, len(np.unique(truth.person_of[named]))


def _read(invented: InventedLists) -> tuple[ReadList, ...]:
    """Return invented lists as if their files had been read."""
    return tuple(
        ReadList(
            about=LinkedList(
                name=name, holder="nobody", provenance="invented", sha256=f"{at:064x}", rows=table.num_rows
            ),
            records=pa.table({field: _column(table, field) for field in FIELDS}),
        )
        for at, (name, table) in enumerate(zip(invented.names, invented.tables, strict=True))
    )


def _column(table: pa.Table, field: str) -> pa.Array:
    if field not in _COLUMNS:
        return pa.nulls(table.num_rows, pa.string())
    column = table[_COLUMNS[field]].combine_chunks()
    return pc.if_else(pc.equal(column, ""), pa.scalar(None, pa.string()), column)
