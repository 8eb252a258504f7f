# SPDX-License-Identifier: AGPL-3.0-or-later
"""The one place randomness comes from: the operating system's generator.

Everything above the core takes its random bytes here and hands them down as arguments, so that the core stays
reproducible and a reader finds in one file what all keys rest on.
"""

from __future__ import annotations

import os

from sviedka.core.base.ids import format_id


def random_bytes(count: int) -> bytes:
    """Return `count` fresh random bytes (`getrandom(2)`; blocks only before the machine's first seeding)."""
    return os.urandom(count)


def new_id() -> str:
    """Return a fresh identifier: 128 random bits, derived from nothing."""
    return format_id(os.urandom(16))
