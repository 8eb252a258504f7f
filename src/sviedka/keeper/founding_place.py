# SPDX-License-Identifier: AGPL-3.0-or-later
"""The two folders of a founding: claimed by a marker, swept if an earlier founding was cut short, never mixed up.

Only what bears our marker is swept, and only while no archive is in it; any other content is refused untouched.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
from typing import TYPE_CHECKING, Final, Self

from sviedka.core.base.ids import is_id
from sviedka.keeper.errors import ArchiveThere, FolderNotEmpty
from sviedka.keeper.offline_folder import WRITTEN
from sviedka.vault.claims import TEMPORARY_PREFIX, sweep
from sviedka.vault.disk_errors import translating
from sviedka.vault.durable import make_folder, remove, write_new
from sviedka.vault.entropy import new_id
from sviedka.vault.layout import CONFIG_NAME

if TYPE_CHECKING:
    from pathlib import Path

MARKER: Final = "FOUNDING"
"""Name of the file that says: a founding is going on here, or was cut short. Its content is the founding's number."""

_OURS_ALONE: Final = 0o700
_IN_ARCHIVE: Final = ("keys", "cells", "locks", "run")


class FoundingPlace:
    """Claims both folders; use as a context manager. Left in order, the markers are gone."""

    def __init__(self, folder: Path, offline: Path) -> None:
        """Name the archive's folder and the offline one, both absolute."""
        self.folder = folder
        self.offline = offline
        self._claim = -1

    def __enter__(self) -> Self:
        if self.offline == self.folder or self.folder in self.offline.parents:
            raise FolderNotEmpty("The offline folder cannot lie inside the archive's.")
        with translating():
            make_folder(self.folder)
            self._claim = _claim(self.folder)
            try:
                self._take()
            except BaseException:
                os.close(self._claim)
                raise
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            for folder in (self.offline, self.folder):
                remove(folder / MARKER)
        os.close(self._claim)

    def _take(self) -> None:
        if (self.folder / CONFIG_NAME).exists():
            raise ArchiveThere("There is an archive in this folder already.")
        before = _read_marker(self.folder)
        self._look(before)
        self._sweep(before)
        self._mark()
        for folder in (self.folder, self.offline):
            with contextlib.suppress(PermissionError):  # a file system without permissions
                folder.chmod(_OURS_ALONE)

    def _look(self, before: str | None) -> None:
        """Refuse before anything is touched: content that is not ours, or an offline folder of something else."""
        if before is None and _content(self.folder):
            raise FolderNotEmpty("The folder for the new archive is not empty.")
        ours = before is not None and _read_marker(self.offline) == before
        if not ours and self.offline.exists() and _content(self.offline):
            raise FolderNotEmpty("The offline folder is not empty; it may hold the root of another archive.")

    def _sweep(self, before: str | None) -> None:
        """Take away what a founding that was cut short has left."""
        if before is None:
            return
        if _read_marker(self.offline) == before:
            _clear(self.offline, WRITTEN)
        _clear(self.folder, _IN_ARCHIVE)

    def _mark(self) -> None:
        number = new_id().encode()
        write_new(self.folder / MARKER, number)
        make_folder(self.offline)
        write_new(self.offline / MARKER, number)


def _content(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if not path.name.startswith(TEMPORARY_PREFIX)]


def _read_marker(folder: Path) -> str | None:
    """Return the number in a folder's marker, if it has one."""
    try:
        text = (folder / MARKER).read_text("ascii", "replace")
    except (FileNotFoundError, NotADirectoryError):
        return None
    return text if is_id(text) else None


def _claim(folder: Path) -> int:
    """Take the folder for this process alone, until it closes the descriptor or ends."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as reason:
        os.close(descriptor)
        raise FolderNotEmpty("Another founding is going on in this folder.") from reason
    return descriptor


def _clear(folder: Path, names: tuple[str, ...]) -> None:
    """Remove what a founding writes, its marker last, so that being cut short here is no harm either.

    Raises:
        FolderNotEmpty: Something else lies there besides; then nothing is removed.
    """
    if set(_content(folder)) - {*names, MARKER}:
        raise FolderNotEmpty("A founding was cut short here, and something else was put beside what it left.")
    for path in (folder / name for name in names):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    sweep(folder)
    remove(folder / MARKER)
