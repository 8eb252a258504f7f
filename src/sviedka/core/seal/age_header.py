# SPDX-License-Identifier: AGPL-3.0-or-later
"""The header of an age file: made for recipients, opened with one identity, its MAC checked.

A header that stands alone, with its MAC line and the line's LF, is a *slip*: without it the payload that belongs to
it cannot be opened. Passphrase stanzas are read and capped, never opened or written. Source: C2SP age, "File format"
and "X25519 recipient stanza"; spec/02-item.md §2 and §3.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from sviedka.core.base.encoding import decode_base64_bare, encode_base64_bare
from sviedka.core.seal.age_errors import (
    ArmorRefused,
    HeaderForged,
    HeaderMalformed,
    NotForThisKey,
    WorkFactorTooHigh,
)
from sviedka.core.seal.age_grammar import (
    FILE_KEY_BYTES,
    MAX_HEADER_BYTES,
    MAX_SLIP_BYTES,
    MAX_STANZAS,
    MAX_WORK_FACTOR,
    VERSION_LINE,
    Header,
    Stanza,
    parse_header,
    parse_slip,
)
from sviedka.core.seal.age_keys import KeyMalformed, Recipient, X25519Identity, derive_key

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "FILE_KEY_BYTES",
    "MAX_HEADER_BYTES",
    "MAX_SLIP_BYTES",
    "MAX_STANZAS",
    "MAX_WORK_FACTOR",
    "ArmorRefused",
    "Header",
    "HeaderForged",
    "HeaderMalformed",
    "NotForThisKey",
    "Stanza",
    "WorkFactorTooHigh",
    "parse_header",
    "parse_slip",
    "unwrap_file_key",
    "wrap_file_key",
]

_X25519_INFO: Final = b"age-encryption.org/v1/X25519"
_ZERO_NONCE: Final = bytes(12)


def wrap_file_key(
    file_key: bytes, recipients: Sequence[Recipient], ephemerals: Sequence[bytes], *, beside: bytes = b""
) -> bytes:
    """Return a header (a slip) that each of `recipients` opens to `file_key`.

    Args:
        file_key: 16 random bytes, never used for other plaintext.
        recipients: At least one.
        ephemerals: 32 fresh random bytes for each recipient; none twice.
        beside: A stanza of another kind, as it is spelt, that the MAC is to cover; readers of age pass over it.
    """
    if len(file_key) != FILE_KEY_BYTES:
        raise ValueError("a file key is 16 bytes")
    if (
        not recipients
        or len(recipients) != len(ephemerals)
        or len({bytes(each) for each in ephemerals}) != len(ephemerals)
    ):
        raise ValueError("each of one or more recipients needs an ephemeral secret of its own")
    stanzas = [
        _wrap(file_key, recipient, ephemeral) for recipient, ephemeral in zip(recipients, ephemerals, strict=True)
    ]
    signed = VERSION_LINE + b"".join(stanzas) + beside + b"---"
    return signed + b" " + encode_base64_bare(_mac(file_key, signed)).encode("ascii") + b"\n"


def unwrap_file_key(header: bytes | Header, identity: X25519Identity) -> bytearray:
    """Open a header with one identity and check its MAC.

    Untrusted: `header`, as bytes (a slip, or a file that begins with one) or as `parse_header` gave it.

    Returns:
        The file key, 16 bytes; the caller wipes it.

    Raises:
        HeaderMalformed, TooLarge, WorkFactorTooHigh: As `parse_header`, and for an all-zero shared secret.
        NotForThisKey: No stanza opens.
        HeaderForged: The MAC is wrong.
    """
    parsed = header if isinstance(header, Header) else parse_header(header)
    for stanza in parsed.stanzas:
        file_key = _unwrap(stanza, identity) if stanza.kind == "X25519" else None
        if file_key is None:
            continue
        if not hmac.compare_digest(_mac(file_key, parsed.signed), parsed.mac):
            file_key[:] = bytes(FILE_KEY_BYTES)
            raise HeaderForged("The header of a sealed file was changed after it was made.")
        return file_key
    raise NotForThisKey("This was not sealed to the key at hand.")


def _wrap(file_key: bytes, recipient: Recipient, ephemeral: bytes) -> bytes:
    sender = X25519Identity(bytearray(ephemeral))
    share = sender.recipient().public
    key = derive_key(sender.agree(recipient.public), salt=share + recipient.public, info=_X25519_INFO)
    body = ChaCha20Poly1305(key).encrypt(_ZERO_NONCE, file_key, None)
    sender.wipe()
    key[:] = bytes(32)
    return f"-> X25519 {encode_base64_bare(share)}\n{encode_base64_bare(body)}\n".encode("ascii")


def _unwrap(stanza: Stanza, identity: X25519Identity) -> bytearray | None:
    share = decode_base64_bare(stanza.arguments[1])
    try:
        secret = identity.agree(share)
    except KeyMalformed as reason:
        raise HeaderMalformed("An X25519 stanza has a share that leads to an all-zero secret.") from reason
    key = derive_key(secret, salt=share + identity.recipient().public, info=_X25519_INFO)
    file_key = bytearray(FILE_KEY_BYTES)
    try:
        ChaCha20Poly1305(key).decrypt_into(_ZERO_NONCE, stanza.body, None, file_key)
    except InvalidTag:
        return None
    finally:
        key[:] = bytes(32)
    return file_key


def _mac(file_key: bytes | bytearray, signed: bytes) -> bytes:
    key = derive_key(file_key, salt=b"", info=b"header")
    mac = hmac.digest(key, signed, "sha256")
    key[:] = bytes(32)
    return mac
