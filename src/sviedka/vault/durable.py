# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files that are there after a power cut, whole, or not at all (spec/06-vault.md §3).

Order for one file: written under a temporary name, synced, linked to its own name (never over another), the folder
synced. Only then is it acknowledged. After a failed sync the kernel may have dropped the data while a second sync
would say "done": so nothing is synced twice, the file is taken away and counts as lost.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from typing import TYPE_CHECKING

from sviedka.vault.claims import create_claimed
from sviedka.vault.disk_errors import AlreadyThere, DiskError, DiskFull, ReadOnly, translating
from sviedka.vault.folders import Bytes, make_folder, sync_folder, write_all
from sviedka.vault.group_commit import GroupCommit

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "AlreadyThere",
    "DiskError",
    "DiskFull",
    "GroupCommit",
    "ReadOnly",
    "append_line",
    "make_folder",
    "remove",
    "replace",
    "sync_folder",
    "write_all",
    "write_new",
]


def write_new(path: Path, data: Bytes, mode: int = 0o444, *, scratch: Path | None = None) -> None:
    """Create `path` with `data`, durable on return. Its folder is made if need be.

    Args:
        path: Must not exist.
        data: All of it.
        mode: Permissions, whatever the umask.
        scratch: Folder on the same file system for the temporary; else the temporary lies beside `path`.

    Raises:
        AlreadyThere: `path` exists; it was not touched.
        DiskFull, ReadOnly, DiskError: Nothing was written.
    """
    make_folder(path.parent)
    with translating():
        handle, temporary = create_claimed(scratch or path.parent)
        linked = False
        try:
            _fill(handle, data, mode)
            os.link(temporary, path, follow_symlinks=False)
            linked = True
            temporary.unlink()
            sync_folder(path.parent)
        except BaseException:
            _discard(temporary)
            if linked:
                _discard(path)  # the name may not be durable, so it was never acknowledged
            raise
        finally:
            os.close(handle)


def replace(path: Path, data: Bytes, mode: int = 0o600) -> None:
    """Put `data` in place of `path` (which need not exist): after a power cut the old or the new, whole.

    Raises:
        DiskFull, ReadOnly, DiskError: The old content stands, or if the last step failed, either.
    """
    make_folder(path.parent)
    with translating():
        handle, temporary = create_claimed(path.parent)
        try:
            _fill(handle, data, mode)
            temporary.rename(path)
        except BaseException:
            _discard(temporary)
            raise
        finally:
            os.close(handle)
        sync_folder(path.parent)


def append_line(path: Path, line: str) -> None:
    """Add one line to a file, durable on return; writers take turns. The file is made (0644) if need be.

    Args:
        path: A text file whose every line ends in LF.
        line: Without LF.

    Raises:
        DiskFull, ReadOnly, DiskError: The file is as it was, or has lost only a part of this line.
    """
    if "\n" in line:
        raise ValueError("one line at a time")
    make_folder(path.parent)
    with translating():
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            size = os.fstat(handle).st_size
            try:
                write_all(handle, line.encode("utf-8") + b"\n")
                os.fsync(handle)
            except BaseException:
                with suppress(OSError):
                    os.ftruncate(handle, size)
                raise
        finally:
            os.close(handle)
        if size == 0:  # its name may be as new as the line
            sync_folder(path.parent)


def remove(path: Path) -> None:
    """Take a file away, durable on return; no error if it is not there."""
    with translating():
        try:
            path.unlink()
        except FileNotFoundError:
            return
        sync_folder(path.parent)


def _fill(handle: int, data: Bytes, mode: int) -> None:
    write_all(handle, data)
    os.fchmod(handle, mode)
    os.fsync(handle)


def _discard(path: Path) -> None:
    with suppress(OSError):
        path.unlink()
