# SPDX-License-Identifier: AGPL-3.0-or-later
"""The payload of an age file, chunk by chunk: sizes, nonces and keys (the STREAM construction).

A payload is 16 random bytes, then the plaintext in chunks of 64 KiB, each with a tag of 16 bytes. The last chunk
says that it is the last; it is empty only if the whole plaintext is. Source: C2SP age, "Payload"; spec/02-item.md §2.5.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidTag

from sviedka.core.seal.age_errors import PayloadForged, PayloadTrailing, PayloadTruncated
from sviedka.core.seal.age_keys import derive_key

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

NONCE_BYTES: Final = 16
TAG_BYTES: Final = 16
PLAIN_CHUNK: Final = 65_536
"""Plaintext bytes in every chunk but the last."""
SEALED_CHUNK: Final = PLAIN_CHUNK + TAG_BYTES


def derive_payload_key(file_key: bytes | bytearray, nonce: bytes) -> bytearray:
    """Return the key of all chunks; the caller wipes it."""
    return derive_key(file_key, salt=nonce, info=b"payload")


def chunk_nonce(number: int, *, final: bool) -> bytes:
    """Return the 12-byte nonce of chunk `number`, counted from 0."""
    return (number << 8 | final).to_bytes(12, "big")


def count_chunks(plain_bytes: int) -> int:
    """Return how many chunks a plaintext of this size has: at least one."""
    return max(1, -(-plain_bytes // PLAIN_CHUNK))


def payload_bytes(plain_bytes: int) -> int:
    """Return the size of the payload, nonce included, of a plaintext of this size."""
    return NONCE_BYTES + plain_bytes + TAG_BYTES * count_chunks(plain_bytes)


def plaintext_bytes(payload_size: int) -> int:
    """Return the size of the plaintext in a payload of this size.

    Raises:
        PayloadTruncated: No payload has this size: it ends inside the nonce or a tag.
        PayloadForged: It would end in an empty chunk, which only an empty plaintext has.
    """
    sealed = payload_size - NONCE_BYTES
    full, rest = divmod(sealed, SEALED_CHUNK)
    if sealed < TAG_BYTES or 0 < rest < TAG_BYTES:
        raise PayloadTruncated("A sealed file ends where no sealed file can end.")
    if rest == TAG_BYTES and full:
        raise PayloadForged("A sealed file ends in an empty chunk, which none may.")
    return full * PLAIN_CHUNK + max(0, rest - TAG_BYTES)


def explain_chunk(cipher: ChaCha20Poly1305, sealed: bytes | memoryview, number: int, *, final: bool) -> PayloadForged:
    """Say why chunk `number`, which did not open as expected, is wrong: cut, continued, or changed."""
    try:
        cipher.decrypt(chunk_nonce(number, final=not final), sealed, None)
    except InvalidTag:
        return PayloadForged("Chunk {number} of a sealed file was changed after it was sealed.", number=number)
    if final:
        return PayloadTruncated("A sealed file was cut short after chunk {number}.", number=number)
    return PayloadTrailing("A sealed file goes on after its last chunk, number {number}.", number=number)
