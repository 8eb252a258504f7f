# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a process does so that keys stay in it and end with it: wiping, no dumps, no swap, death with its parent.

Everything here but `wipe` and `forbid_dumps` is best effort: the promise that a lock leaves no key rests on the
process ending, not on these. Linux is meant; elsewhere the calls that do not exist are left out.
"""

from __future__ import annotations

import ctypes
import gc
import os
import resource
import signal
import sys
from typing import Final

from sviedka.core.base.wiping import wipe

__all__ = ["begin_forked", "die_with_parent", "forbid_dumps", "stay_out_of_swap", "wipe"]

_PR_SET_PDEATHSIG: Final = 1  # prctl(2)
_PR_SET_DUMPABLE: Final = 4
_MCL_EVERYTHING: Final = 1 | 2 | 4  # MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT, mlockall(2)


def forbid_dumps() -> None:
    """Forbid core dumps and, where the system can, being read by other processes of the same account."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def die_with_parent(parent: int) -> None:
    """Ask the kernel to kill this process when `parent`, its parent, ends.

    Args:
        parent: The parent's number as seen before the fork; if it has ended meanwhile, so do we.
    """
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def begin_forked(parent: int) -> None:
    """Do what a process does first that was forked from one at work.

    What the parent has done with is not collected here: finalizers of libraries wait for threads that no fork copies, or
    touch what such a thread had in hand.

    Args:
        parent: As for `die_with_parent`.
    """
    gc.freeze()
    die_with_parent(parent)


def stay_out_of_swap() -> None:
    """Keep this process's memory out of swap, if it may lock without a limit.

    Under a limit it is not tried: `MCL_FUTURE` would make later allocations fail, which is worse than swap.
    """
    if sys.platform.startswith("linux") and resource.getrlimit(resource.RLIMIT_MEMLOCK)[0] == resource.RLIM_INFINITY:
        ctypes.CDLL(None).mlockall(_MCL_EVERYTHING)
