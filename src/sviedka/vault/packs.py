# SPDX-License-Identifier: AGPL-3.0-or-later
"""Packs: admitted statements, as they were admitted, one age file per admission (spec/06-vault.md §4).

A pack is named by the log index of its first statement and created exclusively. That is what keeps a paused or stale
writer out, whatever lock it believes it holds: its name is taken.
"""

from __future__ import annotations

import hashlib
import os
from bisect import bisect_right
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import TooLarge, Unavailable
from sviedka.vault.disk_errors import AlreadyThere, translating
from sviedka.vault.durable import remove, write_new
from sviedka.vault.pack_sums import PACK_NAME, PackSum, locked_sums
from sviedka.vault.regular import open_regular

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sviedka.vault.layout import Archive

MAX_PACK_BYTES: Final = 268_435_456
"""256 MiB: a pack is read whole."""


class StaleWriter(Unavailable):
    """Another writer has admitted statements at this index. Nothing was written; reload and admit again."""

    code = "unavailable.stale-writer"
    hint = "Another process of this archive was faster; run the command again."


@dataclass(frozen=True, kw_only=True)
class Pack:
    """One pack as it lies there, as yet unproven.

    Attributes:
        first_index: The log index of its first statement.
        data: The age file.
    """

    first_index: int
    data: bytes


def put_pack(archive: Archive, desk: str, first_index: int, age_bytes: bytes) -> None:
    """Put a pack and its line in `SHA256SUMS`; both durable on return.

    Raises:
        StaleWriter: This index or a later one is taken. Nothing was written.
        TooLarge: Over `MAX_PACK_BYTES`.
        DiskFull, ReadOnly, DiskError: Nothing is acknowledged. If even taking the pack away again failed it may be
            found at the next start, and is then replayed.
    """
    if len(age_bytes) > MAX_PACK_BYTES:
        raise TooLarge("A pack of more than {most} bytes.", most=MAX_PACK_BYTES)
    path = archive.pack(desk, first_index)
    with locked_sums(archive.pack_sums(desk)) as sums:
        if path.name <= sums.last_name():
            raise _stale()
        try:
            write_new(path, age_bytes)
        except AlreadyThere as reason:
            sums.complete()  # whoever wrote it was killed before it wrote its line
            raise _stale() from reason
        try:
            sums.append([PackSum(name=path.name, sha256=hashlib.sha256(age_bytes).hexdigest())])
        except BaseException:
            with suppress(Unavailable):
                remove(path)
            raise


def iter_packs(archive: Archive, desk: str, from_index: int = 0) -> Iterator[Pack]:
    """Yield a desk's packs in order, beginning with the one that may hold leaf `from_index`.

    Raises:
        TooLarge: A pack over `MAX_PACK_BYTES`.
        DiskError: One cannot be read.
    """
    indexes = list_packs(archive, desk)
    for first_index in indexes[max(0, bisect_right(indexes, from_index) - 1) :]:
        yield Pack(first_index=first_index, data=read_pack(archive, desk, first_index))


def list_packs(archive: Archive, desk: str) -> list[int]:
    """Return the first indexes of a desk's packs, ascending; empty if it has none."""
    with translating():
        try:
            names = os.listdir(archive.desk_packs(desk))  # noqa: PTH208
        except FileNotFoundError:
            return []
    return sorted(int(name[:12]) for name in names if PACK_NAME.match(name))


def list_desks(archive: Archive) -> tuple[str, ...]:
    """Return the desks that have a folder of packs here, in order."""
    with translating():
        try:
            return tuple(sorted(entry.name for entry in os.scandir(archive.packs) if entry.is_dir()))
        except FileNotFoundError:
            return ()


def read_pack(archive: Archive, desk: str, first_index: int) -> bytes:
    """Return the age file of one pack; raises as `iter_packs`, and `NotAFile`."""
    with translating(), open_regular(archive.pack(desk, first_index)) as found:
        data = found.read() if os.fstat(found.fileno()).st_size <= MAX_PACK_BYTES else None
    if data is None:
        raise TooLarge("A pack of more than {most} bytes.", most=MAX_PACK_BYTES)
    return data


def _stale() -> StaleWriter:
    return StaleWriter("Another writer has admitted statements at this place in the log.")
