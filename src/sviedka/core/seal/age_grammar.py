# SPDX-License-Identifier: AGPL-3.0-or-later
"""The grammar of an age header: one spelling, read strictly.

Refuses every spelling that C2SP age does not allow, ASCII armor, and scrypt work over `MAX_WORK_FACTOR`. What is
accepted here says nothing yet about who wrote it: the MAC is checked by `age_header`. Source: C2SP age, "File
format"; spec/02-item.md §2.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from sviedka.core.base.encoding import decode_base64_bare
from sviedka.core.base.errors import Malformed, NotCanonical, TooLarge
from sviedka.core.seal.age_errors import ArmorRefused, HeaderMalformed, WorkFactorTooHigh
from sviedka.core.seal.age_keys import KEY_BYTES

FILE_KEY_BYTES: Final = 16
MAX_HEADER_BYTES: Final = 65_536
"""Our cap: about 600 X25519 recipients. C2SP age sets none."""
MAX_SLIP_BYTES: Final = 4096
"""Our cap on a header that stands alone: far over the 257 bytes of a slip."""
MAX_STANZAS: Final = 512
"""Our cap: each X25519 stanza costs a key agreement to try."""
MAX_WORK_FACTOR: Final = 18
"""Our cap on log2(N) of scrypt, what age itself writes: 256 MiB. C2SP age asks readers for one."""
WRAPPED_KEY_BYTES: Final = FILE_KEY_BYTES + 16
VERSION_LINE: Final = b"age-encryption.org/v1\n"

_ARMOR: Final = b"-----BEGIN AGE ENCRYPTED FILE-----"
_FOREIGN_VERSION: Final = re.compile(rb"age-encryption\.org/[!-~]*\n")
_ARGUMENT_LINE: Final = re.compile(rb"->((?: [!-~]+)+)\Z")
_MAC_LINE: Final = re.compile(rb"--- ([A-Za-z0-9+/]{43})\Z")
_WORK_FACTOR: Final = re.compile(r"[1-9][0-9]*\Z")
_LINE_COLUMNS: Final = 64
_SALT_BYTES: Final = 16


@dataclass(frozen=True, kw_only=True)
class Stanza:
    """One wrapped file key.

    Attributes:
        arguments: Type first; 1 or more words of visible ASCII.
        body: Raw bytes.
    """

    arguments: tuple[str, ...]
    body: bytes

    @property
    def kind(self) -> str:
        """The stanza's type."""
        return self.arguments[0]


@dataclass(frozen=True, kw_only=True)
class Header:
    """A header that has been read, not yet authenticated.

    Attributes:
        stanzas: At least one, in order.
        mac: 32 bytes.
        signed: What the MAC covers: from the version line up to and including `---`.
        size_bytes: Length up to and including the MAC line's LF; the payload begins there.
    """

    stanzas: tuple[Stanza, ...]
    mac: bytes
    signed: bytes
    size_bytes: int


def parse_header(data: bytes) -> Header:
    """Read the header that `data` begins with; what follows it is not looked at.

    Untrusted: `data`; at least `MAX_HEADER_BYTES` of the file or all of it.

    Raises:
        HeaderMalformed: Not an age v1 header in its one spelling (`ArmorRefused`: in armor).
        TooLarge: No end within `MAX_HEADER_BYTES`, or over `MAX_STANZAS`.
        WorkFactorTooHigh: A scrypt stanza over `MAX_WORK_FACTOR`.
    """
    if not data.startswith(VERSION_LINE):
        raise _foreign(data)
    stanzas: list[Stanza] = []
    at = len(VERSION_LINE)
    while True:
        line, after = _line(data, at)
        if line.startswith(b"---"):
            break
        stanza, at = _stanza(data, line, after)
        stanzas.append(stanza)
        if len(stanzas) > MAX_STANZAS:
            raise TooLarge("An age header with more than {most} stanzas.", most=MAX_STANZAS)
    found = _MAC_LINE.match(line)
    if not found or not stanzas:
        raise HeaderMalformed("An age header ends in a way that its format does not allow.")
    _check_kinds(stanzas)
    mac = _base64(found[1].decode("ascii"))
    return Header(stanzas=tuple(stanzas), mac=mac, signed=data[: at + 3], size_bytes=after)


def parse_slip(data: bytes) -> Header:
    """Read a header that stands alone.

    Untrusted: `data`.

    Raises:
        TooLarge: Over `MAX_SLIP_BYTES`.
        HeaderMalformed, WorkFactorTooHigh: As `parse_header`, and for anything after the header.
    """
    if len(data) > MAX_SLIP_BYTES:
        raise TooLarge("A slip of more than {most} bytes.", most=MAX_SLIP_BYTES)
    header = parse_header(data)
    if header.size_bytes != len(data):
        raise HeaderMalformed("A slip goes on after its header.")
    return header


def _foreign(data: bytes) -> Malformed:
    if data.lstrip().startswith(_ARMOR):
        return ArmorRefused("This age file is in ASCII armor, which is not read here.")
    if _FOREIGN_VERSION.match(data):
        return HeaderMalformed("This is an age file of a version that is not known here.")
    return HeaderMalformed("These bytes do not begin with an age header.")


def _line(data: bytes, start: int) -> tuple[bytes, int]:
    end = data.find(b"\n", start, MAX_HEADER_BYTES)
    if end < 0:
        if len(data) >= MAX_HEADER_BYTES:
            raise TooLarge("An age header of more than {most} bytes.", most=MAX_HEADER_BYTES)
        raise HeaderMalformed("An age header breaks off before its end.")
    return data[start:end], end + 1


def _stanza(data: bytes, line: bytes, at: int) -> tuple[Stanza, int]:
    found = _ARGUMENT_LINE.match(line)
    if not found:
        raise HeaderMalformed("A line of an age header is neither a stanza nor its end.")
    body = bytearray()
    while True:
        text, at = _line(data, at)
        if len(text) > _LINE_COLUMNS:
            raise HeaderMalformed("A body line of an age header is longer than 64 characters.")
        body += text
        if len(text) < _LINE_COLUMNS:  # C2SP age: the last line of a body is shorter than 64, if need be empty
            break
    arguments = tuple(found[1].decode("ascii")[1:].split(" "))
    return Stanza(arguments=arguments, body=_base64(body.decode("latin-1"))), at


def _base64(text: str) -> bytes:
    try:
        return decode_base64_bare(text)
    except NotCanonical as reason:
        raise HeaderMalformed("A part of an age header is not in the one spelling of base64.") from reason


def _check_kinds(stanzas: list[Stanza]) -> None:
    for stanza in stanzas:
        if stanza.kind == "scrypt":
            if len(stanzas) != 1:
                raise HeaderMalformed("A passphrase stanza must stand alone in an age header.")
            _check_scrypt(stanza)
        elif stanza.kind == "X25519":
            _check_x25519(stanza)


def _check_scrypt(stanza: Stanza) -> None:
    if len(stanza.arguments) != 3 or not _WORK_FACTOR.match(stanza.arguments[2]):
        raise HeaderMalformed("A passphrase stanza has arguments that its format does not allow.")
    if len(_base64(stanza.arguments[1])) != _SALT_BYTES or len(stanza.body) != WRAPPED_KEY_BYTES:
        raise HeaderMalformed("A passphrase stanza has a part of the wrong length.")
    factor = stanza.arguments[2]
    if len(factor) > 2 or int(factor) > MAX_WORK_FACTOR:
        raise WorkFactorTooHigh("A passphrase file asks for work over 2 to the power of {most}.", most=MAX_WORK_FACTOR)


def _check_x25519(stanza: Stanza) -> None:
    if len(stanza.arguments) != 2:
        raise HeaderMalformed("An X25519 stanza has arguments that its format does not allow.")
    # C2SP age: the length is checked before decrypting, or one body could open under two keys
    if len(_base64(stanza.arguments[1])) != KEY_BYTES or len(stanza.body) != WRAPPED_KEY_BYTES:
        raise HeaderMalformed("An X25519 stanza has a part of the wrong length.")
