# SPDX-License-Identifier: AGPL-3.0-or-later
"""The list beside a desk's packs: a line `<SHA-256>  <file name>` for each, in order, only ever added to.

It lets a scrub, a replica or a stranger with `sha256sum -c` compare packs without a key. It proves nothing against
whoever can write the folder; the log does. A line that a kill left out or cut is made good from the pack.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Malformed, Refuted
from sviedka.vault.disk_errors import translating
from sviedka.vault.durable import make_folder, sync_folder, write_all

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PACK_NAME: Final = re.compile(r"[0-9]{12}\.age\Z")
_LINE: Final = re.compile(rb"([0-9a-f]{64})  ([0-9]{12}\.age)\n")
_LINE_BYTES: Final = 64 + 2 + 16 + 1


class SumsMalformed(Malformed):
    """A list of packs with a line that is not in its one spelling, or not in order."""

    code = "malformed.pack-sums"
    hint = "Compare SHA256SUMS with a replica's."


class SumsCut(Refuted):
    """More packs have no line than a kill can leave without one: the list was shortened."""

    code = "refuted.pack-sums-cut"
    hint = "Compare SHA256SUMS with a replica's. Nothing is added to it until it is whole again."


@dataclass(frozen=True, kw_only=True)
class PackSum:
    """One line: a pack's file name and the SHA-256 (hex) of its bytes."""

    name: str
    sha256: str


def parse_sums(data: bytes) -> tuple[PackSum, ...]:
    """Read a whole list; raise `SumsMalformed` for any line that is cut, misspelt, repeated or out of order."""
    found = _LINE.findall(data)
    if len(found) * _LINE_BYTES != len(data):
        raise SumsMalformed("A line of SHA256SUMS is not a digest, two spaces and the name of a pack.")
    lines = tuple(PackSum(name=name.decode("ascii"), sha256=digest.decode("ascii")) for digest, name in found)
    names = [line.name for line in lines]
    if names != sorted(set(names)):
        raise SumsMalformed("The lines of SHA256SUMS are not in the order of the packs.")
    return lines


class OpenSums:
    """The list of one desk, held under a lock."""

    def __init__(self, path: Path, handle: int) -> None:
        self._path = path
        self._handle = handle

    def last_name(self) -> str:
        """Return the name in the last whole line, `""` if there is none."""
        size = os.fstat(self._handle).st_size // _LINE_BYTES * _LINE_BYTES
        line = _LINE.fullmatch(os.pread(self._handle, _LINE_BYTES, size - _LINE_BYTES)) if size else None
        if size and not line:
            raise SumsMalformed("The last line of SHA256SUMS is not a digest, two spaces and the name of a pack.")
        return line[2].decode("ascii") if line else ""

    def append(self, lines: list[PackSum]) -> None:
        """Add lines, durable on return; a torn line at the end is cut off first.

        Raises:
            OSError: The list is as it was, or ends in a torn line.
        """
        size = os.fstat(self._handle).st_size
        whole = size // _LINE_BYTES * _LINE_BYTES
        if size != whole:
            os.ftruncate(self._handle, whole)
        try:
            text = b"".join(f"{line.sha256}  {line.name}\n".encode("ascii") for line in lines)
            write_all(self._handle, text)
            os.fsync(self._handle)
            if not whole:
                sync_folder(self._path.parent)
        except BaseException:
            with suppress(OSError):
                os.ftruncate(self._handle, whole)
            raise

    def complete(self) -> int:
        """Add the line that a kill left out, and cut a torn one off; return how many were added: 0 or 1.

        Raises:
            SumsCut: More than one is missing. A pack is listed before the next is made, so that no kill does this;
                completing them would vouch for packs that nobody vouched for.
        """
        last = self.last_name()
        folder = self._path.parent
        names = sorted(name for name in os.listdir(folder) if PACK_NAME.match(name) and name > last)  # noqa: PTH208
        if len(names) > 1:
            raise SumsCut("{count} packs have no line in SHA256SUMS; a kill leaves one at most.", count=len(names))
        torn = os.fstat(self._handle).st_size % _LINE_BYTES
        if names or torn:
            self.append([PackSum(name=name, sha256=hash_file(folder / name)) for name in names])
        return len(names)


@contextmanager
def locked_sums(path: Path) -> Iterator[OpenSums]:
    """Open a desk's list (made if need be) for this writer alone; others wait."""
    make_folder(path.parent)
    with translating():
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield OpenSums(path, handle)
        finally:
            os.close(handle)


def hash_file(path: Path) -> str:
    """Return the SHA-256 (hex) of a file, read in one pass."""
    with path.open("rb", buffering=0) as found:
        return hashlib.file_digest(found, "sha256").hexdigest()
