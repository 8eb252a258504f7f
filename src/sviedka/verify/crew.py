# SPDX-License-Identifier: AGPL-3.0-or-later
"""Work on every core: hashing exhibits and checking statements in processes of their own, when there is enough of it.

Python code runs on one core at a time within a process, so threads would leave a core idle while statements are read.
Whatever a process that was killed, or a disk that failed, has left undone is done by the one who waits: so nothing is
lost, and the failure is said from here. Where there is no fork, everything is done here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.core.base.progress import unwatched
from sviedka.verify.container import hash_entry
from sviedka.verify.processes import Processes
from sviedka.verify.statement_check import Batch, check_batch

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType
    from typing import Self

    from sviedka.core.base.progress import Progress
    from sviedka.verify.container import Container, Entry
    from sviedka.verify.statement_check import StatementContext

STATEMENTS_IN_A_BATCH: Final = 250
BYTES_IN_A_BATCH: Final = 8 << 20
"""So that what is made of a batch while it is checked stays small, however long its lines are."""

WORTH_BYTES: Final = 16 << 20
WORTH_STATEMENTS: Final = 500
BYTES_OF_A_STATEMENT: Final = 1 << 18
"""Checking a statement takes about as long as hashing this much."""


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


Task = tuple[str, int]
Result = bytes | Batch


class Crew:
    """Processes at work on one dossier. Use as a context manager: none outlives it."""

    def __init__(self, container: Container, progress: Progress | None = None) -> None:
        """Take no one on yet.

        Args:
            container: Where exhibits are read from.
            progress: Told what was done and what came into sight, in bytes to hash (a statement counts as some).
        """
        self._container = container
        self._progress = progress or unwatched
        self._exhibits: Mapping[int, Entry] = {}
        self._statements: _Statements | None = None
        self._processes: Processes[Task, Result] = Processes(self._perform_mapped, self._note)
        self._results: dict[Task, Result] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._processes.end()

    def start_hashing(self, exhibits: Sequence[Entry]) -> None:
        """Begin to hash exhibits; the largest first, so that the shares come out even."""
        ordered = sorted(exhibits, key=lambda entry: -entry.size_bytes)
        self._exhibits = dict(enumerate(ordered))
        size_bytes = sum(entry.size_bytes for entry in exhibits)
        self._progress(0, size_bytes)
        if size_bytes >= WORTH_BYTES:
            self._processes.share_out([("exhibit", number) for number in self._exhibits])

    def start_checking(self, context: StatementContext, lines: Sequence[bytes], proofs: Sequence[bytes]) -> None:
        """Begin to check the lines of statements.txt against those of proofs.txt; as many of each."""
        self._statements = _Statements(context=context, lines=lines, proofs=proofs, ends=_part(lines))
        self._progress(0, len(lines) * BYTES_OF_A_STATEMENT)
        if len(lines) >= WORTH_STATEMENTS:
            self._processes.share_out(self._batch_tasks())

    def finish(self) -> None:
        """Wait until all of it is done.

        Raises:
            DossierUnreadable: The bytes do not come.
        """
        self._processes.collect()
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

    def _perform_mapped(self, task: Task) -> Result:
        return self._perform(task, mapped=True)

    def _perform(self, task: Task, *, mapped: bool) -> Result:
        kind, number = task
        if kind == "exhibit":
            return hash_entry(self._container, self._exhibits[number], mapped=mapped)
        if self._statements is None:
            raise RuntimeError("statements cannot be checked against nothing")
        return self._statements.check(number)

    def _note(self, task: Task, result: Result) -> None:
        self._results[task] = result
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
