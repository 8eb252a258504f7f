# SPDX-License-Identifier: AGPL-3.0-or-later
"""A folder on a real disk to measure in, and what is measured: files that nobody can compress."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sviedka.vault.entropy import random_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

ENVIRONMENT_NAME: Final = "SVIEDKA_BENCH"
"""Names the folder to measure in; else `/var/tmp`, which lies on a disk where `/tmp` often does not."""

_PIECE: Final = 16 * 1024**2


@contextmanager
def workplace() -> Iterator[Path]:
    """Make an empty folder to measure in; removed with all that is in it."""
    parent = os.environ.get(ENVIRONMENT_NAME) or "/var/tmp"  # noqa: S108  # made by tempfile, for this user alone
    with tempfile.TemporaryDirectory(prefix="sviedka-bench-", dir=parent) as folder:
        os.sync()  # what others have written is not to be paid for here
        yield Path(folder)


def make_random_file(path: Path, size: int) -> Path:
    """Write a file of random bytes; it is then in the page cache, as something just received is."""
    with path.open("wb") as file:
        for start in range(0, size, _PIECE):
            file.write(random_bytes(min(_PIECE, size - start)))
        file.flush()
        os.fsync(file.fileno())
    return path


def make_tree(folder: Path, count: int, size: int) -> list[Path]:
    """Write many files of random bytes into folders of a hundred; return them in order."""
    paths = [folder / f"{number // 100:04d}" / f"{number:06d}.bin" for number in range(count)]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(random_bytes(size))
    os.sync()
    return paths
