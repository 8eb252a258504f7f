# SPDX-License-Identifier: AGPL-3.0-or-later
"""How a passphrase goes from one process to the next: through a pipe, in buffers that are wiped, never as an argument.

Arguments and environment can be read by other processes and are kept in places that nobody wipes.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from sviedka.keeper.errors import FrameMalformed, KeysMissing
from sviedka.keeper.hygiene import wipe

if TYPE_CHECKING:
    from pathlib import Path

MAX_PASSPHRASE_BYTES: Final = 1024
_LENGTH_BYTES: Final = 2


def write_secret(descriptor: int, secret: bytearray) -> None:
    """Write one secret, which may be empty, with its length before it."""
    if len(secret) > MAX_PASSPHRASE_BYTES:
        raise FrameMalformed("A passphrase has at most {most} bytes.", most=MAX_PASSPHRASE_BYTES)
    os.write(descriptor, len(secret).to_bytes(_LENGTH_BYTES, "big"))
    if secret:
        os.write(descriptor, secret)


def read_secret(descriptor: int) -> bytearray:
    """Read one secret, straight into the buffer that is returned and that the caller wipes.

    Raises:
        FrameMalformed: The pipe ends too soon, or announces more than a passphrase.
    """
    size = int.from_bytes(_exactly(descriptor, _LENGTH_BYTES), "big")
    if size > MAX_PASSPHRASE_BYTES:
        raise FrameMalformed("A passphrase has at most {most} bytes.", most=MAX_PASSPHRASE_BYTES)
    return _exactly(descriptor, size)


def read_passphrase_file(path: Path) -> bytearray:
    """Return the passphrase in a file, without one line feed at its end; the caller wipes it.

    Raises:
        KeysMissing: The file cannot be read.
        FrameMalformed: It is empty, or longer than a passphrase.
    """
    buffer = bytearray(MAX_PASSPHRASE_BYTES + 2)
    try:
        with path.open("rb", buffering=0) as file:
            size = file.readinto(buffer)
    except OSError as reason:
        raise KeysMissing("The file with the passphrase cannot be read.") from reason
    passphrase = buffer[: size or 0]
    wipe(buffer)
    if passphrase.endswith(b"\n"):
        passphrase.pop()
    if not 1 <= len(passphrase) <= MAX_PASSPHRASE_BYTES:
        wipe(passphrase)
        raise FrameMalformed("A passphrase has 1 to {most} bytes.", most=MAX_PASSPHRASE_BYTES)
    return passphrase


def _exactly(descriptor: int, size: int) -> bytearray:
    buffer = bytearray(size)
    view = memoryview(buffer)
    while view:
        count = os.readv(descriptor, [view])
        if count == 0:
            raise FrameMalformed("The pipe with the passphrase ended too soon.")
        view = view[count:]
    return buffer
