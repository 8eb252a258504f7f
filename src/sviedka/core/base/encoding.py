# SPDX-License-Identifier: AGPL-3.0-or-later
"""Base64 and hexadecimal with exactly one spelling for each value.

Python's decoders accept several spellings of the same bytes (unused bits, missing padding, upper case). A second
spelling of signed material would be a change that no signature notices, so each decoder here encodes again and
compares.
"""

from __future__ import annotations

import base64
import binascii
import re

from sviedka.core.base.errors import NotCanonical

_HEX = re.compile(r"(?:[0-9a-f]{2})*\Z")


def encode_base64(data: bytes) -> str:
    """Return standard base64 with padding (RFC 4648 §4)."""
    return base64.b64encode(data).decode("ascii")


def decode_base64(text: str) -> bytes:
    """Read standard padded base64; raise `NotCanonical` for any other spelling."""
    return _decode_exactly(text, altchars=None, padded=True)


def encode_base64_bare(data: bytes) -> str:
    """Return standard base64 without padding, as age writes it (C2SP age)."""
    return encode_base64(data).rstrip("=")


def decode_base64_bare(text: str) -> bytes:
    """Read standard base64 without padding; raise `NotCanonical` for any other spelling."""
    return _decode_exactly(text, altchars=None, padded=False)


def encode_base64url(data: bytes) -> str:
    """Return URL-safe base64 without padding, as JOSE writes it (RFC 7515 §2)."""
    return base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")


def encode_base64url_each(data: bytes, *, width: int) -> list[str]:
    """Return each `width` bytes of `data` in URL-safe base64 without padding; one pass for many short values.

    Args:
        data: A multiple of `width` bytes.
        width: Not a multiple of 3: 16 for salts, 32 for digests.
    """
    filling = bytes(-width % 3)
    filled = filling.join([data[place : place + width] for place in range(0, len(data), width)]) + filling
    text = base64.urlsafe_b64encode(filled).decode("ascii")
    step, kept = (width + len(filling)) // 3 * 4, (width * 8 + 5) // 6
    return [text[place : place + kept] for place in range(0, len(data) // width * step, step)]


def decode_base64url(text: str) -> bytes:
    """Read URL-safe base64 without padding; raise `NotCanonical` for any other spelling."""
    return _decode_exactly(text, altchars=b"-_", padded=False)


def decode_hex(text: str) -> bytes:
    """Read lower-case hexadecimal; raise `NotCanonical` for any other spelling."""
    if not _HEX.match(text):
        raise NotCanonical("A value that should be lower-case hexadecimal is not.")
    return bytes.fromhex(text)


def _decode_exactly(text: str, *, altchars: bytes | None, padded: bool) -> bytes:
    filled = text if padded else text + "=" * (-len(text) % 4)
    try:
        data = base64.b64decode(filled.encode("ascii"), altchars=altchars, validate=True)
    except (UnicodeEncodeError, binascii.Error) as reason:
        raise NotCanonical("A value that should be base64 is not.") from reason
    again = base64.b64encode(data, altchars=altchars).decode("ascii")
    if (again if padded else again.rstrip("=")) != text:
        raise NotCanonical("A base64 value is not in its one canonical spelling.")
    return data
