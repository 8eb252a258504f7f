# SPDX-License-Identifier: AGPL-3.0-or-later
r"""How a file was called, exactly, in text that any page can hold.

A name on disk is bytes: it may hold line feeds, controls and bytes that are no UTF-8. It is kept as text with these
written out:

    \\        a backslash
    \xHH      one byte, where the bytes are no UTF-8 or are a control character
    \uHHHH    a separator of lines or paragraphs

so that a name without a backslash is exactly what it looks like, and each name has one spelling. Direction characters
stay: scripts need them, and whoever shows a name makes them visible.
"""

from __future__ import annotations

import re
from typing import Final

from sviedka.core.base.errors import Malformed

MAX_NAME_CHARS: Final = 500
"""What the field `original_name` holds."""

MAX_PATH_CHARS: Final = 4_096
"""What the field `path` holds."""

_WRITTEN_OUT: Final = re.compile("[\\\\\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_ESCAPE: Final = re.compile(r"\\(?:(\\)|x([0-9a-f]{2})|u([0-9a-f]{4}))")
_FIRST_SURROGATE: Final = 0xDC00  # PEP 383: byte 0xNN that is no UTF-8 stands as U+DCNN


class NameMalformed(Malformed):
    """A kept name that is not in its one spelling."""

    code = "malformed.file-name"


def spell_name(name: bytes) -> str:
    """Return the spelling of a file name or path."""
    return _WRITTEN_OUT.sub(_write_out, name.decode("utf-8", "surrogateescape"))


def parse_name(text: str) -> bytes:
    """Return the bytes that `text` spells; raise `NameMalformed` unless it is their one spelling."""
    rest = _ESCAPE.sub("", text)
    if "\\" in rest:
        raise NameMalformed("A file name holds a backslash that spells nothing.")
    try:
        name = b"".join(_read_piece(piece) for piece in re.findall(r"\\(?:\\|x..|u....)|[^\\]+", text, re.DOTALL))
    except UnicodeEncodeError as reason:
        raise NameMalformed("A file name holds half of a surrogate pair.") from reason
    if spell_name(name) != text:
        raise NameMalformed("A file name is not in its one spelling.")
    return name


def fitting_name(name: bytes) -> str | None:
    """Return the spelling of a name, or None if it is longer than the field."""
    spelt = spell_name(name)
    return spelt if 1 <= len(spelt) <= MAX_NAME_CHARS else None


def fitting_path(path: bytes) -> str | None:
    """Return the spelling of a path, or None if it is longer than the field: the names of the folders above still tell it."""
    spelt = spell_name(path)
    return spelt if 1 <= len(spelt) <= MAX_PATH_CHARS else None


def _write_out(match: re.Match[str]) -> str:
    character = match[0]
    code = ord(character)
    if character == "\\":
        return "\\\\"
    if code >= _FIRST_SURROGATE:
        return f"\\x{code - _FIRST_SURROGATE:02x}"
    if code > 0xFF:
        return f"\\u{code:04x}"
    return "".join(f"\\x{byte:02x}" for byte in character.encode("utf-8"))


def _read_piece(piece: str) -> bytes:
    if piece == "\\\\":
        return b"\\"
    if piece.startswith("\\x"):
        return bytes.fromhex(piece[2:])
    if piece.startswith("\\u"):
        return chr(int.from_bytes(bytes.fromhex(piece[2:]), "big")).encode("utf-8")
    return piece.encode("utf-8")
