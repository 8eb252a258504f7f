# SPDX-License-Identifier: AGPL-3.0-or-later
"""Scores the same invented records with the same model on DuckDB and on Spark (local[2]), and says how far they differ.

Ends with 1 if Spark finds fewer than 99 % of DuckDB's likely pairs, or others. Usage: make spark
"""

from __future__ import annotations

import sys
import time

import numpy as np

from sviedka.bench.invented_lists import invent_lists
from sviedka.bench.linking import as_read
from sviedka.link.records import make_records
from sviedka.link.scoring import Evidence, score, train
from sviedka.link.spark import score_on_spark

PEOPLE = 600
SEED = 1
LIKELY_BITS = 12.0
LEAST_COMMON = 0.99


def main() -> int:
    """Compare, and print what came of it."""
    invented, _ = invent_lists(PEOPLE, np.random.default_rng(SEED))
    table = make_records(as_read(invented)).table
    model = train(table, np.random.default_rng(SEED), memory_mb=2_000, threads=2)
    duckdb = likely(score(table, model, parts=1, memory_mb=2_000, threads=2))
    started = time.perf_counter()
    spark = likely(score_on_spark(table, model, threads=2, memory_mb=2_000))
    common = len(duckdb.keys() & spark.keys()) / max(len(duckdb.keys() | spark.keys()), 1)
    apart = max((abs(duckdb[pair] - spark[pair]) for pair in duckdb.keys() & spark.keys()), default=0.0)
    print(f"{table.num_rows} records; likely pairs: DuckDB {len(duckdb)}, Spark {len(spark)}, in common {common:.2%}")
    print(f"largest difference of a weight: {apart:.3g} bits; Spark took {time.perf_counter() - started:.0f} s")
    return 0 if common >= LEAST_COMMON and duckdb else 1


def likely(evidence: Evidence) -> dict[tuple[int, int], float]:
    """Return the pairs whose evidence is strong, with it."""
    strong = evidence.bits >= LIKELY_BITS
    pairs = zip(evidence.i[strong].tolist(), evidence.j[strong].tolist(), strict=True)
    return dict(zip(pairs, evidence.bits[strong].tolist(), strict=True))


if __name__ == "__main__":
    sys.exit(main())
