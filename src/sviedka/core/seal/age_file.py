# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whole age files in memory: for keys, cells, packs and other small things.

For what may be large use `age_stream`, which holds a few chunks at a time. Randomness is an argument: each value of
`file_key`, `nonce` and `ephemerals` must be fresh and used once. Source: C2SP age; spec/02-item.md §2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from sviedka.core.seal.age_chunks import (
    NONCE_BYTES,
    PLAIN_CHUNK,
    SEALED_CHUNK,
    chunk_nonce,
    count_chunks,
    derive_payload_key,
    explain_chunk,
    payload_bytes,
    plaintext_bytes,
)
from sviedka.core.seal.age_header import parse_header, unwrap_file_key, wrap_file_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sviedka.core.seal.age_keys import Recipient, X25519Identity


def encrypt_bytes(
    plaintext: bytes | bytearray | memoryview,
    recipients: Sequence[Recipient],
    *,
    file_key: bytes,
    nonce: bytes,
    ephemerals: Sequence[bytes],
) -> bytes:
    """Return a complete age file.

    Args:
        plaintext: Any size that fits in memory.
        recipients: One or more.
        file_key: 16 fresh random bytes.
        nonce: 16 fresh random bytes.
        ephemerals: 32 fresh random bytes for each recipient.
    """
    header = wrap_file_key(file_key, recipients, ephemerals)
    return header + encrypt_payload(plaintext, file_key=file_key, nonce=nonce)


def decrypt_bytes(data: bytes, identity: X25519Identity) -> bytes:
    """Return the plaintext of a complete age file. Nothing is released unless all of it is authentic.

    Untrusted: `data`.

    Raises:
        HeaderMalformed, TooLarge, WorkFactorTooHigh, NotForThisKey, HeaderForged: As `unwrap_file_key`.
        PayloadForged, PayloadTruncated, PayloadTrailing: The payload is not what was sealed.
    """
    return bytes(decrypt_secret(data, identity))


def decrypt_secret(data: bytes, identity: X25519Identity) -> bytearray:
    """Return the plaintext of a complete age file in a buffer that the caller wipes; else as `decrypt_bytes`."""
    header = parse_header(data)
    file_key = unwrap_file_key(header, identity)
    try:
        return decrypt_payload(memoryview(data)[header.size_bytes :], file_key=file_key)
    finally:
        file_key[:] = bytes(len(file_key))


def encrypt_payload(
    plaintext: bytes | bytearray | memoryview, *, file_key: bytes | bytearray, nonce: bytes
) -> bytearray:
    """Return what follows the header: nonce and chunks. `file_key` and `nonce`: 16 fresh random bytes each."""
    if len(nonce) != NONCE_BYTES:
        raise ValueError("a payload nonce is 16 bytes")
    key = derive_payload_key(file_key, nonce)
    cipher = ChaCha20Poly1305(key)
    key[:] = bytes(len(key))
    payload = bytearray(payload_bytes(len(plaintext)))
    payload[:NONCE_BYTES] = nonce
    source, target = memoryview(plaintext), memoryview(payload)[NONCE_BYTES:]
    last = count_chunks(len(plaintext)) - 1
    for number in range(last + 1):
        part = source[number * PLAIN_CHUNK : (number + 1) * PLAIN_CHUNK]
        room = target[number * SEALED_CHUNK : (number + 1) * SEALED_CHUNK]
        cipher.encrypt_into(chunk_nonce(number, final=number == last), part, None, room)
    return payload


def decrypt_payload(payload: bytes | memoryview, *, file_key: bytes | bytearray) -> bytearray:
    """Return the plaintext of a payload in a buffer that the caller may wipe.

    Untrusted: `payload`.

    Raises:
        PayloadForged, PayloadTruncated, PayloadTrailing: It is not what was sealed under this file key.
    """
    source = memoryview(payload)
    plaintext = bytearray(plaintext_bytes(len(source)))
    key = derive_payload_key(file_key, bytes(source[:NONCE_BYTES]))
    cipher = ChaCha20Poly1305(key)
    key[:] = bytes(len(key))
    target, sealed = memoryview(plaintext), source[NONCE_BYTES:]
    last = count_chunks(len(plaintext)) - 1
    for number in range(last + 1):
        part = sealed[number * SEALED_CHUNK : (number + 1) * SEALED_CHUNK]
        room = target[number * PLAIN_CHUNK : (number + 1) * PLAIN_CHUNK]
        try:
            cipher.decrypt_into(chunk_nonce(number, final=number == last), part, None, room)
        except InvalidTag as reason:
            plaintext[:] = bytes(len(plaintext))
            raise explain_chunk(cipher, part, number, final=number == last) from reason
    return plaintext
