# SPDX-License-Identifier: AGPL-3.0-or-later
"""Opening files whose names came from outside: nothing that could keep the reader waiting is opened."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from io import FileIO
    from pathlib import Path


class NotRegular(OSError):
    """Something lies there that is no regular file: a pipe, a socket, a device or a folder."""


def open_regular(path: Path, *, follow: bool = True) -> FileIO:
    """Open a regular file for reading, unbuffered; close it after use.

    A pipe without a writer would otherwise hold the program for ever, and a device need not ever end.

    Args:
        path: Where it lies.
        follow: Whether it may be a link to a file.

    Raises:
        NotRegular: It is no regular file. Nothing was read or waited for.
        OSError: It is not there, or cannot be read.
    """
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags if follow else flags | getattr(os, "O_NOFOLLOW", 0))
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise NotRegular("not a regular file")
    return open(descriptor, "rb", buffering=0)  # noqa: PTH123  # a descriptor; the caller closes it
