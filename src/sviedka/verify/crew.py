# SPDX-License-Identifier: AGPL-3.0-or-later
"""Work on every core: hashing exhibits and checking statements in processes of their own, when there is enough of it.

Python code runs on one core at a time within a process, so threads would leave a core idle while statements are read.
Each process is forked when its work is known, inherits what it works on, does a fixed share, sends back what it found
and ends. Whatever a process that was killed, or a disk that failed, has left undone is done by the one who waits: so
nothing is lost, and the failure is said from here. Where there is no fork, everything is done here.
"""

from __future__ import annotations

import gc
import os
import pickle
import selectors
import signal
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NoReturn

from sviedka.core.base.errors import Failure
from sviedka.verify.container import hash_entry
from sviedka.verify.statement_check import Batch, check_batch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import TracebackType
    from typing import Self

    from sviedka.verify.container import Container, Entry
    from sviedka.verify.statement_check import StatementContext

STATEMENTS_IN_A_BATCH: Final = 250
BYTES_IN_A_BATCH: Final = 8 << 20
"""So that what is made of a batch while it is checked stays small, however long its lines are."""

WORTH_BYTES: Final = 16 << 20
WORTH_STATEMENTS: Final = 500
BYTES_OF_A_STATEMENT: Final = 1 << 18
"""Checking a statement takes about as long as hashing this much."""

_LENGTH_BYTES: Final = 8
_PIECE_BYTES: Final = 1 << 20


@dataclass(frozen=True, kw_only=True, slots=True)
class _Statements:
    """Lines to be checked, and against what."""

    context: StatementContext
    lines: Sequence[bytes]
    proofs: Sequence[bytes]
    ends: Mapping[int, int]
    """Where each batch ends, by where it starts."""

    def check(self, start: int) -> Batch:
        end = self.ends[start]
        return check_batch(self.context, self.lines[start:end], self.proofs[start:end], first_line=start + 1)


@dataclass(kw_only=True, slots=True)
class _Worker:
    """A process at work: its number, the pipe it answers through, and what of its answer has come so far."""

    process: int
    pipe: int
    answer: bytearray = field(default_factory=bytearray)


Task = tuple[str, int]
Result = bytes | Batch


class Crew:
    """Processes at work on one dossier. Use as a context manager: none outlives it."""

    def __init__(self, container: Container, progress: Callable[[int], None] | None = None) -> None:
        """Take no one on yet.

        Args:
            container: Where exhibits are read from.
            progress: Told what was done since the last call, in bytes to hash (a statement counts as some).
        """
        self._container = container
        self._progress = progress
        self._exhibits: Mapping[int, Entry] = {}
        self._statements: _Statements | None = None
        self._workers: list[_Worker] = []
        self._results: dict[Task, Result] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in self._workers:
            os.close(worker.pipe)
            with suppress(ProcessLookupError):
                os.kill(worker.process, signal.SIGKILL)  # our own child, not yet waited for: no one else's number
            os.waitpid(worker.process, 0)
        self._workers.clear()

    def start_hashing(self, exhibits: Sequence[Entry]) -> None:
        """Begin to hash exhibits; the largest first, so that the shares come out even."""
        ordered = sorted(exhibits, key=lambda entry: -entry.size_bytes)
        self._exhibits = dict(enumerate(ordered))
        if sum(entry.size_bytes for entry in exhibits) >= WORTH_BYTES:
            self._share_out([("exhibit", number) for number in self._exhibits])

    def start_checking(self, context: StatementContext, lines: Sequence[bytes], proofs: Sequence[bytes]) -> None:
        """Begin to check the lines of statements.txt against those of proofs.txt; as many of each."""
        self._statements = _Statements(context=context, lines=lines, proofs=proofs, ends=_part(lines))
        if len(lines) >= WORTH_STATEMENTS:
            self._share_out(self._batch_tasks())

    def finish(self) -> None:
        """Wait until all of it is done.

        Raises:
            DossierUnreadable: The bytes do not come.
        """
        self._collect()
        for task in [("exhibit", number) for number in self._exhibits] + self._batch_tasks():
            if task not in self._results:
                self._note(task, self._perform(task, mapped=False))

    def digests(self) -> dict[str, bytes]:
        """Return the SHA-256 of each exhibit, by path. After `finish`."""
        found = {number: self._results["exhibit", number] for number in self._exhibits}
        return {self._exhibits[number].path: digest for number, digest in found.items() if isinstance(digest, bytes)}

    def batches(self) -> tuple[Batch, ...]:
        """Return what was found in the statements, in the order of their lines. After `finish`."""
        found = (self._results[task] for task in self._batch_tasks())
        return tuple(batch for batch in found if isinstance(batch, Batch))

    def _batch_tasks(self) -> list[Task]:
        return [("statements", start) for start in self._statements.ends] if self._statements is not None else []

    def _share_out(self, tasks: Sequence[Task]) -> None:
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        if cores < 2 or not hasattr(os, "fork"):
            return
        for number in range(min(cores, len(tasks))):
            self._take_on(tasks[number::cores])

    def _take_on(self, tasks: Sequence[Task]) -> None:
        reading, writing = os.pipe()
        try:
            process = os.fork()
        except OSError:  # no room for another process: what it would have done is done here
            os.close(reading)
            os.close(writing)
            return
        if process == 0:
            self._work(tasks, writing)
        os.close(writing)
        self._workers.append(_Worker(process=process, pipe=reading))

    def _work(self, tasks: Sequence[Task], pipe: int) -> NoReturn:
        """Do a share, in the process forked for it. It never returns into what its mother was doing."""
        try:
            gc.disable()  # what a batch makes holds no cycles and is gone with it; looking for them takes a tenth of the time
            for task in tasks:
                with suppress(Failure):  # left undone, it is tried again by whoever waits, and said there
                    answer = pickle.dumps((task, self._perform(task, mapped=True)), protocol=pickle.HIGHEST_PROTOCOL)
                    _write_all(pipe, len(answer).to_bytes(_LENGTH_BYTES, "big") + answer)
        finally:
            os._exit(0)

    def _perform(self, task: Task, *, mapped: bool) -> Result:
        kind, number = task
        if kind == "exhibit":
            return hash_entry(self._container, self._exhibits[number], mapped=mapped)
        if self._statements is None:
            raise RuntimeError("statements cannot be checked against nothing")
        return self._statements.check(number)

    def _collect(self) -> None:
        with selectors.DefaultSelector() as selector:
            for worker in self._workers:
                selector.register(worker.pipe, selectors.EVENT_READ, worker)
            while selector.get_map():
                for key, _ in selector.select():
                    if not self._take_answer(key.data):
                        selector.unregister(key.fd)

    def _take_answer(self, worker: _Worker) -> bool:
        """Read what has come; tell whether more may come."""
        piece = os.read(worker.pipe, _PIECE_BYTES)
        worker.answer += piece
        while len(worker.answer) >= _LENGTH_BYTES:
            end = _LENGTH_BYTES + int.from_bytes(worker.answer[:_LENGTH_BYTES], "big")
            if len(worker.answer) < end:
                break
            # From a child of our own, through a pipe that only it holds: not from outside.
            task, result = pickle.loads(worker.answer[_LENGTH_BYTES:end])  # noqa: S301
            del worker.answer[:end]
            self._note(task, result)
        return bool(piece)

    def _note(self, task: Task, result: Result) -> None:
        self._results[task] = result
        if self._progress is not None:
            kind, number = task
            count = self._statements.ends[number] - number if kind == "statements" and self._statements else 0
            self._progress(self._exhibits[number].size_bytes if kind == "exhibit" else count * BYTES_OF_A_STATEMENT)


def _part(lines: Sequence[bytes]) -> dict[int, int]:
    """Part lines into batches; return where each ends, by where it starts."""
    ends: dict[int, int] = {}
    start, held = 0, 0
    for place, line in enumerate(lines):
        if place > start and (place - start == STATEMENTS_IN_A_BATCH or held + len(line) > BYTES_IN_A_BATCH):
            ends[start] = place
            start, held = place, 0
        held += len(line)
    if lines:
        ends[start] = len(lines)
    return ends


def _write_all(pipe: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(pipe, rest) :]
