# SPDX-License-Identifier: AGPL-3.0-or-later
"""The most memory that a process and those it started had at any one time: peaks that do not fall together are not added."""

from __future__ import annotations

import contextlib
import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

INTERVAL_S: Final = 0.1


class MemoryWatch:
    """What was seen so far. `most_bytes`: resident, shared pages counted in each process."""

    most_bytes: int = 0

    def look(self) -> None:
        """Look once."""
        here = Path("/proc/self/task")
        children = [pid for task in here.glob("*/children") for pid in task.read_text().split()]
        self.most_bytes = max(self.most_bytes, sum(_resident(pid) for pid in ["self", *children]))


@contextlib.contextmanager
def memory_watch() -> Iterator[MemoryWatch]:
    """Look every `INTERVAL_S` while the block runs, and once at its end."""
    watch, ended = MemoryWatch(), threading.Event()

    def keep_looking() -> None:
        while not ended.wait(INTERVAL_S):
            watch.look()

    looking = threading.Thread(target=keep_looking, daemon=True)
    looking.start()
    try:
        yield watch
    finally:
        ended.set()
        looking.join()
        watch.look()


def _resident(pid: str) -> int:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):  # it ended meanwhile
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")
