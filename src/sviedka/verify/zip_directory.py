# SPDX-License-Identifier: AGPL-3.0-or-later
"""The directory of a ZIP file, found at its end and nowhere else (spec/08-dossier.md §8.1)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import islice
from struct import Struct, unpack_from
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from sviedka.verify.container import MAX_ENTRIES, ContainerMalformed

if TYPE_CHECKING:
    from collections.abc import Iterator

END: Final = Struct("<4s4H2LH")
END64_LOCATOR: Final = Struct("<4sLQL")
END64: Final = Struct("<4sQ2H2L4Q")
CENTRAL: Final = Struct("<4s6H3L5H2L")
LOCAL: Final = Struct("<4s5H3L2H")
END_SIGNATURE: Final = b"PK\x05\x06"
LOCAL_SIGNATURE: Final = b"PK\x03\x04"

MAX_DIRECTORY_BYTES: Final = 32 << 20
MAX_NUMBER: Final = 2**53 - 1
_ALL_ONES_16: Final = 0xFFFF
_ALL_ONES_32: Final = 0xFFFFFFFF
_ZIP64_EXTRA: Final = 1
_UNIX: Final = 3
_LINK: Final = 0o120000
_KIND: Final = 0o170000


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """A file as the directory lists it; `method` is 0 (stored) or 8 (deflate)."""

    name: str
    method: int
    stored_bytes: int
    size_bytes: int
    offset: int
    is_link: bool


def read_directory(file: BinaryIO) -> tuple[list[Listed], int]:
    """Return what the directory lists, and where it begins.

    Untrusted: everything. Raises: ContainerMalformed.
    """
    size_bytes = file.seek(0, os.SEEK_END)
    count, length, start, end = _find_directory(file, size_bytes)
    if start + length != end or length > MAX_DIRECTORY_BYTES:
        raise ContainerMalformed("The ZIP file's directory does not end where its end record begins.")
    if count > MAX_ENTRIES:
        raise ContainerMalformed("The ZIP file holds more entries than a dossier may.")
    file.seek(start)
    # One entry more than stated shows that the number is wrong; a million more would only cost memory.
    listed = list(islice(_read_entries(file.read(length)), count + 1))
    if len(listed) != count or len({item.name for item in listed}) != count:
        raise ContainerMalformed("The ZIP file's directory lists another number of files, or one name twice.")
    return listed, start


def _find_directory(file: BinaryIO, size_bytes: int) -> tuple[int, int, int, int]:
    """Return number of entries, length and start of the directory, and where its end record begins."""
    end = size_bytes - END.size
    signature, disk, first, here, count, length, start, comment = _unpack(file, END, end)
    if signature != END_SIGNATURE or disk or first or here != count or comment:
        raise ContainerMalformed("The file does not end like a ZIP file without a comment.")
    if count != _ALL_ONES_16 and _ALL_ONES_32 not in (length, start):
        return count, length, start, end
    locator, end64 = end - END64_LOCATOR.size, end - END64_LOCATOR.size - END64.size
    if _unpack(file, END64_LOCATOR, locator) != (b"PK\x06\x07", 0, end64, 1):
        raise ContainerMalformed("The ZIP64 locator does not stand where it should.")
    signature, rest, _, _, disk, first, here, count64, length64, start64 = _unpack(file, END64, end64)
    if signature != b"PK\x06\x06" or rest != END64.size - 12 or disk or first or here != count64:
        raise ContainerMalformed("The ZIP64 end record is not in its form.")
    for short, long, ones in (
        (count, count64, _ALL_ONES_16),
        (length, length64, _ALL_ONES_32),
        (start, start64, _ALL_ONES_32),
    ):
        if short not in (ones, long):
            raise ContainerMalformed("The two end records of the ZIP file disagree.")
    return count64, length64, start64, end64


def _unpack(file: BinaryIO, form: Struct, place: int) -> tuple[Any, ...]:
    if place < 0:
        raise ContainerMalformed("The file is too short for a ZIP file.")
    file.seek(place)
    raw = file.read(form.size)
    if len(raw) != form.size:
        raise ContainerMalformed("The ZIP file is cut off.")
    return form.unpack(raw)


def _read_entries(data: bytes) -> Iterator[Listed]:
    place = 0
    while place < len(data):
        if len(data) - place < CENTRAL.size:
            raise ContainerMalformed("The ZIP file's directory is cut off.")
        fields = CENTRAL.unpack_from(data, place)
        name_size, extra_size, comment_size = fields[10:13]
        after = place + CENTRAL.size
        end = after + name_size + extra_size + comment_size
        if end > len(data):
            raise ContainerMalformed("The ZIP file's directory is cut off.")
        name, extra = data[after : after + name_size], data[after + name_size : end - comment_size]
        yield _read_entry(fields, name, extra)
        place = end


def _read_entry(fields: tuple[Any, ...], raw_name: bytes, extra: bytes) -> Listed:
    signature, made_by, _, flags, method, _, _, _, stored, size, _, _, _, disk, _, attributes, offset = fields
    if signature != b"PK\x01\x02" or flags & 1 or method not in (0, 8) or disk:
        raise ContainerMalformed("A file in the ZIP file is encrypted, spread, or packed in an unknown way.")
    if not raw_name or any(not 0x20 <= char < 0x7F for char in raw_name):
        raise ContainerMalformed("A name in the ZIP file is not plain ASCII.")
    size, stored, offset = _widen((size, stored, offset), extra)
    name = raw_name.decode("ascii")
    if (method == 0 and size != stored) or (name.endswith("/") and size):
        raise ContainerMalformed("Sizes in the ZIP file contradict each other.")
    is_link = made_by >> 8 == _UNIX and (attributes >> 16) & _KIND == _LINK
    return Listed(name=name, method=method, stored_bytes=stored, size_bytes=size, offset=offset, is_link=is_link)


def _widen(numbers: tuple[int, int, int], extra: bytes) -> tuple[int, int, int]:
    """Replace the numbers that are all ones by those of the ZIP64 field (APPNOTE §4.5.3)."""
    fields = list(_extra_fields(extra))
    wide = [data for kind, data in fields if kind == _ZIP64_EXTRA]
    if len(wide) > 1:
        raise ContainerMalformed("A file has two ZIP64 fields.")
    rest = wide[0] if wide else b""
    widened: list[int] = []
    for number in numbers:
        if number != _ALL_ONES_32:
            widened.append(number)
            continue
        if len(rest) < 8:
            raise ContainerMalformed("A large number in the ZIP file is missing.")
        widened.append(unpack_from("<Q", rest)[0])
        rest = rest[8:]
    if any(number > MAX_NUMBER for number in widened):
        raise ContainerMalformed("A number in the ZIP file is larger than any file.")
    size, stored, offset = widened
    return size, stored, offset


def _extra_fields(extra: bytes) -> Iterator[tuple[int, bytes]]:
    while extra:
        if len(extra) < 4:
            raise ContainerMalformed("An extra field in the ZIP file is cut off.")
        kind, length = unpack_from("<2H", extra)
        if len(extra) < 4 + length:
            raise ContainerMalformed("An extra field in the ZIP file is cut off.")
        yield kind, extra[4 : 4 + length]
        extra = extra[4 + length :]
