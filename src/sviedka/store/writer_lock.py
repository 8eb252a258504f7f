# SPDX-License-Identifier: AGPL-3.0-or-later
"""One writer at a time: a file lock that the kernel lets go of when its holder dies.

The lock only orders writers, so that they queue instead of failing; what keeps a stale writer out is that a pack is
created exclusively.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from sviedka.vault.disk_errors import translating

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sviedka.vault.layout import Archive

ADMISSION: Final = "admission"


@contextmanager
def admission_lock(archive: Archive) -> Iterator[None]:
    """Hold the archive's admission lock, waiting for it as long as it takes. Not re-entrant.

    Raises:
        DiskFull, ReadOnly, DiskError: There is no room for the file that is locked.
    """
    path = archive.lock_file(ADMISSION)
    with translating():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)  # closing lets go of the lock
