# SPDX-License-Identifier: AGPL-3.0-or-later
"""ZIP files as they are handed in: listed, judged, and their members read one by one, straight into the seal.

A container is judged by its list before anything is unpacked. Nothing is ever written out: members go from the
decompressor to the cipher. The sizes in the list are believed as upper bounds only because Python's reader stops
there and compares the checksum.
"""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Final, cast

from sviedka.core.base.errors import Withheld
from sviedka.core.base.ids import SubjectId
from sviedka.store.deposit.originals import Folder, OriginalUnreadable
from sviedka.vault.entropy import new_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sviedka.store.deposit.originals import Source

MOST_MEMBERS: Final = 10_000
MOST_RATIO: Final = 100
"""Unpacked to packed size, of each member and of all together; honest files of text reach about 20."""

MOST_BYTES: Final = 2 * 1024**3
MOST_DEPTH: Final = 2
"""A ZIP in a ZIP is unpacked, one inside that is not."""

_FREE_BYTES: Final = 65_536
"""Members so small are not judged by their ratio: a kilobyte of zeros harms nobody."""

_BROKEN: Final = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
    OSError,
)
"""What Python's reader raises for files that are no honest ZIP (wrong structure, unknown method, encrypted, cut)."""


@dataclass(kw_only=True)
class Budget:
    """What one container, and all those inside it together, may still unpack to."""

    members: int = MOST_MEMBERS
    size_bytes: int = MOST_BYTES


class ContainerRefused(Withheld):
    """A container that is sealed as it is and not unpacked."""

    code = "withheld.container"
    hint = "The container itself is sealed. Unpack it by hand if you trust it, and seal the folder."


@dataclass(frozen=True, kw_only=True)
class Member:
    """A file in a ZIP; an `Original`."""

    item: SubjectId
    parent: SubjectId | None
    name: bytes
    path: bytes
    size_bytes: int
    container: zipfile.ZipFile = field(repr=False)
    info: zipfile.ZipInfo = field(repr=False)

    def modified(self) -> tuple[str, str] | None:
        """Return the time in the container: of no zone, in steps of two seconds."""
        year, month, day, hour, minute, second = self.info.date_time
        return f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}", "zip entry, zone unknown"

    @contextmanager
    def opened(self) -> Iterator[Source]:
        """Open the member; see `Original`."""
        try:
            with self.container.open(self.info) as source:
                yield cast("Source", source)
        except _BROKEN as reason:
            raise OriginalUnreadable("A member of a container could not be unpacked.") from reason


def open_container(source: IO[bytes], *, item: SubjectId, path: bytes, budget: Budget) -> tuple[Folder | Member, ...]:
    """List a ZIP whose bytes are in `source`, which stays open while members are read. Folders come before what they hold.

    Untrusted: `source`.

    Args:
        source: Seekable.
        item: The container.
        path: Its path.
        budget: What is left; taken from.

    Raises:
        ContainerRefused: Over a limit, a name that leads out of it, a link, or no honest ZIP.
    """
    try:
        container = zipfile.ZipFile(source)
        infos = container.infolist()
    except _BROKEN as reason:
        raise ContainerRefused("The container's list cannot be read.") from reason
    _judge(infos, budget)
    return tuple(_entries(container, infos, item, path))


def _judge(infos: list[zipfile.ZipInfo], budget: Budget) -> None:
    unpacked, packed = sum(info.file_size for info in infos), sum(info.compress_size for info in infos)
    if len(infos) > budget.members:
        raise ContainerRefused("The container holds more than {most} members.", most=MOST_MEMBERS)
    if unpacked > budget.size_bytes:
        raise ContainerRefused("The container unpacks to more than {most} bytes.", most=MOST_BYTES)
    if _bursts(unpacked, packed) or any(_bursts(info.file_size, info.compress_size) for info in infos):
        raise ContainerRefused("The container unpacks to more than {most} times its size.", most=MOST_RATIO)
    for info in infos:
        _judge_name(info)
    budget.members -= len(infos)
    budget.size_bytes -= unpacked


def _bursts(unpacked: int, packed: int) -> bool:
    return unpacked > _FREE_BYTES and unpacked > MOST_RATIO * max(packed, 1)


def _judge_name(info: zipfile.ZipInfo) -> None:
    name = info.orig_filename
    steps = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or ".." in steps or (len(name) > 1 and name[1] == ":") or "\0" in name:
        raise ContainerRefused("A name in the container leads out of it.")
    if not name.strip("/") or len(name) > 4096 or len(steps) > 64:
        raise ContainerRefused("A name in the container is empty, too long or too deep.")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise ContainerRefused("The container holds a symbolic link.")


def _entries(
    container: zipfile.ZipFile, infos: list[zipfile.ZipInfo], item: SubjectId, path: bytes
) -> Iterator[Folder | Member]:
    folders: dict[str, SubjectId] = {"": item}
    for info in infos:
        above, _, name = info.orig_filename.rstrip("/").rpartition("/")
        yield from _folders_above(folders, above, path)
        inner = info.orig_filename.rstrip("/")
        if info.orig_filename.endswith("/"):
            yield from _folders_above(folders, inner, path)
            continue
        yield Member(
            item=SubjectId(new_id()),
            parent=folders[above],
            name=_bytes(name),
            path=path + b"/" + _bytes(inner),
            size_bytes=info.file_size,
            container=container,
            info=info,
        )


def _folders_above(folders: dict[str, SubjectId], inner: str, path: bytes) -> Iterator[Folder]:
    """Yield the folders on the way to `inner` that were not there yet."""
    steps = inner.split("/") if inner else []
    for depth in range(1, len(steps) + 1):
        here, above = "/".join(steps[:depth]), "/".join(steps[: depth - 1])
        if here not in folders:
            folders[here] = SubjectId(new_id())
            yield Folder(
                item=folders[here],
                parent=folders[above],
                name=_bytes(steps[depth - 1]),
                path=path + b"/" + _bytes(here),
            )


def _bytes(name: str) -> bytes:
    return name.encode("utf-8", "surrogatepass")
