# SPDX-License-Identifier: AGPL-3.0-or-later
"""The one clock, and what is known about how far it can be trusted.

A time of this machine is a claim. Each time we record stands beside a word that says whether the system believed
its clock to be set by a time source at that moment; nobody is asked to take it as proof (that is what stamps are for).
"""

from __future__ import annotations

import ctypes
import enum
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

_STA_UNSYNC: Final = 0x0040  # adjtimex(2): the clock is not set by a time source
_TIME_ERROR: Final = 5  # adjtimex(2): the state itself is unknown or in error


class ClockWord(enum.Enum):
    """What the system says about its own clock."""

    SYNCHRONISED = "synchronised"
    UNSYNCHRONISED = "unsynchronised"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class ClockTrust:
    """Facts about this machine's clock at one moment.

    Attributes:
        word: Whether a time source has set the clock.
        error_bound_us: The kernel's bound on the error, microseconds; None where it is unknown or means nothing.
    """

    word: ClockWord
    error_bound_us: int | None


def now() -> datetime:
    """Return the time, aware, UTC, in whole seconds (the formats keep no finer time)."""
    return datetime.now(UTC).replace(microsecond=0)  # noqa: TID251  # this is the clock that all others are told to use


def read_clock_trust() -> ClockTrust:
    """Ask the kernel whether its clock is set by a time source; `UNKNOWN` where it cannot say (not Linux, sandbox)."""
    if not sys.platform.startswith("linux"):
        return ClockTrust(word=ClockWord.UNKNOWN, error_bound_us=None)
    facts = _Timex()
    state = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.byref(facts))
    if state < 0:
        return ClockTrust(word=ClockWord.UNKNOWN, error_bound_us=None)
    if state == _TIME_ERROR or facts.status & _STA_UNSYNC:
        return ClockTrust(word=ClockWord.UNSYNCHRONISED, error_bound_us=None)
    return ClockTrust(word=ClockWord.SYNCHRONISED, error_bound_us=int(facts.maxerror))


class _Timex(ctypes.Structure):
    """`struct timex` as far as it is read; the rest is room that the kernel may fill (208 bytes on 64 bits)."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_byte * 256),
    )
