# SPDX-License-Identifier: AGPL-3.0-or-later
"""The little of DER that time stamps need beside their library: writing a request, and putting a set in order.

Only definite lengths in their shortest form are read. Source: ITU-T X.690 §8.1, §10.1, §11.6.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sviedka.core.seal.stamp_errors import StampMalformed

INTEGER: Final = 0x02
OCTET_STRING: Final = 0x04
SEQUENCE: Final = 0x30
SET: Final = 0x31
CONTEXT_0: Final = 0xA0

SHA256_ALGORITHM: Final = bytes.fromhex("300d06096086480165030402010500")
"""AlgorithmIdentifier of SHA-256 with NULL parameters (RFC 5754 §2; as openssl writes it)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Element:
    """One element: its tag and where it begins, where its content begins, where it ends."""

    tag: int
    start: int
    body: int
    end: int


def encode(tag: int, *parts: bytes) -> bytes:
    """Return an element around its parts."""
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def encode_integer(value: int) -> bytes:
    """Return a non-negative INTEGER."""
    return encode(INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def read_element(data: bytes, at: int, limit: int) -> Element:
    """Read the element that begins at `at` and ends by `limit`; raise `StampMalformed`."""
    if at + 2 > limit or data[at] & 0x1F == 0x1F:
        raise StampMalformed("A time stamp ends too early or holds a tag of several bytes.")
    body, size = at + 2, data[at + 1]
    if size >= 0x80:
        count = size & 0x7F
        body += count
        if not 1 <= count <= 4 or body > limit:
            raise StampMalformed("A time stamp holds a length that is not accepted.")
        size = int.from_bytes(data[at + 2 : body], "big")
        if size < 0x80 or size < 1 << (8 * (count - 1)):
            raise StampMalformed("A time stamp holds a length that is not in its shortest form.")
    if body + size > limit:
        raise StampMalformed("A time stamp ends too early.")
    return Element(tag=data[at], start=at, body=body, end=body + size)


def read_children(data: bytes, parent: Element) -> tuple[Element, ...]:
    """Read the elements inside `parent`; raise `StampMalformed`."""
    children = []
    at = parent.body
    while at < parent.end:
        children.append(read_element(data, at, parent.end))
        at = children[-1].end
    return tuple(children)


def read_whole(data: bytes) -> Element:
    """Read the one SEQUENCE that `data` is; raise `StampMalformed`, also for bytes after it."""
    whole = read_element(data, 0, len(data))
    if whole.end != len(data) or whole.tag != SEQUENCE:
        raise StampMalformed("A time stamp is one sequence and nothing after it.")
    return whole
