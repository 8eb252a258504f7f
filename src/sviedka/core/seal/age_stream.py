# SPDX-License-Identifier: AGPL-3.0-or-later
"""Payloads of any size through a few buffers: the plain way, in one thread.

`seal_file` does the same faster, hashing beside it. Nothing that `decrypt_stream` has written may be used before it
returns: its writer must be a temporary (spec/02-item.md §5). Source: C2SP age, "Payload".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from sviedka.core.seal.age_blocks import PLAIN_BLOCK, SEALED_BLOCK, Reader, Writer, fill, new_buffer, parts
from sviedka.core.seal.age_chunks import (
    NONCE_BYTES,
    PLAIN_CHUNK,
    SEALED_CHUNK,
    TAG_BYTES,
    chunk_nonce,
    derive_payload_key,
    explain_chunk,
)
from sviedka.core.seal.age_errors import PayloadForged, PayloadTruncated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class BlockSealer:
    """Encrypts runs of one payload's chunks."""

    def __init__(self, *, file_key: bytes | bytearray, nonce: bytes) -> None:
        """Derive the payload key from 16 bytes of file key and 16 bytes of nonce, both fresh."""
        if len(nonce) != NONCE_BYTES:
            raise ValueError("a payload nonce is 16 bytes")
        self._cipher = _cipher(file_key, nonce)

    def seal(
        self,
        plain: memoryview,
        into: memoryview,
        *,
        first: int,
        final: bool,
        update_plain: Callable[[memoryview], object] | None = None,
        update_sealed: Callable[[memoryview], object] | None = None,
    ) -> int:
        """Encrypt a run of chunks into the front of `into`; return how many bytes that made.

        Encrypting holds the interpreter's lock and hashing lets go of it: taking turns chunk by chunk, no other thread waits
        for the lock longer than a chunk takes.

        Args:
            plain: Whole chunks, unless `final`. Empty only if the whole plaintext is.
            into: Room for the chunks and their tags.
            first: The number of the first of these chunks. No number may be sealed twice with different bytes.
            final: Whether the plaintext ends with this run.
            update_plain: Told each chunk as it was (a hash).
            update_sealed: Told each sealed chunk (a hash).
        """
        at = 0
        left = len(plain)
        for number, part in enumerate(parts(plain, len(plain), PLAIN_CHUNK), first):
            left -= len(part)
            room = into[at : at + len(part) + TAG_BYTES]
            at += self._cipher.encrypt_into(chunk_nonce(number, final=final and not left), part, None, room)
            if update_plain is not None:
                update_plain(part)
            if update_sealed is not None:
                update_sealed(room)
        return at


class BlockOpener:
    """Decrypts one payload's blocks in order."""

    def __init__(self, *, file_key: bytes | bytearray, nonce: bytes) -> None:
        """Derive the payload key; `nonce` is what the payload begins with."""
        if len(nonce) != NONCE_BYTES:
            raise PayloadTruncated("A sealed file ends where no sealed file can end.")
        self._cipher = _cipher(file_key, nonce)
        self._number = 0

    def open(self, sealed: memoryview, into: memoryview, *, final: bool) -> int:
        """Decrypt one block into the front of `into`; return how many bytes that made.

        Untrusted: `sealed`: whole chunks, unless `final`.

        Raises:
            PayloadForged, PayloadTruncated, PayloadTrailing: A chunk is not what was sealed.
        """
        at = 0
        left = len(sealed)
        for part in parts(sealed, len(sealed), SEALED_CHUNK):
            left -= len(part)
            self._check_size(len(part))
            last = final and not left
            try:
                room = into[at : at + len(part) - TAG_BYTES]
                at += self._cipher.decrypt_into(chunk_nonce(self._number, final=last), part, None, room)
            except InvalidTag as reason:
                raise explain_chunk(self._cipher, part, self._number, final=last) from reason
            self._number += 1
        return at

    def _check_size(self, size: int) -> None:
        if size < TAG_BYTES:
            raise PayloadTruncated("A sealed file was cut short after chunk {number}.", number=self._number)
        if size == TAG_BYTES and self._number:
            # C2SP age: only an empty plaintext has an empty chunk
            raise PayloadForged("A sealed file ends in an empty chunk, which none may.")


def encrypt_stream(
    reader: Reader,
    writer: Writer,
    *,
    file_key: bytes | bytearray,
    nonce: bytes,
    observe: Callable[[int], None] | None = None,
) -> int:
    """Write the payload (nonce and chunks) of all that `reader` gives; return the plaintext's size.

    Args:
        reader: Read to its end.
        writer: Takes the payload.
        file_key: 16 fresh random bytes.
        nonce: 16 fresh random bytes.
        observe: Told the number of plaintext bytes of each block when it is written.
    """
    sealer = BlockSealer(file_key=file_key, nonce=nonce)
    out = new_buffer(SEALED_BLOCK)
    writer.write(memoryview(nonce))
    total = 0
    for block, final in read_blocks(reader, (new_buffer(PLAIN_BLOCK), new_buffer(PLAIN_BLOCK))):
        made = sealer.seal(block, out, first=total // PLAIN_CHUNK, final=final)
        writer.write(out[:made])
        total += len(block)
        if observe is not None:
            observe(len(block))
    return total


def decrypt_stream(
    reader: Reader,
    writer: Writer,
    *,
    file_key: bytes | bytearray,
    observe: Callable[[int], None] | None = None,
) -> int:
    """Write the plaintext of the payload that `reader` gives; return its size.

    Untrusted: what `reader` gives. `writer` must be a temporary that is thrown away unless this returns.

    Raises:
        PayloadForged, PayloadTruncated, PayloadTrailing: It is not what was sealed under this file key.
    """
    opener = BlockOpener(file_key=file_key, nonce=read_nonce(reader))
    out = new_buffer(PLAIN_BLOCK)
    total = 0
    for block, final in read_blocks(reader, (new_buffer(SEALED_BLOCK), new_buffer(SEALED_BLOCK))):
        made = opener.open(block, out, final=final)
        writer.write(out[:made])
        total += made
        if observe is not None:
            observe(made)
    return total


def read_nonce(reader: Reader) -> bytes:
    """Read the 16 bytes that a payload begins with, or as many as there are."""
    nonce = bytearray(NONCE_BYTES)
    return bytes(nonce[: fill(reader, memoryview(nonce))])


def read_blocks(reader: Reader, buffers: tuple[memoryview, memoryview]) -> Iterator[tuple[memoryview, bool]]:
    """Yield full blocks and whether each is the last; the last may be short, and is empty only if there is nothing.

    A block's buffer is used again for the block after the next.
    """
    block, ahead = buffers
    held = fill(reader, block)
    while held == len(block):
        coming = fill(reader, ahead)
        if not coming:
            break
        yield block, False
        block, ahead, held = ahead, block, coming
    yield block[:held], True


def _cipher(file_key: bytes | bytearray, nonce: bytes) -> ChaCha20Poly1305:
    key = derive_payload_key(file_key, nonce)
    try:
        return ChaCha20Poly1305(key)
    finally:
        key[:] = bytes(len(key))
