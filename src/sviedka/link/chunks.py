# SPDX-License-Identifier: AGPL-3.0-or-later
"""The same scoring over several processes: each takes some chunks of the pairs, all together they are all pairs, once.

What goes to a process is the trained model as JSON and the records' columns as Parquet, in a folder in memory; what
comes back is record numbers and weights. Chunks are cut by the hash of the record, so that no process needs to know of
another, and a larger job is the same with more machines.
"""

from __future__ import annotations

import json
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING, Any

from pyarrow import parquet
from splink import Linker

from sviedka.core.base.errors import Unavailable
from sviedka.link.engine import memory_failures, open_engine
from sviedka.link.private_folder import private_folder
from sviedka.link.processes import fresh_processes
from sviedka.link.scoring import Evidence, chunks_of, join_evidence, score_chunk, with_prior

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa


class WorkersFailed(Unavailable):
    """A process that scored pairs was ended from outside."""

    code = "unavailable.linkage-worker"
    hint = "Nothing was written. Look for a lack of memory: fewer workers need less."


def score_in_workers(
    table: pa.Table, model: dict[str, Any], *, parts: int, workers: int, memory_mb: int, threads: int
) -> Evidence:
    """Score the pairs of all records in several processes; the result is that of `scoring.score`.

    Args:
        table: `Records.table`.
        model: From `scoring.train`.
        parts: In how many parts each side is taken; the chunks are their pairs.
        workers: Processes.
        memory_mb: What all of them together may take.
        threads: Of all of them together.

    Raises:
        MemoryFull: A chunk needs more than its share.
        NoSharedMemory: There is no room to hand the records over without a disk.
        WorkersFailed: A process was ended from outside.
    """
    chunks = chunks_of(parts)
    share = {"parts": parts, "memory_mb": memory_mb // workers, "threads": max(threads // workers, 1)}
    with private_folder(needed_bytes=table.nbytes) as folder:
        parquet.write_table(table, folder / "records.parquet")
        (folder / "model.json").write_text(json.dumps(with_prior(model, table.num_rows)), encoding="utf-8")
        with fresh_processes(workers) as pool:
            tasks = [pool.submit(_score_some, folder, chunks[number::workers], share) for number in range(workers)]
            try:
                return join_evidence([task.result() for task in tasks])
            except BrokenProcessPool as reason:
                raise WorkersFailed("A process that scored pairs was ended.") from reason


def _score_some(folder: Path, chunks: list[tuple[int, int]], share: dict[str, int]) -> Evidence:
    """Score some chunks, in a process of their own."""
    table = parquet.read_table(folder / "records.parquet")
    model = json.loads((folder / "model.json").read_text("utf-8"))
    parts = share["parts"]
    with memory_failures(), open_engine(table, memory_mb=share["memory_mb"], threads=share["threads"]) as api:
        del table
        linker = Linker(api.register("records"), model, log_level=None)
        found = [score_chunk(linker, (left, parts), (right, parts)) for left, right in chunks]
    return join_evidence(found)
