# SPDX-License-Identifier: AGPL-3.0-or-later
"""A process of its own that seals groups of small originals, while this one reads the next and states what was sealed.

Python runs one thread at a time, and each of thousands of small writes would wait for whichever thread admits
statements. The process is started afresh, not forked: it inherits no key, no database, no connection to the keeper.
It is taken on only when a second full group comes, since starting it costs as much as sealing a few hundred files.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Unavailable
from sviedka.keeper.hygiene import die_with_parent, forbid_dumps
from sviedka.store.deposit.sealing_group import Known, Place, Task, seal_group

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

FULL_GROUP: Final = 200
"""Originals; a deposit that brings so many at once may well bring thousands."""


class HandLost(Unavailable):
    """The sealing process was ended from outside. The group at hand was not acknowledged."""

    code = "unavailable.sealing-ended"
    hint = "Look for a lack of memory, then seal again what was not acknowledged."


class SealingHand:
    """Seals groups, one after the other, in the order in which they are given."""

    def __init__(self) -> None:
        """Start no process yet."""
        self._process: ProcessPoolExecutor | None = None
        self._full_groups = 0

    def begin(self, place: Place, tasks: Sequence[Task]) -> Callable[[], list[Known]]:
        """Begin to seal a group to `place`; return what waits for it and gives its payloads, or raises as `seal_group` does.

        Raises:
            DiskFull, ReadOnly, DiskError, EpochEnded: None of them is acknowledged. From here or from what is returned.
        """
        self._full_groups += len(tasks) >= FULL_GROUP
        if self._process is None and self._full_groups < 2:
            done = seal_group(place, tasks)
            return lambda: done
        return self._hand_over(place, tasks)

    def close(self) -> None:
        """End the process, and with it what it remembers."""
        if self._process is not None:
            self._process.shutdown(cancel_futures=True)
            self._process = None

    def _hand_over(self, place: Place, tasks: Sequence[Task]) -> Callable[[], list[Known]]:
        if self._process is None:
            context = multiprocessing.get_context("spawn")
            self._process = ProcessPoolExecutor(1, context, initializer=_prepare, initargs=(os.getpid(),))
        with _told(), _interrupts_held():  # the process is started here, and begins with what is held
            waiting = self._process.submit(seal_group, place, tasks)

        def wait() -> list[Known]:
            with _told():
                return waiting.result()

        return wait


def _prepare(parent: int) -> None:
    forbid_dumps()
    die_with_parent(parent)


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Hold interrupts back for a moment: a person's Ctrl-C is the asker's to answer, who then ends the process."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except BrokenProcessPool as reason:
        raise HandLost("The process that seals small files was ended.") from reason
