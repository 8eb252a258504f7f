# SPDX-License-Identifier: AGPL-3.0-or-later
"""A dossier as a folder."""

from __future__ import annotations

import mmap
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.core.disclose.bag_paths import MAX_FILES
from sviedka.verify.container import BLOCK_BYTES, MAX_ENTRIES, ContainerMalformed, DossierUnreadable, Entry
from sviedka.verify.regular import open_regular

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import FileIO
    from pathlib import Path


MAX_DEPTH: Final = 16
"""Parts of a path. No dossier's has more than five; endless nesting is made to exhaust whoever follows it."""

_WORTH_MAPPING: Final = 1 << 20
_WINDOW_BYTES: Final = 64 << 20


@dataclass(frozen=True, slots=True)
class FolderContainer:
    """The files under `root`. Links are listed and never followed."""

    root: Path

    def entries(self) -> tuple[Entry, ...]:
        """List files and links; folders count only through what is in them."""
        try:
            found: list[Entry] = []
            for entry in _walk(self.root):
                found.append(entry)
                if len(found) > MAX_FILES:
                    break  # enough to refuse it; a wrong folder may hold millions
        except OSError as reason:
            raise DossierUnreadable("The folder cannot be listed.") from reason
        return tuple(found)

    def blocks(self, entry: Entry, *, mapped: bool = False) -> Iterator[memoryview | bytes]:
        """Read a file through one buffer, or, `mapped`, from the disk's own pages."""
        path = self.root / entry.path
        try:
            # What was a file when it was listed may be a link or a pipe now.
            with open_regular(path, follow=False) as file:
                yield from _mapped(file) if mapped and entry.size_bytes >= _WORTH_MAPPING else _read(file)
        except OSError as reason:
            raise DossierUnreadable("A file of the dossier cannot be read.") from reason


def _read(file: FileIO) -> Iterator[memoryview]:
    buffer = memoryview(bytearray(BLOCK_BYTES))
    while count := file.readinto(buffer):
        yield buffer[:count]


def _mapped(file: FileIO) -> Iterator[memoryview]:
    """Yield a file's pages, a window at a time: a large file must not look like as much memory."""
    size, start = os.fstat(file.fileno()).st_size, 0
    while start < size:
        length = min(_WINDOW_BYTES, size - start)
        with (
            mmap.mmap(file.fileno(), length, access=mmap.ACCESS_READ, offset=start) as window,
            memoryview(window) as pages,
        ):
            for place in range(0, length, BLOCK_BYTES):
                with pages[place : place + BLOCK_BYTES] as block:
                    yield block
        start += length


def _walk(root: Path) -> Iterator[Entry]:
    """List what is below `root`, folder by folder: as deep as a dossier may be, and no more folders than that."""
    waiting, folders = [""], 0
    while waiting:
        folder = waiting.pop()
        if folder.count("/") >= MAX_DEPTH:
            raise ContainerMalformed("Folders lie in one another deeper than in any dossier.")
        with os.scandir(root / folder) as listing:
            for item in listing:
                path = folder + item.name
                if item.is_dir(follow_symlinks=False):
                    waiting.append(f"{path}/")
                    folders += 1
                    if folders > MAX_ENTRIES:
                        raise ContainerMalformed("It holds more folders than a dossier may.")
                elif item.is_file(follow_symlinks=False):
                    yield Entry(path=path, size_bytes=item.stat(follow_symlinks=False).st_size)
                else:
                    yield Entry(path=path, size_bytes=0, is_regular=False)
