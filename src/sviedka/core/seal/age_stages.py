# SPDX-License-Identifier: AGPL-3.0-or-later
"""The stages of the fast pass: begin, open ahead, write behind. `seal_file` puts them together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from sviedka.core.seal.age_blocks import (
    BLOCK_CHUNKS,
    PAGE_BYTES,
    PLAIN_BLOCK,
    SEALED_BLOCK,
    Reader,
    Writer,
    fill,
    new_buffer,
)
from sviedka.core.seal.age_chunks import NONCE_BYTES, PLAIN_CHUNK, SEALED_CHUNK
from sviedka.core.seal.age_stream import read_blocks

if TYPE_CHECKING:
    from collections.abc import Callable

    from sviedka.core.seal.age_pipeline import Channel
    from sviedka.core.seal.age_stream import BlockOpener, BlockSealer

KEPT_CHUNKS: Final = 24
"""Chunks of a block that are left to the stage that hashes the payload."""
KEPT_PLAIN: Final = KEPT_CHUNKS * PLAIN_CHUNK
KEPT_SEALED: Final = KEPT_CHUNKS * SEALED_CHUNK
_DEPTH: Final = 4  # buffers of each kind: the reader holds two, the next stage one, one waits
_PIECE: Final = 4 * SEALED_CHUNK
_OUT_BYTES: Final = PAGE_BYTES + NONCE_BYTES + SEALED_BLOCK


class Filled(NamedTuple):
    """A buffer on its way to the next stage: its first `size` bytes count; `final` if nothing follows."""

    buffer: memoryview
    size: int
    final: bool


class Begun(NamedTuple):
    """A block of plaintext on its way to be sealed, and the room whose last quarter is sealed already.

    Attributes:
        block: Plaintext in its first `size` bytes; `final` if nothing follows.
        out: Where its sealed chunks go, from `start` on.
        first: The number of its first chunk.
    """

    block: memoryview
    size: int
    final: bool
    out: memoryview
    start: int
    first: int


class Buffers:
    """Memory that the fast pass uses over and over, about 16 MiB. Not for two passes at the same time."""

    def __init__(self) -> None:
        self.source = tuple(new_buffer(PLAIN_BLOCK) for _ in range(_DEPTH))
        self.target = tuple(new_buffer(_OUT_BYTES) for _ in range(_DEPTH))


def begin_blocks(
    reader: Reader,
    sealer: BlockSealer,
    update: Callable[[memoryview], object],
    *,
    free: Channel[memoryview],
    free_out: Channel[memoryview],
    begun: Channel[Begun],
) -> None:
    """Read until `reader` ends, tell all of it to `update` (a hash), seal the last quarter of each block, and hand it on.

    The next stage has more to do: so this one takes a part of the encryption off it.
    """
    block, first = free.get(), 0
    size, final = fill(reader, block), False
    while not final:
        # the next block is read before this one is sealed: only then is it known whether this is the last
        ahead, coming = block, 0
        if size == len(block):
            ahead = free.get()
            coming = fill(reader, ahead)
        final = not coming
        out, start = free_out.get(), place_in_page(first)
        update(block[: min(size, KEPT_PLAIN)])
        if size > KEPT_PLAIN:
            sealer.seal(
                block[KEPT_PLAIN:size],
                out[start + KEPT_SEALED :],
                first=first + KEPT_CHUNKS,
                final=final,
                update_plain=update,
            )
        begun.put(Begun(block, size, final, out, start, first))
        block, size, first = ahead, coming, first + BLOCK_CHUNKS


def place_in_page(first: int) -> int:
    """Return where in a page the payload's chunk number `first` begins, if the payload begins with a page."""
    return (NONCE_BYTES + first * SEALED_CHUNK) % PAGE_BYTES


def open_ahead(reader: Reader, opener: BlockOpener, free: Channel[memoryview], opened: Channel[Filled]) -> None:
    """Read and decrypt until `reader` ends, and hand each buffer of plaintext on when it holds a whole block.

    Pieces are small: decrypting holds the interpreter's lock and reading lets go of it, so that whoever hashes does
    not wait for it.
    """
    out, held = free.get(), 0
    for piece, final in read_blocks(reader, (new_buffer(_PIECE), new_buffer(_PIECE))):
        held += opener.open(piece, out[held:], final=final)
        if final or held == PLAIN_BLOCK:
            opened.put(Filled(out, held, final))
            out, held = out if final else free.get(), 0


def write_behind(writer: Writer, full: Channel[Filled], free: Channel[memoryview]) -> None:
    """Write each buffer and give it back."""
    final = False
    while not final:
        out, size, final = full.get()
        writer.write(out[:size])
        free.put(out)
