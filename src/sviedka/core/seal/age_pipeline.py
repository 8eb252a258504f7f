# SPDX-License-Identifier: AGPL-3.0-or-later
"""A few threads with queues between them, where the first failure stops all.

Hashing, reading and writing let go of the interpreter's lock, so stages run on different cores. The caller's own
thread is one of the stages: progress is told there, and an interrupt arrives there and ends the others.
"""

from __future__ import annotations

import threading
from queue import SimpleQueue
from typing import TYPE_CHECKING, Generic, Self, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import TracebackType

Item = TypeVar("Item")

_STOP = object()


class Stopped(BaseException):
    """Ends a stage because another one failed; never leaves this module's `Pipeline`."""


class Channel(Generic[Item]):
    """A queue that can be stopped: whoever waits on it then is woken with `Stopped`."""

    def __init__(self, items: Iterable[Item] = ()) -> None:
        self._queue: SimpleQueue[object] = SimpleQueue()
        for item in items:
            self._queue.put(item)

    def put(self, item: Item) -> None:
        """Hand `item` over."""
        self._queue.put(item)

    def get(self) -> Item:
        """Wait for the next item; raise `Stopped` once the pipeline was stopped."""
        item = self._queue.get()
        if item is _STOP:
            self._queue.put(_STOP)  # for whoever waits next
            raise Stopped
        return cast("Item", item)

    def stop(self) -> None:
        """Wake whoever waits."""
        self._queue.put(_STOP)


class Pipeline:
    """Runs stages in threads of their own beside the body of the `with` block; leaves when none is at work any more.

    What the first failing stage raised is raised again on leaving, whatever the others and the body did after it. An interrupt
    may come at any moment, also while a stage is being started or waited for: nothing is written after the block was left.
    """

    def __init__(self) -> None:
        self._channels: list[Channel[object]] = []
        self._threads: list[threading.Thread] = []
        self._at_work: list[threading.Thread] = []
        self._door = threading.Lock()
        self._closed = False
        self._failure: BaseException | None = None

    def channel(self, items: Iterable[Item] = ()) -> Channel[Item]:
        """Make a queue that stops with this pipeline, holding `items`."""
        made = Channel(items)
        self._channels.append(cast("Channel[object]", made))
        return made

    def start(self, stage: Callable[[], None]) -> None:
        """Run `stage` in a thread. Make all channels first."""
        thread = threading.Thread(target=self._run, args=(stage,), daemon=True)
        self._threads.append(thread)
        thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, reason: BaseException | None, trace: TracebackType | None
    ) -> None:
        stopping = reason
        while True:
            try:
                self._wait(stopping)
                break
            except KeyboardInterrupt as interrupt:  # the stages end first
                stopping = interrupt
        if self._failure is not None and self._failure is not reason:
            raise self._failure

    def _wait(self, stopping: BaseException | None) -> None:
        """Wait for all stages; or stop them and wait for those that had begun, whether or not their `start` came to its end."""
        waited = self._threads
        if stopping is not None:
            self._fail(stopping)
            with self._door:
                self._closed, waited = True, self._at_work
        for thread in waited:
            thread.join()

    def _run(self, stage: Callable[[], None]) -> None:
        with self._door:
            if self._closed:
                return
            self._at_work.append(threading.current_thread())
        try:
            stage()
        except BaseException as reason:  # noqa: BLE001  # whatever it is, it is raised again where the pipeline is left
            self._fail(reason)

    def _fail(self, reason: BaseException) -> None:
        if self._failure is None and not isinstance(reason, Stopped):
            self._failure = reason
        for channel in self._channels:
            channel.stop()
