# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files in and out of a custodian's device, with nothing that only one kind of system has."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sviedka.core.base.errors import TooLarge
from sviedka.seat.errors import DeviceFailed

if TYPE_CHECKING:
    from pathlib import Path

_OWN: int = 0o600


def read_file(path: Path, *, most_bytes: int) -> bytes:
    """Return a whole file.

    Raises:
        DeviceFailed: It is not there or cannot be read.
        TooLarge: It has more than `most_bytes`.
    """
    try:
        with path.open("rb") as file:
            data = file.read(most_bytes + 1)
    except OSError as reason:
        raise DeviceFailed("The file {path} cannot be read.", path=str(path)) from reason
    if len(data) > most_bytes:
        raise TooLarge("The file {path} is larger than such a file can be.", path=str(path))
    return data


def write_new_file(path: Path, data: bytes) -> None:
    """Write a file that is not there yet, for this account alone where the system can; synced on return.

    Raises:
        DeviceFailed: Something is there already, or it cannot be written; then no part of it is left.
    """
    try:
        file = open(path, "xb", opener=lambda name, flags: os.open(name, flags, _OWN))  # noqa: SIM115  # closed below
    except OSError as reason:
        raise DeviceFailed("The file {path} cannot be made here, or is there already.", path=str(path)) from reason
    try:
        with file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError as reason:
        path.unlink(missing_ok=True)
        raise DeviceFailed("The file {path} cannot be written.", path=str(path)) from reason


def make_folder(path: Path) -> None:
    """Make a folder that is not there yet, for this account alone where the system can; raise `DeviceFailed`."""
    try:
        path.mkdir(mode=0o700)
    except OSError as reason:
        raise DeviceFailed("The file {path} cannot be made here, or is there already.", path=str(path)) from reason
