# SPDX-License-Identifier: AGPL-3.0-or-later
"""Makes one storage call of one run fail, or kills the process in it: `strace -e inject`, on a child that is forked ready-made.

A forked child waits for a signal; strace is attached to it; then it goes. So each run costs the work itself and not the start of
an interpreter. `when=N` counts per call name and thread, so each name is counted first, in a run without a fault.
"""

import os
import re
import signal
import socket
import subprocess
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

STORAGE_CALLS = (
    "openat,write,pwrite64,writev,fsync,fdatasync,syncfs,sync_file_range,link,linkat,rename,renameat,renameat2,"
    "unlink,unlinkat,mkdir,mkdirat,ftruncate,fallocate,fchmod,chmod"
)
FAULTS = {"kill": "signal=SIGKILL", "EIO": "error=EIO", "ENOSPC": "error=ENOSPC"}


@dataclass(frozen=True)
class Run:
    """How one injected run ended: what it said before it ended, and its exit status (negative: killed)."""

    said: bytes
    status: int


def run_under_strace(action, *, inject=None, record=None):
    """Fork, attach strace, let the child run `action(say)`; return the `Run`.

    `action` runs in the child. What it passes to `say` counts as acknowledged only if it arrived here.
    """
    reader, writer = socket.socketpair()  # not a pipe: what the child says must be no storage call itself
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
    child = os.fork()
    if child == 0:
        reader.close()
        be_child(action, writer.sendall)
    writer.close()
    with tempfile.NamedTemporaryFile() as log:
        command = ["strace", "-f", "-e", f"trace={STORAGE_CALLS}", "-o", record or log.name, "-p", str(child)]
        if inject:
            command += ["-e", f"inject={inject}"]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as strace:
            strace.stderr.readline()  # "strace: Process N attached"
            os.kill(child, signal.SIGUSR1)
            said = b""
            while piece := reader.recv(65536):
                said += piece
            reader.close()
            _, status = os.waitpid(child, 0)
            strace.stderr.read()
    return Run(said=said, status=os.waitstatus_to_exitcode(status))


def count_calls(action):
    """Return how often each storage call is made by the thread that makes it most often, in a run without a fault."""
    with tempfile.NamedTemporaryFile() as log:
        run = run_under_strace(action, record=log.name)
        assert run.status == 0, run
        per_thread = Counter()
        for line in Path(log.name).read_text().splitlines():
            if found := re.match(r"(\d+) +([a-z_0-9]+)\(", line):
                per_thread[found[2], found[1]] += 1
    most = Counter()
    for (name, _), times in per_thread.items():
        most[name] = max(most[name], times)
    return dict(most)


def spread(times, count):
    """Return `count` of the calls 1 to `times`, spread evenly; fewer where two fall on one."""
    return sorted({1 + times * (2 * step + 1) // (2 * count + 1) for step in range(count)})


def be_child(action, say):
    """Wait for SIGUSR1, do `action(say)`, and end with its status. Never returns."""
    status = 70
    try:
        signal.sigwait({signal.SIGUSR1})
        action(say)
        status = 0
    except BaseException as reason:  # noqa: BLE001  # the child's whole end is its exit status
        status = getattr(reason, "exit_status", 71)
        if status == 71:
            import traceback

            traceback.print_exc()
    finally:
        os._exit(status)
