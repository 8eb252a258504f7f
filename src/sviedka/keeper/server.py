# SPDX-License-Identifier: AGPL-3.0-or-later
"""The keeper's processes: a parent that owns the socket and the lock, and a child that holds the keys.

    unlock ── starts ──> parent ── forks ──> child ── forks ──> workers, one for each job
                         no key ever         keys, socket  └──> at the start one that reads the passphrase and ends

The passphrase stays in its pipe until that last one reads it. The parent ends the child
when the time is up even if the child hangs, ends whatever the child has forked, and takes the socket away. The kernel
ends the child when the parent dies. Started by `sviedka.keeper.unlocking`; not meant to be started by hand.
Spec: spec/07-keys.md §8.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import gc
import os
import select
import signal
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Failure
from sviedka.core.base.ids import UserId
from sviedka.keeper.apart import run_apart
from sviedka.keeper.deadline import Deadline
from sviedka.keeper.errors import KeeperStuck
from sviedka.keeper.exchange import Exchange
from sviedka.keeper.frames import encode_frame
from sviedka.keeper.hygiene import begin_forked, die_with_parent, forbid_dumps, stay_out_of_swap, wipe
from sviedka.keeper.login import Opened, assemble_keyring, open_secrets
from sviedka.keeper.place import open_log, prepare_folder, socket_path, try_lock, write_pid
from sviedka.keeper.secret_pipe import read_secret
from sviedka.keeper.service import Service
from sviedka.keeper.wire import encode_failure
from sviedka.keeper.workers import BUG, write_trace
from sviedka.vault.clock import now
from sviedka.vault.disk_errors import translating
from sviedka.vault.layout import Archive

if TYPE_CHECKING:
    from types import FrameType

    from sviedka.keeper.frames import Frame, Header

SECRETS_FD: Final = 0
REPORT_FD: Final = 1
LOG_FD: Final = 2
FAILED: Final = 3
GRACE_S: Final = 8.0
"""How much later than the child the parent ends it: time for its farewell."""

_PR_SET_CHILD_SUBREAPER: Final = 36  # prctl(2)


def main(words: list[str]) -> int:
    """Be the keeper of one archive until it locks; return the exit status."""
    options = _parse(words)
    if os.fork():
        os._exit(0)  # so that the keeper is nobody's child and no shell waits for it
    os.umask(0o077)
    forbid_dumps()
    os.chdir("/")
    archive = Archive(root=options.archive)
    try:
        with translating():
            listener = _take_place(archive)
    except Failure as failure:
        report(failure)
        return FAILED
    try:
        return _be_parent(archive, listener, options)
    finally:
        _leave_place(archive)


def report(failure: Failure | None) -> None:
    """Tell whoever started us how it went, and close the pipe."""
    pieces = encode_frame(encode_failure(failure) if failure is not None else {"ready": True})
    with contextlib.suppress(OSError):  # nobody waits any more
        os.write(REPORT_FD, b"".join(pieces))
    _point_at_nothing(REPORT_FD)


def _take_place(archive: Archive) -> socket.socket:
    """Take the lock, which lasts until the last of our processes has ended, and bind the socket."""
    prepare_folder(archive.run)
    if try_lock(archive) is None:
        raise KeeperStuck("Another keeper of this archive is there.")
    os.dup2(open_log(archive), LOG_FD)
    path = socket_path(archive)
    prepare_folder(path.parent)
    path.unlink(missing_ok=True)  # we hold the lock: whoever made it is gone
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(path))
    write_pid(archive)
    return listener


def _leave_place(archive: Archive) -> None:
    path = socket_path(archive)
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)
        archive.pid_file.unlink(missing_ok=True)
        if path.parent != archive.run.absolute():
            path.parent.rmdir()


def _be_parent(archive: Archive, listener: socket.socket, options: argparse.Namespace) -> int:
    """Fork the key-holding child and outlive it."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)  # orphaned workers become ours
    deadline = Deadline(options.idle * 60.0)
    parent = os.getpid()
    signal.pthread_sigmask(signal.SIG_BLOCK, _ENDINGS)
    child = os.fork()
    if child == 0:
        _be_child(archive, listener, options, deadline, parent)
    pidfd = os.pidfd_open(child)
    listener.close()
    _point_at_nothing(SECRETS_FD)
    _point_at_nothing(REPORT_FD)
    for number in _ENDINGS:
        signal.signal(number, _end)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDINGS)
    with contextlib.suppress(_Ended):
        _wait(pidfd, deadline)
    _end_all(child)
    return 0


def _wait(pidfd: int, deadline: Deadline) -> None:
    """Return when the child has ended or should have."""
    while deadline.remaining_s() > 0 or deadline.overdue_s() < GRACE_S:
        ready, _, _ = select.select([pidfd], [], [], min(1.0 + deadline.remaining_s(), GRACE_S))
        if ready:
            return


def _end_all(child: int) -> None:
    """Kill the child and all it has forked, and see them ended."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)


def _be_child(
    archive: Archive, listener: socket.socket, options: argparse.Namespace, deadline: Deadline, parent: int
) -> None:
    """Hold the keys; never returns."""
    status = BUG
    try:
        os.setpgid(0, 0)
        die_with_parent(parent)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDINGS)
        signal.signal(signal.SIGTERM, _end)
        stay_out_of_swap()
        status = _hold_keys(archive, listener, options, deadline)
    except _Ended:
        status = 0
    except BaseException as bug:  # noqa: BLE001  # outermost shell of a process of its own
        write_trace(bug)
    finally:
        os._exit(status)


def _hold_keys(archive: Archive, listener: socket.socket, options: argparse.Namespace, deadline: Deadline) -> int:
    try:
        with translating():
            opened = run_apart(lambda: _open_secrets(archive, options.user))
            _point_at_nothing(SECRETS_FD)
            keyring = assemble_keyring(archive, _received(opened), clock=now)
    except Failure as failure:
        report(failure)
        return FAILED
    try:
        _follow_forks()
        _collect_rarely()
        listener.listen(64)
        deadline.touch()
        report(None)
        service = Service(keyring, locks_at=lambda: deadline.moment(now()))
        Exchange(listener, service, deadline, anchor=archive.config).serve()
    finally:
        keyring.wipe()
    return 0


def _open_secrets(archive: Archive, user: str | None) -> tuple[Header, tuple[bytearray, ...]]:
    """Read the passphrases and open what they open; runs in a process that ends right after."""
    passphrase, own = read_secret(SECRETS_FD), read_secret(SECRETS_FD)
    opened = open_secrets(archive, passphrase, user=user, user_passphrase=own or None)
    facts: Header = {"actor": opened.actor, "recovery": opened.recovery, "root": opened.root}
    return facts, (opened.vault, opened.user)


def _received(frame: Frame) -> Opened:
    vault, user = (bytearray(part) for part in frame.parts)
    wipe(*(part for part in frame.parts if isinstance(part, memoryview)))
    facts = {name: str(frame.header[name]) for name in ("recovery", "root")}
    return Opened(actor=UserId(str(frame.header["actor"])), vault=vault, user=user, **facts)


def _follow_forks() -> None:
    """See that whatever is forked from here, by whomever, dies with its parent."""
    seen = [os.getpid()]
    os.register_at_fork(before=lambda: seen.__setitem__(0, os.getpid()), after_in_child=lambda: begin_forked(seen[0]))


def _collect_rarely() -> None:
    """Batches make many objects and hardly a cycle: looking for cycles would cost a tenth of the work."""
    gc.freeze()
    gc.set_threshold(200_000, 20, 20)


class _Ended(BaseException):
    """A signal told this process to end. Not an `Exception`: nothing on the way may take it for a failure."""


_ENDINGS: Final = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGHUP})


def _end(_number: int, _frame: FrameType | None) -> None:
    raise _Ended


def _point_at_nothing(descriptor: int) -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, descriptor)
    os.close(nothing)


def _parse(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="sviedka.keeper.server", description="Started by sviedka unlock.")
    parser.add_argument("--archive", type=Path, required=True)
    parser.add_argument("--idle", type=int, required=True, help="minutes without use after which it locks")
    parser.add_argument("--user", help="identifier of who logs in")
    return parser.parse_args(words)


if __name__ == "__main__":
    os._exit(main(sys.argv[1:]))  # at once: the lock ends with the process
