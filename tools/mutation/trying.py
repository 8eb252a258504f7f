# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tries one change: writes it into a copy of the tree and runs tests there, in a process forked from one that has the libraries loaded."""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import os
import signal
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mutation.calls import ORDINARY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mutation.places import Place

LOADED: Final = (
    "pytest",
    "django.db.models",
    "cryptography.x509",
    "cryptography.hazmat.primitives.ciphers.aead",
    "cryptography.hazmat.primitives.asymmetric.ed25519",
    "cryptography.hazmat.primitives.asymmetric.x25519",
    "cryptography.hazmat.primitives.kdf.argon2",
    "yaml",
)
"""Libraries that most tests load and that no change of ours is in; none of them a plugin, which pytest wants to load itself."""

PR_SET_CHILD_SUBREAPER: Final = 36  # prctl(2): processes that a test left behind become ours, so that they can be ended


def prepare(tree: Path) -> None:
    """Load the libraries once, and let what tests start find the copy."""
    for name in LOADED:
        importlib.import_module(name)
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    os.environ |= {"PYTHONPATH": str(tree / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    os.chdir(tree)
    sys.path.insert(0, str(tree / "src"))


@contextlib.contextmanager
def changed(tree: Path, place: Place, text: str) -> Iterator[None]:
    """Have a module changed, with a time of its own so that no compiled form of another text is taken for it."""
    path = tree / place.path
    before, was = path.read_bytes(), path.stat()
    try:
        path.write_text(text)
        os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns + (1 + place.number) * 10**9))
        yield
    finally:
        path.write_bytes(before)
        os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns))


def first_failure(tests: list[str], *, timeout_s: float) -> str | None:
    """Run tests until one fails; return which, or that they did not end; None if all pass. Exit if they cannot be run at all."""
    with tempfile.NamedTemporaryFile(prefix="sviedka-mutant-") as said:
        child = os.fork()
        if child == 0:
            _be_pytest(tests, said.fileno())
        status = _wait(child, timeout_s)
        _end_what_is_left()
        if status == 0:
            return None
        lines = Path(said.name).read_text("utf-8", "replace").splitlines()
    if status is None:
        return "no end"
    found = next((line for line in lines if line.startswith(("FAILED", "ERROR tests"))), None)
    if found is None and status == 1:  # what a test left behind failed the end of the run
        return "the end of the run"
    if found is None:  # neither a test nor the import of what it tests
        raise SystemExit("\n".join([f"the tests could not be run ({status}):", *lines[-20:]]))
    return found


def _be_pytest(tests: list[str], output: int) -> None:
    status = 99
    try:
        os.setsid()
        os.dup2(output, 1)
        os.dup2(output, 2)
        with tempfile.TemporaryDirectory(prefix="sviedka-mutant-") as base:
            status = int(sys.modules["pytest"].main([*ORDINARY, "-x", "-rfE", f"--basetemp={base}/pt", *tests]))
    except BaseException:  # noqa: BLE001  # the end of a process; its parent shows what it said
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(status)


def _wait(child: int, timeout_s: float) -> int | None:
    until = time.monotonic() + timeout_s
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.05)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


def _end_what_is_left() -> None:
    """End the processes that tests left: they are our children now."""
    with contextlib.suppress(ChildProcessError):
        while True:
            for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split():
                os.kill(int(pid), signal.SIGKILL)
            os.waitpid(-1, 0)
