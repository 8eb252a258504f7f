# SPDX-License-Identifier: AGPL-3.0-or-later
"""The fast pass: a file is read once, hashed, encrypted, hashed again and written, on all cores.

Three stages: one thread reads, hashes the plaintext and encrypts a quarter of it, the caller's thread encrypts the rest
and hashes the payload, one thread writes. They hold about 16 MiB between them whatever the file's size. Opening is the
same the other way round, with one hash. Neither knows where bytes come from or go to: reader and writer are arguments.
Spec: spec/02-item.md §4.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from sviedka.core.seal.age_blocks import PAGE_BYTES, Reader, Writer
from sviedka.core.seal.age_chunks import TAG_BYTES, count_chunks
from sviedka.core.seal.age_file import encrypt_payload
from sviedka.core.seal.age_pipeline import Channel, Pipeline
from sviedka.core.seal.age_stages import KEPT_PLAIN, Begun, Buffers, Filled, begin_blocks, open_ahead, write_behind
from sviedka.core.seal.age_stream import BlockOpener, BlockSealer, read_nonce

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, kw_only=True)
class SealedPayload:
    """What sealing one file tells.

    Attributes:
        plain_sha256: Of the file as it was; 32 bytes. Never public: it identifies a known file.
        payload_sha256: Of the payload, which is its name in the vault; 32 bytes.
        size_bytes: Of the file as it was.
    """

    plain_sha256: bytes
    payload_sha256: bytes
    size_bytes: int


@dataclass(frozen=True, kw_only=True)
class OpenedPayload:
    """What opening one payload tells, for comparing with what was recorded when it was sealed."""

    plain_sha256: bytes
    size_bytes: int


def seal_stream(
    reader: Reader,
    writer: Writer,
    *,
    file_key: bytes | bytearray,
    nonce: bytes,
    observe: Callable[[int], None] | None = None,
    buffers: Buffers | None = None,
) -> SealedPayload:
    """Seal all that `reader` gives: write the payload, return both hashes.

    Args:
        reader: Read from a thread of its own.
        writer: Written to from a thread of its own. Every write but the last is whole pages of 4,096 bytes from
            the start of a page. Making what was written durable is the caller's part.
        file_key: 16 fresh random bytes.
        nonce: 16 fresh random bytes.
        observe: Told, in the caller's thread, the plaintext bytes of each block that was encrypted.
        buffers: Memory of an earlier pass.
    """
    memory = buffers or Buffers()
    plain_hash, payload_hash = hashlib.sha256(), hashlib.sha256()
    with Pipeline() as pipeline:
        free, free_out = pipeline.channel(memory.source), pipeline.channel(memory.target)
        begun: Channel[Begun] = pipeline.channel()
        full: Channel[Filled] = pipeline.channel()
        begin = partial(begin_blocks, free=free, free_out=free_out, begun=begun)
        pipeline.start(partial(begin, reader, BlockSealer(file_key=file_key, nonce=nonce), plain_hash.update))
        pipeline.start(partial(write_behind, writer, full, free_out))
        sealer = BlockSealer(file_key=file_key, nonce=nonce)  # a cipher of its own: they work at the same time
        payload_hash.update(nonce)
        carried, total, final = nonce, 0, False
        while not final:
            block, size, final, out, start, first = begun.get()
            out[:start] = carried
            end = start + size + TAG_BYTES * count_chunks(size)
            kept = block[: min(size, KEPT_PLAIN)]
            ends_here = final and size <= KEPT_PLAIN
            made = sealer.seal(kept, out[start:], first=first, final=ends_here, update_sealed=payload_hash.update)
            payload_hash.update(out[start + made : end])
            free.put(block)
            whole = end if final else end // PAGE_BYTES * PAGE_BYTES
            carried = bytes(out[whole:end])
            full.put(Filled(out, whole, final))
            total += size
            if observe is not None:
                observe(size)
    return SealedPayload(plain_sha256=plain_hash.digest(), payload_sha256=payload_hash.digest(), size_bytes=total)


def open_stream(
    reader: Reader,
    writer: Writer,
    *,
    file_key: bytes | bytearray,
    observe: Callable[[int], None] | None = None,
    buffers: Buffers | None = None,
) -> OpenedPayload:
    """Open the payload that `reader` gives: write the plaintext, return its hash.

    Untrusted: what `reader` gives. `writer` must be a temporary that is thrown away unless this returns. Every write
    but the last is whole pages from the start of a page.

    Raises:
        PayloadForged, PayloadTruncated, PayloadTrailing: It is not what was sealed under this file key.
    """
    memory = buffers or Buffers()
    opener = BlockOpener(file_key=file_key, nonce=read_nonce(reader))
    plain_hash = hashlib.sha256()
    total = 0
    with Pipeline() as pipeline:
        free = pipeline.channel(memory.target)
        opened: Channel[Filled] = pipeline.channel()
        full: Channel[Filled] = pipeline.channel()
        pipeline.start(lambda: open_ahead(reader, opener, free, opened))
        pipeline.start(lambda: write_behind(writer, full, free))
        final = False
        while not final:
            out, size, final = opened.get()
            plain_hash.update(out[:size])
            full.put(Filled(out, size, final))
            total += size
            if observe is not None:
                observe(size)
    return OpenedPayload(plain_sha256=plain_hash.digest(), size_bytes=total)


@dataclass(frozen=True, kw_only=True)
class SealedBytes:
    """A small file sealed in memory: its payload, and what `SealedPayload` tells."""

    payload: bytearray
    facts: SealedPayload


def seal_bytes(
    plaintext: bytes | bytearray | memoryview,
    *,
    file_key: bytes | bytearray,
    nonce: bytes,
    plain_sha256: bytes | None = None,
) -> SealedBytes:
    """Seal a small file in memory and in this thread.

    Args:
        plaintext: All of it.
        file_key: 16 fresh random bytes.
        nonce: 16 fresh random bytes.
        plain_sha256: The plaintext's digest, where the caller has made it already; 32 bytes.
    """
    payload = encrypt_payload(plaintext, file_key=file_key, nonce=nonce)
    return SealedBytes(
        payload=payload,
        facts=SealedPayload(
            plain_sha256=plain_sha256 or hashlib.sha256(plaintext).digest(),
            payload_sha256=hashlib.sha256(payload).digest(),
            size_bytes=len(plaintext),
        ),
    )
