# SPDX-License-Identifier: AGPL-3.0-or-later
"""When the keeper locks by itself: after a while without use, and at the latest after a longer while.

Two processes watch it: the key-holding one, and its parent, in case the first hangs. They share the moment in
eight bytes of memory. Measured by a clock that goes on while the machine sleeps: an office that is carried away with
the lid closed is locked when it wakes.
"""

from __future__ import annotations

import mmap
import struct
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

LONGEST_S: Final = 12 * 3600.0
"""Whatever is asked of it, a keeper is locked after this long."""

_MOMENT: Final = struct.Struct("d")


def read_boot_clock() -> float:
    """Return seconds since the machine started, sleep included (`CLOCK_BOOTTIME`; else the monotonic clock)."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class Deadline:
    """The moment of the lock, shared over a fork."""

    def __init__(
        self, idle_s: float, *, longest_s: float = LONGEST_S, clock: Callable[[], float] = read_boot_clock
    ) -> None:
        """Begin counting now."""
        self.clock = clock
        self._idle_s = idle_s
        self._latest = clock() + longest_s
        self._shared = mmap.mmap(-1, _MOMENT.size)  # anonymous and shared: a child's changes are its parent's
        self.touch()

    def touch(self) -> None:
        """Count from now again: the keeper was used."""
        moment = min(self.clock() + self._idle_s, self._latest)
        self._shared[:] = _MOMENT.pack(moment)

    def remaining_s(self) -> float:
        """Return the seconds left, 0 when there are none."""
        return max(0.0, self._left_s())

    def overdue_s(self) -> float:
        """Return the seconds since it was time, 0 before."""
        return max(0.0, -self._left_s())

    def moment(self, now: datetime) -> datetime:
        """Return the moment as people write it, counted from `now`, in whole seconds."""
        return now + timedelta(seconds=int(self.remaining_s()))

    def passed(self) -> bool:
        """Tell whether it is time."""
        return self.remaining_s() <= 0

    def _left_s(self) -> float:
        (moment,) = _MOMENT.unpack(self._shared[:])
        return float(moment) - self.clock()
