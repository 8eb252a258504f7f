# SPDX-License-Identifier: AGPL-3.0-or-later
"""How long a million records take to link, and how well it is done, beside Splink's own way with names as they are written.

Each linkage runs in a process of its own, so that the memory told is its own.
"""

from __future__ import annotations

import datetime as dt
import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np
import pyarrow as pa
from pyarrow import compute as pc

from sviedka.bench.invented_lists import invent_lists, people_for_records
from sviedka.bench.linking_peer import link_raw_names
from sviedka.bench.measurement import Measurement, seconds
from sviedka.bench.memory_watch import memory_watch
from sviedka.core.count.quality import measure_linkage
from sviedka.link.engine import open_engine
from sviedka.link.linking import link_lists
from sviedka.link.lists_file import FIELDS
from sviedka.link.reading import ReadList
from sviedka.link.records import make_records
from sviedka.link.rules import rules_for
from sviedka.link.run import Counted, LinkedList
from sviedka.link.scoring import known_columns
from sviedka.link.settings import LinkSettings

if TYPE_CHECKING:
    from collections.abc import Callable

    from sviedka.bench.invented_lists import InventedLists, Truth

_T = TypeVar("_T")
MILLION: Final = 1_000_000
FIVE_MILLION: Final = 5_000_000
SEED: Final = 20_200_809
KEYS_DONE: Final = 2
"""Which step of a linkage is reached when the keys are there."""

FIELD_OF: Final = {
    "surname": "family",
    "given": "given",
    "patronymic": "patronymic",
    "sex": "sex",
    "born": "born",
    "city": "place",
    "event": "event_date",
}
"""Which field each column of the invented lists is."""


@dataclass(frozen=True, kw_only=True)
class Linked:
    """One linkage in a process of its own: seconds, bytes, and quality against the truth."""

    whole_s: float
    keys_s: float
    memory_bytes: int
    pair_f1: float
    b_cubed_f1: float
    count_bias: float


def measure_link_1m(*, quick: bool = False) -> Measurement:
    """Link a million records on two threads: keys, training, scoring, clusters, draws.

    Bound: DuckDB's own time to propose the pairs by the same rules, with nothing compared.
    Peer: Splink's documented settings on names as they are written, on the same records.
    """
    records = MILLION // 100 if quick else MILLION
    ours = _apart(_link, records, LinkSettings(threads=2, memory_mb=4_500))
    peer = _apart(_link_raw, records)
    return Measurement(
        values=[ours.whole_s],
        unit="s",
        bound=_apart(_propose, records),
        reach="at most 120 s, keys 20 s, 5 GB; ahead of Splink on raw names in both quality and time",
        lower_is_better=True,
        peers={"Splink's settings on raw names": peer.whole_s / ours.whole_s},
        beside=_beside(ours) | {"Splink on raw names, pair F1": peer.pair_f1, "Splink on raw names, s": peer.whole_s},
    )


def measure_link_5m(*, quick: bool = False) -> Measurement:
    """Link five million records in chunks, in one process of two threads: a second would hold all records once more.

    Bound: as `measure_link_1m`.
    """
    records = FIVE_MILLION // 500 if quick else FIVE_MILLION
    ours = _apart(_link, records, LinkSettings(threads=2, memory_mb=4_200))
    return Measurement(
        values=[ours.whole_s],
        unit="s",
        bound=_apart(_propose, records),
        reach="at most 20 min, 8 GB",
        lower_is_better=True,
        beside=_beside(ours),
    )


def as_read(invented: InventedLists) -> tuple[ReadList, ...]:
    """Return invented lists as if their files had been read."""
    return tuple(
        ReadList(about=_about(name, number, table.num_rows, invented), records=_records(table))
        for number, (name, table) in enumerate(zip(invented.names, invented.tables, strict=True))
    )


def _about(name: str, number: int, rows: int, invented: InventedLists) -> LinkedList:
    return LinkedList(
        name=name,
        holder="nobody",
        provenance="invented",
        copied_from=invented.copied_from.get(name),
        sha256=f"{number:064x}",
        rows=rows,
    )


def _records(table: pa.Table) -> pa.Table:
    nothing = pa.scalar(None, pa.string())
    columns = {field: table[name].combine_chunks() for name, field in FIELD_OF.items()}
    known = {field: pc.if_else(pc.equal(column, ""), nothing, column) for field, column in columns.items()}
    return pa.table({field: known.get(field, pa.nulls(table.num_rows, pa.string())) for field in FIELDS})


def _invented(records: int) -> tuple[InventedLists, Truth]:
    return invent_lists(people_for_records(records), np.random.default_rng(SEED))


def _link(records: int, settings: LinkSettings) -> Linked:
    invented, truth = _invented(records)
    lists = as_read(invented)
    del invented  # it is not what is measured
    steps = [time.perf_counter()]
    counted = Counted(unit="person", what="detained", where="an invented story", until="2020-12-31")

    def note(_done: int, _expected: int = 0, /) -> None:
        steps.append(time.perf_counter())

    with memory_watch() as memory:
        run = link_lists(lists, counted=counted, as_of=dt.date(2020, 12, 31), settings=settings, progress=note)
    starts = np.concatenate([[0], np.cumsum([one.about.rows for one in lists])])
    found = measure_linkage(cluster_of=run.cluster_of, person_of=truth.person_of[starts[run.list_of] + run.row_of - 1])
    return Linked(
        whole_s=steps[-1] - steps[0],
        keys_s=steps[KEYS_DONE] - steps[1],
        memory_bytes=memory.most_bytes,
        pair_f1=found.pairs.f1,
        b_cubed_f1=found.b_cubed.f1,
        count_bias=found.count_bias,
    )


def _link_raw(records: int) -> Linked:
    invented, truth = _invented(records)
    table = pa.concat_tables([one.records for one in as_read(invented)])
    started = time.perf_counter()
    with memory_watch() as memory:
        cluster_of = link_raw_names(table, memory_mb=8_000, threads=2)
    whole_s = time.perf_counter() - started
    found = measure_linkage(cluster_of=cluster_of, person_of=truth.person_of)
    return Linked(
        whole_s=whole_s,
        keys_s=0.0,
        memory_bytes=memory.most_bytes,
        pair_f1=found.pairs.f1,
        b_cubed_f1=found.b_cubed.f1,
        count_bias=found.count_bias,
    )


def _propose(records: int) -> float:
    """Return how long DuckDB takes to find the pairs that the rules propose, and to count them."""
    table = make_records(as_read(_invented(records)[0])).table
    queries = [rule.proposing() for rule in rules_for(known_columns(table))]
    with open_engine(table, memory_mb=4_500, threads=2) as api:
        return seconds(lambda: [api.duckdb_con.execute(query).fetchall() for query in queries])


def _beside(linked: Linked) -> dict[str, float | str]:
    return {
        "keys, s": linked.keys_s,
        "memory, GB": linked.memory_bytes / 1e9,
        "pair F1": linked.pair_f1,
        "B³ F1": linked.b_cubed_f1,
        "bias of the count": linked.count_bias,
    }


def _apart(work: Callable[..., _T], *given: object) -> _T:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, *given).result()
