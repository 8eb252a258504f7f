# SPDX-License-Identifier: AGPL-3.0-or-later
"""Work with a passphrase in a process of its own, which ends right after and leaves only the result.

Libraries that stretch a passphrase copy it, and not all copies are wiped: one was found in freed memory, long after
our own buffer was zero. So the process that lives on never has it.
"""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from sviedka.core.base.errors import Failure
from sviedka.keeper.errors import KeeperFailed
from sviedka.keeper.frames import LENGTH_BYTES, MAX_HEADER_BYTES, encode_frame, parse_frame, parse_length
from sviedka.keeper.hygiene import begin_forked, wipe
from sviedka.keeper.wire import encode_failure, parse_failure
from sviedka.keeper.workers import BUG, write_trace

if TYPE_CHECKING:
    from collections.abc import Callable

    from sviedka.keeper.frames import Frame, Header


def run_apart(work: Callable[[], tuple[Header, tuple[bytearray, ...]]]) -> Frame:
    """Fork, do `work` there, and return what it returns: facts, and secrets in buffers that the caller wipes.

    Raises:
        Failure: What `work` failed with.
        KeeperFailed: It ended without a result.
    """
    read_end, write_end = os.pipe()
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        os.close(read_end)
        _do(work, write_end, parent)
    os.close(write_end)
    try:
        body = _receive(read_end)
    finally:
        os.close(read_end)
        os.waitpid(pid, 0)
    frame = parse_frame(body)
    if "error" in frame.header:
        raise parse_failure(frame.header["error"])
    return frame


def _do(work: Callable[[], tuple[Header, tuple[bytearray, ...]]], write_end: int, parent: int) -> None:
    """Do the work and end the process; never returns."""
    status = BUG
    try:
        begin_forked(parent)
        try:
            pieces = encode_frame(*work())
        except Failure as failure:
            pieces = encode_frame(encode_failure(failure))
        for piece in pieces:
            os.write(write_end, piece)  # less than a pipe holds (pipe(7): 64 KiB)
        status = 0
    except BaseException as bug:  # noqa: BLE001  # outermost shell of a process of its own
        with contextlib.suppress(OSError):
            write_trace(bug)
    finally:
        os._exit(status)


def _receive(read_end: int) -> bytearray:
    length = _exactly(read_end, LENGTH_BYTES)
    size = parse_length(length)
    if size > MAX_HEADER_BYTES:
        raise KeeperFailed("The passphrase could not be tried.")
    return _exactly(read_end, size)


def _exactly(descriptor: int, size: int) -> bytearray:
    buffer = bytearray(size)
    view = memoryview(buffer)
    while view:
        count = os.readv(descriptor, [view])
        if count == 0:
            wipe(buffer)
            raise KeeperFailed("The passphrase could not be tried.")
        view = view[count:]
    return buffer
