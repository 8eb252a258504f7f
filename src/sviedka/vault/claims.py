# SPDX-License-Identifier: AGPL-3.0-or-later
"""Temporaries: made under a claim, so that what a killed process left can be told from what another one writes.

Whoever writes a temporary holds a `flock` on it, or on the folder it lies in; the kernel drops the claim with the
process. `sweep` removes what nobody claims. It may run at any time, beside any number of writers.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from typing import TYPE_CHECKING, Final, Self

from sviedka.vault.disk_errors import translating
from sviedka.vault.entropy import random_bytes

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

TEMPORARY_PREFIX: Final = ".new-"
"""First letters of a temporary that lies beside its target."""


def create_claimed(folder: Path, *, flags: int = 0) -> tuple[int, Path]:
    """Create an empty temporary in `folder` for this process alone (0600); return its descriptor and path."""
    while True:
        path = folder / f"{TEMPORARY_PREFIX}{random_bytes(8).hex()}"
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW | flags, 0o600)
        if claim(handle) and _is_still(path, handle):
            return handle, path
        os.close(handle)  # a sweep came between creating and claiming, and took it away


class ScratchFolder:
    """A folder of temporaries that belongs to one process until it closes it or dies."""

    def __init__(self, parent: Path) -> None:
        """Create and claim a folder in `parent`, which is made if need be; raise what a disk may refuse with."""
        with translating():
            parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            while not self._made_in(parent):
                pass

    def _made_in(self, parent: Path) -> bool:
        self.path = parent / f"{TEMPORARY_PREFIX}{random_bytes(8).hex()}"
        self.path.mkdir(mode=0o700)
        try:
            self._handle = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except FileNotFoundError:  # a sweep was quicker
            return False
        if claim(self._handle) and _is_still(self.path, self._handle):
            return True
        os.close(self._handle)
        return False

    def close(self) -> None:
        """Remove the folder with what is left in it, and give up the claim."""
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._handle)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, reason: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def sweep(folder: Path) -> int:
    """Remove the temporaries directly in `folder` that no living process claims; return how many."""
    removed = 0
    try:
        names = [entry.name for entry in os.scandir(folder) if entry.name.startswith(TEMPORARY_PREFIX)]
    except (FileNotFoundError, NotADirectoryError):
        return 0
    for name in names:
        removed += _remove_unclaimed(folder / name)
    return removed


def _remove_unclaimed(path: Path) -> bool:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        if not claim(handle):
            return False
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
        return True
    finally:
        os.close(handle)


def claim(handle: int) -> bool:
    """Claim an open file or folder for as long as it is open; tell whether nobody else does."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_still(path: Path, handle: int) -> bool:
    try:
        found = path.lstat()
    except FileNotFoundError:
        return False
    held = os.fstat(handle)
    return (found.st_dev, found.st_ino) == (held.st_dev, held.st_ino)
