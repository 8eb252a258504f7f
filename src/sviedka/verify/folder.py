# SPDX-License-Identifier: AGPL-3.0-or-later
"""A dossier as a folder."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sviedka.core.disclose.bag_paths import MAX_FILES
from sviedka.verify.container import BLOCK_BYTES, DossierUnreadable, Entry

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class FolderContainer:
    """The files under `root`. Links are listed and never followed."""

    root: Path

    def entries(self) -> tuple[Entry, ...]:
        """List files and links; folders count only through what is in them."""
        try:
            found: list[Entry] = []
            for entry in _walk(self.root, ""):
                found.append(entry)
                if len(found) > MAX_FILES:
                    break  # enough to refuse it; a wrong folder may hold millions
        except OSError as reason:
            raise DossierUnreadable("The folder cannot be listed.") from reason
        return tuple(found)

    def blocks(self, entry: Entry) -> Iterator[memoryview | bytes]:
        """Read a file through one buffer."""
        path = self.root / entry.path
        buffer = memoryview(bytearray(min(BLOCK_BYTES, entry.size_bytes + 1)))
        try:
            # O_NOFOLLOW: what was a file when it was listed may be a link now.
            descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0))
            with open(descriptor, "rb", buffering=0) as file:  # noqa: PTH123  # a descriptor, not a path
                while count := file.readinto(buffer):
                    yield buffer[:count]
        except OSError as reason:
            raise DossierUnreadable("A file of the dossier cannot be read.") from reason


def _walk(folder: Path, prefix: str) -> Iterator[Entry]:
    with os.scandir(folder) as listing:
        for item in listing:
            path = prefix + item.name
            if item.is_dir(follow_symlinks=False):
                yield from _walk(folder / item.name, f"{path}/")
            elif item.is_file(follow_symlinks=False):
                yield Entry(path=path, size_bytes=item.stat(follow_symlinks=False).st_size)
            else:
                yield Entry(path=path, size_bytes=0, is_regular=False)
