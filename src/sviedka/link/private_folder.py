# SPDX-License-Identifier: AGPL-3.0-or-later
"""A folder in memory for what processes hand to each other: names' keys must not touch a disk on the way."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

SHARED_MEMORY: Final = Path("/dev/shm")  # noqa: S108  # the folder in it is made by tempfile, for this user alone

_SPARE: Final = 2
"""Times what is to be handed over, that must be free."""


class NoSharedMemory(Unavailable):
    """There is no folder in memory, or too little room in it."""

    code = "unavailable.shared-memory"
    hint = "Link with one worker, or give the machine more shared memory (/dev/shm)."


@contextmanager
def private_folder(*, needed_bytes: int, place: Path = SHARED_MEMORY) -> Iterator[Path]:
    """Make a folder in memory that only this user can enter; it is gone, with all in it, when left.

    Args:
        needed_bytes: What is going to lie in it.
        place: A file system in memory.

    Raises:
        NoSharedMemory: `place` is none, or has not twice the room.
    """
    if not _is_memory(place):
        raise NoSharedMemory("This machine has no file system in memory.")
    room = os.statvfs(place)
    if room.f_bavail * room.f_frsize < _SPARE * needed_bytes:
        raise NoSharedMemory("The file system in memory has no room for {size} bytes.", size=needed_bytes)
    with tempfile.TemporaryDirectory(prefix="sviedka-link-", dir=place) as folder:
        yield Path(folder)


def _is_memory(place: Path) -> bool:
    """Whether the file system at `place` is a tmpfs, by the system's own table of mounts."""
    try:
        mounts = [line.split() for line in Path("/proc/self/mounts").read_text("utf-8").splitlines()]
    except OSError:
        return False
    return any(words[1] == str(place) and words[2] in {"tmpfs", "ramfs"} for words in mounts)
