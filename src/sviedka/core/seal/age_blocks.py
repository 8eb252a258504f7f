# SPDX-License-Identifier: AGPL-3.0-or-later
"""Blocks: whole runs of chunks that a stage hands to the next, in buffers used over and over.

One block is 2 MiB of plaintext (32 chunks): long enough that handing over costs nothing, short enough that a block
stays in a core's cache between being encrypted and being hashed. Sealed blocks are cut so that every write but the
last is whole pages from the start of a page, which is what writing past the page cache needs.
"""

from __future__ import annotations

import mmap
from typing import TYPE_CHECKING, Final, Protocol

from sviedka.core.seal.age_chunks import PLAIN_CHUNK, SEALED_CHUNK

if TYPE_CHECKING:
    from collections.abc import Iterator

BLOCK_CHUNKS: Final = 32
PLAIN_BLOCK: Final = BLOCK_CHUNKS * PLAIN_CHUNK
SEALED_BLOCK: Final = BLOCK_CHUNKS * SEALED_CHUNK
PAGE_BYTES: Final = 4096


class Reader(Protocol):
    """A source of bytes: an unbuffered file, a socket's file, `io.BytesIO`."""

    def readinto(self, buffer: memoryview, /) -> int | None:
        """Fill the front of `buffer`; return how many bytes, 0 at the end."""
        ...


class Writer(Protocol):
    """A sink of bytes."""

    def write(self, data: memoryview, /) -> object:
        """Take all of `data` before returning; the buffer is used again afterwards."""
        ...


def new_buffer(size_bytes: int) -> memoryview:
    """Return zeroed memory that begins at the start of a page."""
    return memoryview(mmap.mmap(-1, size_bytes))[:size_bytes]


def fill(reader: Reader, buffer: memoryview) -> int:
    """Read until `buffer` is full or the source ends; return how many bytes it now holds."""
    held = 0
    while held < len(buffer):
        count = reader.readinto(buffer[held:])
        if not count:
            break
        held += count
    return held


def parts(buffer: memoryview, size_bytes: int, step: int) -> Iterator[memoryview]:
    """Cut the first `size_bytes` of `buffer` into pieces of `step`; one empty piece if there are none."""
    for start in range(0, max(1, size_bytes), step):
        yield buffer[start : min(start + step, size_bytes)]
