# SPDX-License-Identifier: AGPL-3.0-or-later
"""Work on every core: hashing exhibits and checking statements, in other processes when there is enough of it.

Python code runs on one core at a time within a process, so threads alone would leave a core idle while statements are
read. Tasks are small descriptions; what they work on is inherited.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Unavailable
from sviedka.verify.container import Container, Entry, hash_entry
from sviedka.verify.statement_check import Batch, StatementContext, check_batch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

STATEMENTS_IN_A_BATCH: Final = 400
_WORTH_BYTES: Final = 48 << 20
_BYTES_OF_A_STATEMENT: Final = 1 << 18
"""Checking a statement takes about as long as hashing this much."""


class WorkerLost(Unavailable):
    """A worker process ended early, as when memory runs out."""

    code = "unavailable.worker"
    hint = "Close other programs and verify again."


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """What there is to do: exhibits to hash, lines to check. Without `context` the lines are left alone."""

    container: Container
    exhibits: tuple[Entry, ...]
    context: StatementContext | None
    statements: Sequence[bytes]
    proofs: Sequence[bytes]

    @property
    def cost_bytes(self) -> int:
        """Roughly how much there is to do, in bytes to hash."""
        lines = len(self.statements) if self.context is not None else 0
        return sum(entry.size_bytes for entry in self.exhibits) + lines * _BYTES_OF_A_STATEMENT


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """Digests by path, and batches in the order of their lines."""

    digests: dict[str, bytes]
    batches: tuple[Batch, ...]


Task = tuple[str, int]
Result = bytes | Batch

_work: Work | None = None


def do_work(work: Work, *, progress: Callable[[int], None] | None = None) -> Done:
    """Do all of it.

    Args:
        work: What there is to do.
        progress: Told what was done since the last call, in bytes to hash (a statement counts as some).

    Raises:
        DossierUnreadable: The bytes do not come.
        WorkerLost: A process was killed.
    """
    tasks: list[Task] = []
    if work.context is not None:
        tasks += [("statements", start) for start in range(0, len(work.statements), STATEMENTS_IN_A_BATCH)]
    sizes = sorted(range(len(work.exhibits)), key=lambda number: -work.exhibits[number].size_bytes)
    tasks += [("exhibit", number) for number in sizes]
    results: dict[Task, Result] = {}
    for task, result in _run(work, tasks):
        results[task] = result
        if progress is not None:
            progress(_cost_bytes(work, task))
    digests = {
        work.exhibits[number].path: result
        for (kind, number), result in results.items()
        if kind == "exhibit" and isinstance(result, bytes)
    }
    ordered = sorted(task for task in results if task[0] == "statements")
    batches = tuple(result for task in ordered if isinstance(result := results[task], Batch))
    return Done(digests=digests, batches=batches)


def _run(work: Work, tasks: Sequence[Task]) -> Iterator[tuple[Task, Result]]:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if work.cost_bytes < _WORTH_BYTES or cores < 2 or len(tasks) < 2:
        for task in tasks:
            yield task, _perform(work, task)
        return
    # Where it exists, fork: the workers inherit the statements instead of being sent them.
    method = "fork" if "fork" in multiprocessing.get_all_start_methods() else None
    try:
        with ProcessPoolExecutor(
            max_workers=min(cores, len(tasks)),
            mp_context=multiprocessing.get_context(method),
            initializer=_inherit,
            initargs=(work,),
        ) as pool:
            waiting = {pool.submit(_perform_inherited, task): task for task in tasks}
            for future in as_completed(waiting):
                yield waiting[future], future.result()
    except BrokenProcessPool as reason:
        raise WorkerLost("A worker process ended early.") from reason


def _inherit(work: Work) -> None:
    global _work  # noqa: PLW0603  # the one thing that a worker process is started with
    _work = work
    gc.disable()  # what a batch makes holds no cycles and is gone with it; looking for them takes a tenth of the time


def _perform_inherited(task: Task) -> Result:
    if _work is None:
        raise RuntimeError("a worker was started without its work")
    return _perform(_work, task)


def _perform(work: Work, task: Task) -> Result:
    kind, number = task
    if kind == "exhibit":
        return hash_entry(work.container, work.exhibits[number])
    if work.context is None:
        raise RuntimeError("statements cannot be checked against nothing")
    end = number + STATEMENTS_IN_A_BATCH
    return check_batch(work.context, work.statements[number:end], work.proofs[number:end], first_line=number + 1)


def _cost_bytes(work: Work, task: Task) -> int:
    kind, number = task
    if kind == "exhibit":
        return work.exhibits[number].size_bytes
    return min(STATEMENTS_IN_A_BATCH, len(work.statements) - number) * _BYTES_OF_A_STATEMENT
