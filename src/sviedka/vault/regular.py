# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files that others put where we read: never a pipe, which would have us wait for its writer, nor a device."""

from __future__ import annotations

from io import BufferedReader
from typing import TYPE_CHECKING

from sviedka.core.base.errors import Malformed
from sviedka.verify import regular

if TYPE_CHECKING:
    from pathlib import Path


class NotAFile(Malformed):
    """Something lies where a file should be, and is none: a pipe, a socket, a device or a folder."""

    code = "malformed.not-a-file"
    hint = "Whoever can write there has put it there. Remove it."


def open_regular(path: Path) -> BufferedReader:
    """Open a file for reading; the caller translates an `OSError`.

    Raises:
        NotAFile: It is none, whatever its name says. Nothing was read or waited for.
        OSError: It is not there, or cannot be read.
    """
    try:
        return BufferedReader(regular.open_regular(path))
    except regular.NotRegular as reason:
        raise NotAFile("{name} is not a file.", name=path.name) from reason
