# SPDX-License-Identifier: AGPL-3.0-or-later
"""Folders whose names are durable, and the few calls that every durable write is made of."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sviedka.vault.disk_errors import translating

if TYPE_CHECKING:
    from pathlib import Path

Bytes = bytes | bytearray | memoryview


def make_folder(path: Path, mode: int = 0o700) -> None:
    """Make a folder and those above it that are missing, each name durable on return."""
    with translating():
        if path.is_dir():
            return
        make_folder(path.parent, mode)
        path.mkdir(mode=mode, exist_ok=True)
        sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Make the names in a folder durable."""
    with translating():
        handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def write_all(handle: int, data: Bytes) -> None:
    """Write all of `data`; raise the `OSError` of whatever stopped it."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(handle, rest) :]
