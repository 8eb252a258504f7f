# SPDX-License-Identifier: AGPL-3.0-or-later
"""Compile the inner loops to machine code. The one place where numba is named, because it carries no types."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

from numba import njit

if TYPE_CHECKING:
    from collections.abc import Callable

Loop = TypeVar("Loop", bound="Callable[..., object]")


def compiled(loop: Loop) -> Loop:
    """Return `loop` as machine code: kept on disk between runs, and without Python's lock, so that chains run at once."""
    return cast("Loop", njit(cache=True, nogil=True)(loop))
