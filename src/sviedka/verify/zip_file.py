# SPDX-License-Identifier: AGPL-3.0-or-later
"""A dossier as a ZIP file, read in the one way on which all readers agree.

The library's reader is lenient: it searches for the end record and takes what it finds. Two programs could then see two
dossiers in one file, and a person would be shown what the verifier did not check. Spec: spec/08-dossier.md §8.1.
Source: APPNOTE.TXT 6.3.10 §4.3.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from io import BufferedReader
from typing import TYPE_CHECKING, BinaryIO

from sviedka.core.disclose.bag_paths import BAGIT
from sviedka.verify.container import BLOCK_BYTES, ContainerMalformed, DossierUnreadable, Entry, EntryDamaged
from sviedka.verify.regular import open_regular
from sviedka.verify.zip_directory import LOCAL, LOCAL_SIGNATURE, Listed, read_directory

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class ZipContainer:
    """The files in the ZIP file at `path`."""

    path: Path

    def entries(self) -> tuple[Entry, ...]:
        """List the files, the common folder that many programs add cut off."""
        try:
            with BufferedReader(open_regular(self.path)) as file:
                listed, end = read_directory(file)
                found = [_locate(file, item) for item in listed]
        except OSError as reason:
            raise DossierUnreadable("The ZIP file cannot be read.") from reason
        _check_apart(listed, found, end)
        return tuple(_cut_common_folder([entry for entry in found if not entry.path.endswith("/")]))

    def blocks(self, entry: Entry, *, mapped: bool = False) -> Iterator[memoryview | bytes]:
        """Read a file, unpacking it if need be; no more is unpacked than the stated size."""
        del mapped  # stored files begin anywhere, not where a page does
        try:
            with open_regular(self.path) as file:
                file.seek(entry.start)
                stored = _stored(file, entry.stored_bytes)
                yield from _inflated(stored, entry.size_bytes) if entry.deflated else stored
        except OSError as reason:
            raise DossierUnreadable("A file of the dossier cannot be read.") from reason
        except zlib.error as reason:
            raise EntryDamaged("A packed file does not unpack to its stated size.") from reason


def _locate(file: BinaryIO, listed: Listed) -> Entry:
    file.seek(listed.offset)
    raw = file.read(LOCAL.size)
    if len(raw) != LOCAL.size:
        raise ContainerMalformed("A file's local header is cut off.")
    signature, _, _, method, _, _, _, _, _, name_size, extra_size = LOCAL.unpack(raw)
    name = file.read(name_size)
    if signature != LOCAL_SIGNATURE or name != listed.name.encode("ascii") or method != listed.method:
        raise ContainerMalformed("A file's local header and the directory disagree.")
    return Entry(
        path=listed.name,
        size_bytes=listed.size_bytes,
        is_regular=not listed.is_link,
        start=listed.offset + LOCAL.size + name_size + extra_size,
        stored_bytes=listed.stored_bytes,
        deflated=listed.method != 0,
    )


def _check_apart(listed: list[Listed], found: list[Entry], end: int) -> None:
    """Refuse overlapping files: a few bytes could stand for thousands of large ones, or for two contents."""
    last = 0
    for item, entry in sorted(zip(listed, found, strict=True), key=lambda pair: pair[0].offset):
        if item.offset < last:
            raise ContainerMalformed("Two files in the ZIP file share bytes.")
        last = entry.start + entry.stored_bytes
    if last > end:
        raise ContainerMalformed("A file in the ZIP file is cut off.")


def _cut_common_folder(entries: list[Entry]) -> Iterator[Entry]:
    folder = entries[0].path.partition("/")[0] + "/" if entries else ""
    names = [entry.path for entry in entries]
    if BAGIT in names or not all(name.startswith(folder) for name in names):
        folder = ""
    for entry in entries:
        yield Entry(
            path=entry.path[len(folder) :],
            size_bytes=entry.size_bytes,
            is_regular=entry.is_regular,
            start=entry.start,
            stored_bytes=entry.stored_bytes,
            deflated=entry.deflated,
        )


def _stored(file: BinaryIO, size_bytes: int) -> Iterator[memoryview]:
    buffer = memoryview(bytearray(min(BLOCK_BYTES, size_bytes)))
    while size_bytes:
        count = file.readinto(buffer[: min(size_bytes, BLOCK_BYTES)])  # type: ignore[attr-defined]  # raw file
        if not count:
            raise DossierUnreadable("The ZIP file became shorter while it was read.")
        size_bytes -= count
        yield buffer[:count]


def _inflated(stored: Iterator[memoryview], size_bytes: int) -> Iterator[bytes]:
    engine = zlib.decompressobj(-zlib.MAX_WBITS)
    left = size_bytes
    for block in stored:
        waiting = bytes(block)
        while True:
            # One byte more than is due: a longer file shows itself without being unpacked.
            piece = engine.decompress(waiting, min(BLOCK_BYTES, left + 1))
            left -= len(piece)
            waiting = engine.unconsumed_tail
            if left < 0 or engine.unused_data:
                raise zlib.error("more than the stated size")
            yield piece
            if not piece and not waiting:
                break
    if left or not engine.eof:
        raise zlib.error("cut off")
