# SPDX-License-Identifier: AGPL-3.0-or-later
"""The stages of the fast pass: read ahead, decrypt, write behind. `seal_file` puts them together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from sviedka.core.seal.age_blocks import PAGE_BYTES, SEALED_BLOCK, Reader, Writer, fill, new_buffer
from sviedka.core.seal.age_chunks import NONCE_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable

    from sviedka.core.seal.age_pipeline import Channel
    from sviedka.core.seal.age_stream import BlockOpener

_DEPTH: Final = 4  # buffers of each kind: the reader holds two, the next stage one, one waits
_OUT_BYTES: Final = PAGE_BYTES + NONCE_BYTES + SEALED_BLOCK


class Filled(NamedTuple):
    """A buffer on its way to the next stage: its first `size` bytes count; `final` if nothing follows."""

    buffer: memoryview
    size: int
    final: bool


class Buffers:
    """Memory that the fast pass uses over and over, about 16 MiB. Not for two passes at the same time."""

    def __init__(self) -> None:
        self.source = tuple(new_buffer(SEALED_BLOCK) for _ in range(_DEPTH))
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


def open_blocks(
    opener: BlockOpener,
    full: Channel[Filled],
    free: Channel[memoryview],
    free_out: Channel[memoryview],
    opened: Channel[Filled],
) -> None:
    """Decrypt each block and hand its plaintext on."""
    final = False
    while not final:
        block, size, final = full.get()
        out = free_out.get()
        made = opener.open(block[:size], out, final=final)
        free.put(block)
        opened.put(Filled(out, made, final))


def write_behind(writer: Writer, full: Channel[Filled], free: Channel[memoryview]) -> None:
    """Write each buffer and give it back."""
    final = False
    while not final:
        out, size, final = full.get()
        writer.write(out[:size])
        free.put(out)
