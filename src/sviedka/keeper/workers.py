# SPDX-License-Identifier: AGPL-3.0-or-later
"""Workers: processes forked from the key-holding one, for one job each, that speak to the client themselves.

A worker ends with its job, with its client, and with the keeper: the kernel kills it, and whatever it forks, when its
parent dies. Spec: spec/07-keys.md §10.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import traceback
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from sviedka.core.base.canonical import encode_canonical
from sviedka.core.base.errors import Failure
from sviedka.keeper.frames import encode_frame
from sviedka.keeper.jobs import JobKeys, resolve_name
from sviedka.keeper.wire import encode_failure
from sviedka.vault.disk_errors import translating

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from sviedka.keeper.frames import Buffer, Header
    from sviedka.keeper.service import StartJob

BUG: Final = 70  # EX_SOFTWARE, sysexits(3)


@dataclass(frozen=True, kw_only=True)
class Worker:
    """A running worker: its number, and a descriptor that becomes readable when it has ended."""

    pid: int
    pidfd: int

    def kill(self) -> None:
        """End it now."""
        signal.pidfd_send_signal(self.pidfd, signal.SIGKILL)

    def reap(self) -> int:
        """Return its exit status (0 for a job that told its result or its failure); it has ended."""
        _, status = os.waitpid(self.pid, 0)
        os.close(self.pidfd)
        return os.waitstatus_to_exitcode(status)


def start_worker(job: StartJob, keys: Callable[[], JobKeys], sock: socket.socket, leave: Callable[[], None]) -> Worker:
    """Fork a worker that runs `job` and answers on `sock`.

    Args:
        job: Its name and arguments.
        keys: Called in the worker.
        sock: The client's connection; the worker's until the job has ended.
        leave: Called in the worker first: closes what belongs to the keeper alone.
    """
    pid = os.fork()
    if pid == 0:
        leave()
        _work(job, keys, sock)
    return Worker(pid=pid, pidfd=os.pidfd_open(pid))


def write_trace(bug: BaseException) -> None:
    """Write where a bug happened to standard error, and no value: its message may hold anything."""
    sys.stderr.write(f"{type(bug).__name__}\n" + "".join(traceback.format_tb(bug.__traceback__)))
    sys.stderr.flush()


def _work(job: StartJob, keys: Callable[[], JobKeys], sock: socket.socket) -> None:
    """Run the job and end the process; never returns."""
    status = BUG
    try:
        _tell_result(job, keys, sock)
        status = 0
    except (BrokenPipeError, ConnectionError):
        status = 1  # nobody listens any more
    except BaseException as bug:  # noqa: BLE001  # outermost shell of a process of its own
        write_trace(bug)
    finally:
        os._exit(status)


def _tell_result(job: StartJob, keys: Callable[[], JobKeys], sock: socket.socket) -> None:
    def progress(done: int, expected: int = 0, /) -> None:
        _send(sock, {"progress": [done, expected]})

    try:
        with translating():
            result = resolve_name(job.name)(replace(keys(), name_keys=job.name_keys), job.arguments, progress)
    except Failure as failure:
        _send(sock, encode_failure(failure))
        return
    _send(sock, {}, (encode_canonical(result),))


def _send(sock: socket.socket, header: Header, parts: tuple[Buffer, ...] = ()) -> None:
    """Send a message whole. The socket stays non-blocking: the keeper shares its flags with us."""
    for piece in encode_frame(header, parts):
        view = memoryview(piece)
        while view:
            select.select([], [sock], [])
            try:
                view = view[sock.send(view) :]
            except BlockingIOError:
                continue
