# SPDX-License-Identifier: AGPL-3.0-or-later
"""A machine in miniature: the real keeper and writers, in processes that end together, as they do when the power goes.

They run in a PID namespace (root only): when its first process is killed the kernel kills all others, and nobody survives to write one
more byte. They are forked ready-made, so that a start costs the work itself and not that of an interpreter.
"""

import ctypes
import faulthandler
import os
import select
import signal
import time
import traceback

CLONE_NEWPID = 0x20000000
PATIENCE_S = 120


class Machine:
    """Processes of one start, and what they said."""

    def __init__(self, boot):
        """Start; `boot(say)` runs as the first process and must not return before all work is done."""
        self._reader, writer = os.pipe()
        os.set_blocking(self._reader, False)
        numbers, told = os.pipe()
        self._starter = os.fork()
        if self._starter == 0:
            _be_starter(boot, writer, told)
        os.close(writer)
        os.close(told)
        self._first = int(os.read(numbers, 32) or b"0")
        os.close(numbers)
        self._pending, self.lines = b"", []

    def listen(self):
        """Take note of what was said until now; return all of it."""
        lines, self._pending = take_lines(self._reader, self._pending)
        self.lines += lines
        return self.lines

    def wait_for(self, enough):
        """Listen until `enough(lines)`."""
        until = time.monotonic() + PATIENCE_S
        while not enough(self.listen()):
            assert time.monotonic() < until, f"the machine does nothing; it said {self.lines[-5:]}"
            select.select([self._reader], [], [], 0.5)

    def power_off(self):
        """Kill every process, all at once; return when none is left."""
        try:
            if self._first:
                os.kill(self._first, signal.SIGKILL)
            os.waitpid(self._starter, 0)
        except (ProcessLookupError, ChildProcessError):
            pass
        finally:
            os.close(self._reader)


def take_lines(reader, pending):
    """Return the lines that have come through a non-blocking pipe and what is not a whole line yet; raise a failure that was said."""
    try:
        while piece := os.read(reader, 65536):
            pending += piece
    except BlockingIOError:
        pass
    *whole, pending = pending.split(b"\n")
    lines = [line.decode() for line in whole]
    failed = [line for line in lines if line.startswith("FAILED")]
    assert not failed, failed[0].replace("\\n", "\n")
    return lines, pending


def start_keeper(archive, passphrase):
    """Be the parent of a keeper, as `unlock` is, without the interpreter's start; return when it answers."""
    from sviedka.keeper.place import prepare_folder, try_lock
    from sviedka.keeper.secret_pipe import write_secret
    from sviedka.keeper.server import main

    prepare_folder(archive.run)
    while (lock := try_lock(archive)) is None:  # one that was killed ends process by process
        time.sleep(0.01)
    os.close(lock)
    secrets, secrets_in = os.pipe()
    report_out, report = os.pipe()
    if os.fork() == 0:
        status = 70
        try:
            os.close(secrets_in)
            os.close(report_out)
            os.setsid()
            os.dup2(secrets, 0)
            os.dup2(report, 1)
            os.close(secrets)
            os.close(report)
            status = main([f"--archive={archive.root}", "--idle=60"])
        finally:
            os._exit(status)
    os.close(secrets)
    os.close(report)
    write_secret(secrets_in, bytearray(passphrase))
    write_secret(secrets_in, bytearray())
    os.close(secrets_in)
    told = b""
    while piece := os.read(report_out, 4096):
        told += piece
    os.close(report_out)
    assert b"ready" in told, told


def fork_work(work, say):
    """Fork a process that does `work(say)`; a failure of it is said, and fails whoever listens."""
    child = os.fork()
    if child == 0:
        faulthandler.disable()  # a disk that is gone under a mapped file ends a process by a bus error
        try:
            work(say)
        except BaseException:  # noqa: BLE001  # the outermost shell of a process of its own
            say("FAILED " + traceback.format_exc()[-3000:].replace("\n", "\\n"))
        finally:
            os._exit(0)
    return child


def reap_all():
    """Wait for every process that is left here."""
    while True:
        try:
            os.wait()
        except ChildProcessError:
            return


def _be_starter(boot, writer, told):
    """Make the namespace and its first process; end with it. Never returns."""
    try:
        ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG: no machine outlives the test
        if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWPID):
            os.write(writer, b"FAILED no PID namespace: these tests need root\n")
            os._exit(1)
        first = os.fork()
        if first == 0:
            _be_first(boot, writer)
        os.write(told, str(first).encode())
        os.close(told)
        os.close(writer)
        os.waitpid(first, 0)
    finally:
        os._exit(0)


def _be_first(boot, writer):
    def say(words):
        os.write(writer, words.encode() + b"\n")  # shorter than PIPE_BUF, and so whole (pipe(7))

    ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)
    try:
        boot(say)
    except BaseException:  # noqa: BLE001
        say("FAILED " + traceback.format_exc()[-3000:].replace("\n", "\\n"))
    finally:
        os._exit(0)
