# SPDX-License-Identifier: AGPL-3.0-or-later
"""Epochs are ended by one process at a time, whoever began them: what the one counts on the other would take away."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sviedka.core.base.errors import Unavailable
from sviedka.vault.disk_errors import translating

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sviedka.vault.layout import Archive


class RotationUnderWay(Unavailable):
    """Another process is rotating the keys."""

    code = "unavailable.rotation-under-way"
    hint = "Wait until it has ended; it goes on by itself."


@contextmanager
def rotating_alone(archive: Archive) -> Iterator[None]:
    """Hold the lock of rotations while the block runs; raise `RotationUnderWay` if another process holds it."""
    path = archive.shared_lock_file("rotation")
    with translating():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as reason:
            raise RotationUnderWay("The keys are being rotated already.") from reason
        yield
    finally:
        os.close(handle)
