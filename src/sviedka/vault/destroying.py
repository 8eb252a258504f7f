# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files whose bytes are to be gone, not only their names.

The bytes are overwritten where they lie, synced, and only then the name is taken away. That reaches the blocks of a
file system that writes in place (ext4, xfs without copies) on a magnetic disk, and what a controller shows of a solid
state one. It does not reach what a solid state disk, a copy-on-write file system or a snapshot keeps beside it: see
THREAT-MODEL.md. A kill in between leaves a file that no longer says anything; whoever destroys it again ends it.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from sviedka.vault.disk_errors import translating
from sviedka.vault.durable import remove
from sviedka.vault.entropy import random_bytes
from sviedka.vault.folders import write_all

if TYPE_CHECKING:
    from pathlib import Path

_PIECE: Final = 65_536


def destroy_file(path: Path) -> None:
    """Overwrite a small file and take it away, durable on return; no error if it is not there.

    Raises:
        ReadOnly, DiskError: Its name may still be there; what it said may be.
    """
    with translating():
        try:
            reading = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        except FileNotFoundError:
            return
        try:
            os.fchmod(reading, 0o600)  # key files are not for writing, not by us either
        finally:
            os.close(reading)
        handle = os.open(path, os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        try:
            rest = os.fstat(handle).st_size
            while rest > 0:
                write_all(handle, random_bytes(min(rest, _PIECE)))
                rest -= _PIECE
            os.fsync(handle)
        finally:
            os.close(handle)
    remove(path)
