# SPDX-License-Identifier: AGPL-3.0-or-later
"""One writer at a time: a lock that the kernel, and the server if there is one, lets go of when its holder dies.

The lock only orders writers, so that they queue instead of failing; what keeps a stale writer out is that a pack is
created exclusively. A file's lock reaches the processes of one machine; where the projections are on a server, workers
may be on several, and the server keeps a second lock for all of them.
"""

from __future__ import annotations

import fcntl
import importlib
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from sviedka.store.place import ServerPlace, place_of
from sviedka.vault.disk_errors import translating

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from sviedka.vault.layout import Archive

ADMISSION: Final = "admission"


@contextmanager
def admission_lock(archive: Archive) -> Iterator[None]:
    """Hold the archive's admission lock, waiting for it as long as it takes. Not re-entrant.

    Raises:
        DiskFull, ReadOnly, DiskError: There is no room for the file that is locked.
        ServerUnreachable, ServerRefused, ServerUnfit: The projections are on a server that gives no lock.
    """
    path = archive.lock_file(ADMISSION)
    with translating():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        place = place_of(archive)
        if isinstance(place, ServerPlace):
            with _server_lock(place):
                yield
        else:
            yield
    finally:
        os.close(descriptor)  # closing lets go of the lock


def _server_lock(place: ServerPlace) -> AbstractContextManager[None]:
    # imported when it is needed: an archive without a server never loads its driver
    lock: AbstractContextManager[None] = importlib.import_module("sviedka.store.postgresql.locks").admitting(place)
    return lock
