# SPDX-License-Identifier: AGPL-3.0-or-later
"""Many new files made durable with a few syncs.

Order for the group (spec/06-vault.md §3.2): every file written under a temporary name; all data synced; every file
linked to its own name, never over another; all names synced. Only then is any of them acknowledged. With
`syncfs(2)` the two syncs are two calls, however many files there are; without it, one per file and folder.
"""

from __future__ import annotations

import ctypes
import fcntl
import hashlib
import os
import platform
import re
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from sviedka.vault.claims import ScratchFolder
from sviedka.vault.disk_errors import translating
from sviedka.vault.entropy import new_id
from sviedka.vault.folders import Bytes, make_folder, write_all

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import TracebackType


OPEN_SUFFIX: Final = ".open"
"""Ends the name of a list whose group was not yet known to be complete."""


class GroupCommit:
    """New files that become durable together. Use as a context manager; what was not committed is discarded.

    Targets may lie on several disks: each disk has its own folder of temporaries and its own syncs.
    """

    def __init__(self, *scratch: Path, use_syncfs: bool | None = None) -> None:
        """Open a group.

        Args:
            scratch: Folders for temporaries, at least one on each file system that targets lie on.
            use_syncfs: Force one way of syncing; by default the system is asked.
        """
        self._use_syncfs = HAS_SYNCFS if use_syncfs is None else use_syncfs
        self._disks: dict[int, _Disk] = {}
        self._folders: dict[str, _Disk] = {}
        self._waiting: list[tuple[str, str]] = []
        self._sums: dict[str, list[str]] = {}
        self._held: list[int] = []
        self._kept: set[str] = set()
        self._count = 0
        with translating():
            for folder in scratch:
                device = folder.stat().st_dev
                if device not in self._disks:
                    self._disks[device] = _Disk(folder)

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, path: Path | str, data: Bytes, mode: int = 0o444) -> None:
        """Write `data` for `path`, whose folder must exist. Not durable and not visible before `commit`.

        Raises:
            DiskFull, ReadOnly, DiskError: The group can only be discarded.
        """
        target = str(path)
        with translating():
            temporary = self._name(target)
            handle = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, mode)
            try:
                self._fill(handle, data)
            finally:
                os.close(handle)
        self._waiting.append((temporary, target))

    def list_sum(self, folder: str, name: str, data: Bytes) -> None:
        """Have `commit` put a list with a line for `name` into `folder`: one list for the group.

        The list has the suffix `.open` until all files of the group are durable, so that what a kill left half-linked
        is not taken for a loss.
        """
        self._sums.setdefault(folder, []).append(f"{hashlib.sha256(data).hexdigest()}  {name}\n")

    def hold(self, key: str, take: Callable[[], int]) -> None:
        """Have the group keep a descriptor that `take` returns, a lock, until it is committed or discarded; once for `key`."""
        if key not in self._kept:
            self._held.append(take())
            self._kept.add(key)

    def reserve(self, path: Path) -> Path:
        """Return where a file for `path` may be made by the caller, who syncs it and then `adopt`s it."""
        with translating():
            return Path(self._name(str(path)))

    def adopt(self, temporary: Path, path: Path) -> None:
        """Take a file at a `reserve`d place, synced by the caller, into the group."""
        self._waiting.append((str(temporary), str(path)))

    def commit(self) -> None:
        """Make every file of the group durable under its own name; the group is then empty and can be used again.

        Raises:
            AlreadyThere: One of the names exists. None of the group is kept.
            DiskFull, ReadOnly, DiskError: None of the group is kept or acknowledged.
        """
        if not self._waiting:
            return
        linked: list[str] = []
        with translating():
            try:
                lists = self._write_lists()
                self._sync_data()
                for temporary, path in self._waiting:
                    os.link(temporary, path, follow_symlinks=False)
                    linked.append(path)
                self._sync_names(linked)
            except BaseException:
                # After a failed sync nothing may be synced again and believed: the whole group counts as lost.
                _discard(linked)
                raise
            else:
                _close_lists(lists)
            finally:
                self._reset()

    def close(self) -> None:
        """Discard what was not committed."""
        self._reset()
        for disk in self._disks.values():
            disk.close()
        self._disks.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, reason: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _name(self, target: str) -> str:
        self._count += 1
        folder = target.rpartition("/")[0]
        disk = self._folders.get(folder)
        if disk is None:
            disk = self._folders[folder] = self._disks[Path(folder).stat().st_dev]
        return f"{disk.prefix}{self._count}"

    def _write_lists(self) -> list[str]:
        """Write the lists, to be linked before what they list; return their names."""
        lists = []
        for folder, lines in self._sums.items():
            make_folder(Path(folder))
            path = f"{folder}/{new_id()}"
            temporary = self._name(path)
            self._held.append(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o444))
            fcntl.flock(self._held[-1], fcntl.LOCK_EX)  # recovery leaves an open list alone while somebody holds it
            self._fill(self._held[-1], "".join(lines).encode("ascii"))
            self._waiting.insert(0, (temporary, f"{path}{OPEN_SUFFIX}"))
            lists.append(path)
        return lists

    def _fill(self, handle: int, data: Bytes) -> None:
        write_all(handle, data)
        if not self._use_syncfs:
            os.fsync(handle)

    def _reset(self) -> None:
        _discard(temporary for temporary, _ in self._waiting)
        self._waiting.clear()
        self._sums.clear()
        self._kept.clear()
        while self._held:
            os.close(self._held.pop())

    def _sync_data(self) -> None:
        if self._use_syncfs:
            for disk in self._disks.values():
                sync_disk(disk.handle)

    def _sync_names(self, linked: list[str]) -> None:
        if self._use_syncfs:
            self._sync_data()
            return
        for folder in dict.fromkeys(path.rpartition("/")[0] for path in linked):
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


class _Disk:
    """One file system: a claimed folder of temporaries, and a descriptor to sync it by."""

    def __init__(self, folder: Path) -> None:
        self.scratch = ScratchFolder(folder)
        self.prefix = f"{self.scratch.path}/"
        # syncfs reports errors since *this* descriptor was opened, so it is opened before anything is written
        self.handle = os.open(self.scratch.path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)

    def close(self) -> None:
        os.close(self.handle)
        self.scratch.close()


def _close_lists(lists: list[str]) -> None:
    for path in lists:
        with suppress(OSError):  # need not be durable, nor succeed: recovery does it too
            os.rename(f"{path}{OPEN_SUFFIX}", path)  # noqa: PTH104


def _discard(paths: Iterable[str]) -> None:
    for path in paths:
        with suppress(OSError):
            os.unlink(path)  # noqa: PTH108  # thousands in a row: a Path object each would cost as much as the call


def sync_disk(handle: int) -> None:
    """Make all that was written on the file system of `handle` durable (`syncfs(2)`); raise `OSError` if it is not."""
    if _LIBC.syncfs(handle) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def _has_syncfs() -> bool:
    # Before Linux 5.8 syncfs did not tell of failed writes (syncfs(2), "VERSIONS"), so it could not be believed.
    found = re.match(r"([0-9]+)\.([0-9]+)", platform.release())
    if not sys.platform.startswith("linux") or not found or not hasattr(_LIBC, "syncfs"):
        return False
    return (int(found[1]), int(found[2])) >= (5, 8)


_LIBC: Final = ctypes.CDLL(None, use_errno=True)
HAS_SYNCFS: Final = _has_syncfs()
"""Whether one call makes a whole file system durable here and tells when it could not."""
