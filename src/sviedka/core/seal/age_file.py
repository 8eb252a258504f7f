# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whole age files in memory: for keys, cells, packs and other small things.

For what may be large use `age_stream`, which holds a few chunks at a time. Randomness is an argument: each value of
`file_key`, `nonce` and `ephemerals` must be fresh and used once. Source: C2SP age; spec/02-item.md §2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.core.seal.age_chunks import NONCE_BYTES, PLAIN_CHUNK, SEALED_CHUNK, TAG_BYTES, payload_bytes
from sviedka.core.seal.age_errors import PayloadForged
from sviedka.core.seal.age_header import parse_header, unwrap_file_key, wrap_file_key
from sviedka.core.seal.age_stream import BlockOpener, BlockSealer

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
    sealer = BlockSealer(file_key=file_key, nonce=nonce)
    payload = bytearray(payload_bytes(len(plaintext)))
    payload[:NONCE_BYTES] = nonce
    sealer.seal(memoryview(plaintext), memoryview(payload)[NONCE_BYTES:], first=0, final=True)
    return payload


def decrypt_payload(payload: bytes | memoryview, *, file_key: bytes | bytearray) -> bytearray:
    """Return the plaintext of a payload in a buffer that the caller may wipe.

    Untrusted: `payload`.

    Raises:
        PayloadForged, PayloadTruncated, PayloadTrailing: It is not what was sealed under this file key.
    """
    source = memoryview(payload)
    opener = BlockOpener(file_key=file_key, nonce=bytes(source[:NONCE_BYTES]))
    sealed = source[NONCE_BYTES:]
    full, rest = divmod(len(sealed), SEALED_CHUNK)
    plaintext = bytearray(full * PLAIN_CHUNK + max(0, rest - TAG_BYTES))
    try:
        opener.open(sealed, memoryview(plaintext), final=True)
    except PayloadForged:
        plaintext[:] = bytes(len(plaintext))
        raise
    return plaintext
