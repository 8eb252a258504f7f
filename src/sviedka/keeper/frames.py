# SPDX-License-Identifier: AGPL-3.0-or-later
"""Messages on the keeper's socket: cut out of the stream, and put into it.

    length   4 bytes, big endian: bytes that follow
    header   4 bytes, big endian: bytes of the JSON; canonical JSON, an object; "parts" lists the lengths of the parts
    parts    that many bytes each, nothing between them

Keys travel in parts only, so that whoever receives one can wipe the buffer it came in; a header never holds a secret.
Pure: no socket here. Spec: spec/07-keys.md §11.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import Final

from sviedka.core.base.canonical import Json, encode_canonical, parse_canonical
from sviedka.keeper.errors import FrameMalformed

MAX_FRAME_BYTES: Final = 64 * 1024 * 1024
MAX_HEADER_BYTES: Final = 1024 * 1024
MAX_PARTS: Final = 8
LENGTH_BYTES: Final = 4
_LENGTH: Final = struct.Struct(">I")

Header = dict[str, Json]
Buffer = bytes | bytearray | memoryview


@dataclass(frozen=True, kw_only=True)
class Frame:
    """One message.

    Attributes:
        header: What is said; without the member `parts`.
        parts: Bytes that travel beside it.
    """

    header: Header
    parts: tuple[Buffer, ...] = field(default=(), repr=False)


def encode_frame(header: Header, parts: tuple[Buffer, ...] = ()) -> list[Buffer]:
    """Return the pieces to send, in order. The parts are passed on, not copied.

    Raises:
        FrameMalformed: Over one of the caps.
    """
    sizes: list[Json] = [len(part) for part in parts]
    head = encode_canonical({**header, "parts": sizes})
    total = LENGTH_BYTES + len(head) + sum(len(part) for part in parts)
    if len(head) > MAX_HEADER_BYTES or total > MAX_FRAME_BYTES or len(parts) > MAX_PARTS:
        raise FrameMalformed("A message of {size} bytes is too large for the keeper's socket.", size=total)
    return [_LENGTH.pack(total) + _LENGTH.pack(len(head)) + head, *parts]


def parse_length(data: Buffer) -> int:
    """Return the length that the first four bytes of a message announce.

    Raises:
        FrameMalformed: Shorter than any message or over `MAX_FRAME_BYTES`.
    """
    (length,) = _LENGTH.unpack_from(data)
    if not LENGTH_BYTES < length <= MAX_FRAME_BYTES:
        raise FrameMalformed("A message announces {size} bytes.", size=length)
    return int(length)


def parse_frame(body: bytearray) -> Frame:
    """Read a message without its first length. The parts are views into `body`, which is not copied.

    Untrusted: `body`.

    Raises:
        FrameMalformed, NotCanonical, Malformed: Not such a message.
    """
    if len(body) < LENGTH_BYTES:
        raise FrameMalformed("A message ends before its header.")
    (size,) = _LENGTH.unpack_from(body)
    if size > min(MAX_HEADER_BYTES, len(body) - LENGTH_BYTES):
        raise FrameMalformed("A message's header is longer than the message.")
    header = parse_canonical(bytes(body[LENGTH_BYTES : LENGTH_BYTES + size]), max_bytes=MAX_HEADER_BYTES)
    if not isinstance(header, dict):
        raise FrameMalformed("A message's header is not an object.")
    return Frame(header=header, parts=_cut(memoryview(body)[LENGTH_BYTES + size :], header.pop("parts", None)))


def _cut(rest: memoryview, sizes: Json) -> tuple[memoryview, ...]:
    if not isinstance(sizes, list) or len(sizes) > MAX_PARTS:
        raise FrameMalformed("A message does not say how its parts are cut.")
    parts = []
    for size in sizes:
        if not isinstance(size, int) or isinstance(size, bool) or not 0 <= size <= len(rest):
            raise FrameMalformed("A part is longer than its message.")
        parts.append(rest[:size])
        rest = rest[size:]
    if len(rest) != 0:
        raise FrameMalformed("Bytes follow the last part of a message.")
    return tuple(parts)
