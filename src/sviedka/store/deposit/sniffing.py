# SPDX-License-Identifier: AGPL-3.0-or-later
"""What kind of file it is, by its bytes and never by its name.

`puremagic` decides, but for three things it cannot: plain text, what a ZIP holds, and what it knows nothing about. A
wrong answer harms nobody: it is a hint, recorded as sniffed.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

import puremagic

HEAD_BYTES: Final = 16_384
TAIL_BYTES: Final = 4_096
UNKNOWN: Final = "application/octet-stream"
TEXT: Final = "text/plain"
ZIP: Final = "application/zip"

_MEDIA_TYPE: Final = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\Z")
_OOXML: Final = "application/vnd.openxmlformats-officedocument."
_INSIDE_ZIP: Final = (
    (b"word/", _OOXML + "wordprocessingml.document"),
    (b"xl/", _OOXML + "spreadsheetml.sheet"),
    (b"ppt/", _OOXML + "presentationml.presentation"),
)
_CONTROLS: Final = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
_BYTE_ORDER_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
_LEAST_CONFIDENCE: Final = 0.2


def sniff(head: bytes, tail: bytes = b"") -> str:
    """Return a media type.

    Args:
        head: The first bytes, up to `HEAD_BYTES`.
        tail: The last bytes, up to `TAIL_BYTES`, of a file that is longer than `head`.
    """
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _sniff_zip(head, tail)
    otherwise = TEXT if _looks_like_text(head) else UNKNOWN
    return (_ask_puremagic(head, tail) if _may_be_known(head) else None) or otherwise


def _sniff_zip(head: bytes, tail: bytes) -> str:
    # ODF and EPUB keep their type uncompressed in the first member, named mimetype (OpenDocument 1.3 part 2 §3.3)
    if head[30:38] == b"mimetype":
        size = int.from_bytes(head[18:22], "little")
        told = head[38 + int.from_bytes(head[28:30], "little") :][: min(size, 200)].decode("ascii", "replace")
        return told if _MEDIA_TYPE.match(told) else ZIP
    if b"[Content_Types].xml" in head or b"_rels/" in head:
        return next((kind for mark, kind in _INSIDE_ZIP if mark in head or mark in tail), ZIP)
    return ZIP


def _looks_like_text(head: bytes) -> bool:
    """Text of any eight-bit encoding has no controls but breaks; UTF-16 tells of itself."""
    return head.startswith(_BYTE_ORDER_MARKS) or (head != b"" and not _CONTROLS.search(head))


def _ask_puremagic(head: bytes, tail: bytes) -> str | None:
    if head[4:8] == b"ftyp" and head[8:12] in {b"M4A ", b"M4B "}:
        return "audio/mp4"
    try:
        found = puremagic.magic_string(head + tail)
    except (puremagic.PureError, ValueError):
        return None
    sure = (one.mime_type for one in found if one.confidence >= _LEAST_CONFIDENCE)
    return next((kind for kind in sure if _MEDIA_TYPE.match(kind)), None)


def _may_be_known(head: bytes) -> bool:
    """Tell whether any of puremagic's signatures is there. It tries 1,400 in turn; we only those that can fit."""
    by_first_byte, elsewhere = _signatures()
    if head and head.startswith(by_first_byte.get(head[0], ())):
        return True
    return any(head.startswith(known, offset) for offset, known in elsewhere)


@lru_cache(maxsize=1)
def _signatures() -> tuple[dict[int, tuple[bytes, ...]], tuple[tuple[int, tuple[bytes, ...]], ...]]:
    """Return the signatures at the very beginning, by their first byte, and the others, by where they stand."""
    found: dict[int, list[bytes]] = {}
    for row in puremagic.magic_header_array:
        found.setdefault(row.offset, []).append(row.byte_match)
    by_first_byte: dict[int, list[bytes]] = {}
    for known in found.pop(0):
        by_first_byte.setdefault(known[0], []).append(known)
    elsewhere = tuple((offset, tuple(known)) for offset, known in found.items())
    return {first: tuple(known) for first, known in by_first_byte.items()}, elsewhere
