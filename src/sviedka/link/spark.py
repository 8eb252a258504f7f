# SPDX-License-Identifier: AGPL-3.0-or-later
"""The same model on Spark, for lists that one machine cannot hold. By a setting, and only where pyspark and Java are installed.

Trained on DuckDB as ever; the same levels are written in Spark's words, with the same m and u. Spark's Jaro-Winkler is another
program than DuckDB's, so that a pair on the edge of a level may fall to the other side. What Spark spills lies in a
private folder in memory.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
from splink import Linker

from sviedka.link.model import settings_for
from sviedka.link.private_folder import private_folder
from sviedka.link.scoring import LEAST_BITS, evidence_of, join_evidence, known_columns, scores_query, with_prior

if TYPE_CHECKING:
    from pathlib import Path

    from sviedka.link.scoring import Evidence

PARTITIONS: Final = 4
"""Of a shuffle, for each thread; Spark's own 200 are for clusters."""


def score_on_spark(table: pa.Table, model: dict[str, Any], *, threads: int, memory_mb: int) -> Evidence:
    """Score the pairs of all records on this machine's Spark (`local[threads]`).

    Args:
        table: `Records.table`.
        model: From `scoring.train`.
        threads: How many work at once.
        memory_mb: What Spark may take.

    Raises:
        ModuleNotFoundError: pyspark is not installed.
        NoSharedMemory: There is no room for what Spark spills.
    """
    from splink import SparkAPI  # noqa: PLC0415  # pyspark is there only where somebody wants it

    with private_folder(needed_bytes=table.nbytes) as folder, warnings.catch_warnings(action="ignore"):
        session = _session(folder, threads=threads, memory_mb=memory_mb)
        try:
            api: Any = SparkAPI(  # type: ignore[no-untyped-call]
                spark_session=session, break_lineage_method="persist", num_partitions_on_repartition=threads
            )
            told = in_words_of("spark", with_prior(model, table.num_rows), known_columns(table))
            frame = api.register(session.createDataFrame(_known_to_spark(table)))
            linker = Linker(frame, told, log_level=None)
            scored = linker.inference.predict(threshold_match_weight=LEAST_BITS)
            rows = session.sql(scores_query(told, scored.physical_name)).toArrow()
            return join_evidence([evidence_of(rows, told)])
        finally:
            session.stop()


def in_words_of(dialect: str, model: dict[str, Any], columns: tuple[str, ...]) -> dict[str, Any]:
    """Return the settings of a trained model in another engine's SQL: level by level, with the same m and u."""
    prior = model["probability_two_random_records_match"]
    told = settings_for(columns, prior=prior).create_settings_dict(dialect)
    for there, here in zip(told["comparisons"], model["comparisons"], strict=True):
        for level, trained in zip(there["comparison_levels"], here["comparison_levels"], strict=True):
            level |= {name: trained[name] for name in ("m_probability", "u_probability") if name in trained}
    return told


def _session(folder: Path, *, threads: int, memory_mb: int) -> Any:  # noqa: ANN401  # pyspark is not there to be checked against
    from pyspark.sql import SparkSession  # noqa: PLC0415  # as above
    from splink.backends.spark import similarity_jar_location  # noqa: PLC0415  # as above

    options = {
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": f"{memory_mb}m",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.jars": similarity_jar_location(),
        "spark.local.dir": str(folder),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.sql.shuffle.partitions": str(PARTITIONS * threads),
        "spark.log.level": "ERROR",
    }
    builder = SparkSession.builder.master(f"local[{threads}]").appName("sviedka-link")
    for name, value in options.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setCheckpointDir(str(folder / "checkpoints"))
    return session


def _known_to_spark(table: pa.Table) -> pa.Table:
    """Return the table without unsigned numbers, which Spark has not."""
    spelt = table["spelt"].combine_chunks().view(pa.int64())
    return table.set_column(table.column_names.index("spelt"), "spelt", spelt)
