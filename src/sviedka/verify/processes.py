# SPDX-License-Identifier: AGPL-3.0-or-later
"""Processes that share work out among themselves and answer through pipes.

Each is forked when the work is known, inherits what it works on, takes the next piece from a queue that all of them
share, sends back what it found, and ends when nothing is left. So none waits while another still has work. A process
that was killed answers no more; whoever waits sees which answers are missing.
"""

from __future__ import annotations

import gc
import os
import pickle
import selectors
import signal
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Generic, NoReturn, TypeVar

from sviedka.core.base.errors import Failure

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Task = TypeVar("Task")
Result = TypeVar("Result")

MAX_PIECES: Final = 1_000
"""So few that their numbers fit into a pipe that no one reads yet: 4 KiB is the least any system gives one."""

_NUMBER_BYTES: Final = 4
_LENGTH_BYTES: Final = 8
_READ_BYTES: Final = 1 << 20


@dataclass(kw_only=True, slots=True)
class _Worker:
    """A process at work: its number, the pipe it answers through, and what of its answer has come so far."""

    process: int
    pipe: int
    answer: bytearray = field(default_factory=bytearray)


class Processes(Generic[Task, Result]):
    """Processes at work. Whoever starts them must `end` them."""

    def __init__(self, perform: Callable[[Task], Result], note: Callable[[Task, Result], None]) -> None:
        """Start none yet.

        Args:
            perform: Does one task, in another process; a `Failure` leaves it undone.
            note: Told here of each that was done.
        """
        self._perform = perform
        self._note = note
        self._workers: list[_Worker] = []

    def share_out(self, tasks: Sequence[Task]) -> None:
        """Begin tasks, the first ones first, on every core; on one core, or where there is no fork, none is begun."""
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        if cores < 2 or not hasattr(os, "fork"):
            return
        pieces = [tasks[number::MAX_PIECES] for number in range(min(MAX_PIECES, len(tasks)))]
        queue = _fill_queue(len(pieces))
        for _ in range(min(cores, len(pieces))):
            self._take_on(pieces, queue)
        os.close(queue)

    def collect(self) -> None:
        """Wait until each has ended; what it answered is noted as it comes."""
        with selectors.DefaultSelector() as selector:
            for worker in self._workers:
                selector.register(worker.pipe, selectors.EVENT_READ, worker)
            while selector.get_map():
                for key, _ in selector.select():
                    if not self._take_answer(key.data):
                        selector.unregister(key.fd)

    def end(self) -> None:
        """End those that have not ended, and wait for all."""
        for worker in self._workers:
            os.close(worker.pipe)
            with suppress(ProcessLookupError):
                os.kill(worker.process, signal.SIGKILL)  # our own child, not yet waited for: no one else's number
            os.waitpid(worker.process, 0)
        self._workers.clear()

    def _take_on(self, pieces: Sequence[Sequence[Task]], queue: int) -> None:
        reading, writing = os.pipe()
        try:
            process = os.fork()
        except OSError:  # no room for another process: the others, or whoever waits, do its part
            os.close(reading)
            os.close(writing)
            return
        if process == 0:
            self._work(pieces, queue, writing)
        os.close(writing)
        self._workers.append(_Worker(process=process, pipe=reading))

    def _work(self, pieces: Sequence[Sequence[Task]], queue: int, pipe: int) -> NoReturn:
        """Work until the queue is empty, in the process forked for it; never return into what its mother was doing."""
        try:
            gc.disable()  # what a task makes holds no cycles and is gone with it; looking for them takes a tenth of the time
            while number := os.read(queue, _NUMBER_BYTES):
                for task in pieces[int.from_bytes(number, "big")]:
                    with suppress(Failure):  # left undone, it is tried again by whoever waits, and said there
                        answer = pickle.dumps((task, self._perform(task)), protocol=pickle.HIGHEST_PROTOCOL)
                        _write_all(pipe, len(answer).to_bytes(_LENGTH_BYTES, "big") + answer)
        finally:
            os._exit(0)

    def _take_answer(self, worker: _Worker) -> bool:
        """Read what has come; tell whether more may come."""
        piece = os.read(worker.pipe, _READ_BYTES)
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


def _fill_queue(count: int) -> int:
    """Return the end of a pipe that numbers can be read from, each by one process, until there are none."""
    reading, writing = os.pipe()
    _write_all(writing, b"".join(number.to_bytes(_NUMBER_BYTES, "big") for number in range(count)))
    os.close(writing)
    return reading


def _write_all(pipe: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(pipe, rest) :]
