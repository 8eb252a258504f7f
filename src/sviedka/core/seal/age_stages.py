# SPDX-License-Identifier: AGPL-3.0-or-later
"""The stages of the fast pass: read ahead, open ahead, write behind. `seal_file` puts them together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from sviedka.core.seal.age_blocks import PAGE_BYTES, PLAIN_BLOCK, SEALED_BLOCK, Reader, Writer, fill, new_buffer
from sviedka.core.seal.age_chunks import NONCE_BYTES, SEALED_CHUNK
from sviedka.core.seal.age_stream import read_blocks

if TYPE_CHECKING:
    from collections.abc import Callable

    from sviedka.core.seal.age_pipeline import Channel
    from sviedka.core.seal.age_stream import BlockOpener

_DEPTH: Final = 4  # buffers of each kind: the reader holds two, the next stage one, one waits
_PIECE: Final = 4 * SEALED_CHUNK
_OUT_BYTES: Final = PAGE_BYTES + NONCE_BYTES + SEALED_BLOCK


class Filled(NamedTuple):
    """A buffer on its way to the next stage: its first `size` bytes count; `final` if nothing follows."""

    buffer: memoryview
    size: int
    final: bool


class Buffers:
    """Memory that the fast pass uses over and over, about 16 MiB. Not for two passes at the same time."""

    def __init__(self) -> None:
        self.source = tuple(new_buffer(PLAIN_BLOCK) for _ in range(_DEPTH))
        self.target = tuple(new_buffer(_OUT_BYTES) for _ in range(_DEPTH))


def read_ahead(
    reader: Reader,
    free: Channel[memoryview],
    full: Channel[Filled],
    update: Callable[[memoryview], None] | None,
) -> None:
    """Fill buffers from `reader` until it ends, tell each to `update` (a hash) and hand it on."""
    block = free.get()
    size = fill(reader, block)
    final = False
    while not final:
        # the next block is read before this one is handed on: only then is it known whether this is the last
        ahead, coming = block, 0
        if size == len(block):
            ahead = free.get()
            coming = fill(reader, ahead)
        final = not coming
        if update is not None:
            update(block[:size])
        full.put(Filled(block, size, final))
        block, size = ahead, coming


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
