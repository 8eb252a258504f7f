# SPDX-License-Identifier: AGPL-3.0-or-later
"""Originals as they are handed in: files, folders, and what is neither; found in folders, each once, in one order.

Names are bytes. Links are never followed, neither at the top nor on the way: what is sealed is what was named. A file
that changes while it is read is not sealed.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from sviedka.core.base.errors import Unavailable
from sviedka.core.base.ids import SubjectId
from sviedka.core.base.instants import format_instant
from sviedka.vault.entropy import new_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path


class OriginalUnreadable(Unavailable):
    """A file that could not be read, or not to its end."""

    code = "unavailable.original-unreadable"
    hint = "Look at its permissions and its disk, then seal it again; what was sealed stays sealed."


class ChangedWhileRead(Unavailable):
    """A file that something else wrote to while it was read."""

    code = "unavailable.original-changed"
    hint = "Stop what writes to it, or seal a copy."


class Source(Protocol):
    """Bytes to be sealed."""

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes, at most `size`; all that is left if negative."""
        ...

    def readinto(self, buffer: memoryview, /) -> int | None:
        """Fill the front of `buffer`; return how many bytes, 0 at the end."""
        ...


class Original(Protocol):
    """Something whose bytes are to be sealed as one item."""

    @property
    def item(self) -> SubjectId: ...  # noqa: D102
    @property
    def parent(self) -> SubjectId | None: ...  # noqa: D102
    @property
    def name(self) -> bytes: ...  # noqa: D102
    @property
    def path(self) -> bytes: ...  # noqa: D102
    @property
    def size_bytes(self) -> int: ...  # noqa: D102

    def modified(self) -> tuple[str, str] | None:
        """Return when it was last changed, as its carrier says, and by which clock."""
        ...

    def opened(self) -> AbstractContextManager[Source]:
        """Open it for reading.

        Raises:
            OriginalUnreadable: It cannot be opened, or not read to its end.
            ChangedWhileRead: It was not the same at the end as at the beginning.
        """
        ...


@dataclass(frozen=True, kw_only=True)
class Folder:
    """A folder: an item without bytes, above others."""

    item: SubjectId
    parent: SubjectId | None
    name: bytes
    path: bytes


@dataclass(frozen=True, kw_only=True)
class Oddity:
    """Something that is no file and no folder, or that could not be looked into. It is noted, not sealed.

    Attributes:
        finding: A word of `item.noted`.
        target: Where a link points.
    """

    parent: SubjectId | None
    name: bytes
    path: bytes
    finding: str
    target: bytes | None = None


@dataclass(frozen=True, kw_only=True)
class DiskFile:
    """A regular file."""

    item: SubjectId
    parent: SubjectId | None
    name: bytes
    path: bytes
    place: bytes
    size_bytes: int
    modified_s: float

    def modified(self) -> tuple[str, str] | None:
        """Return the file system's time of the last change."""
        try:
            changed = datetime.fromtimestamp(int(self.modified_s), UTC)
        except (OverflowError, ValueError, OSError):
            return None  # a file system may hold a time that no calendar has
        return format_instant(changed), "file system"

    @contextmanager
    def opened(self) -> Iterator[Source]:
        """Open the file, not following a link that may have taken its place; see `Original`."""
        try:
            # O_NONBLOCK: a pipe that took the file's place must not make us wait for a writer
            handle = os.open(self.place, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
        except OSError as reason:
            raise _unreadable(reason) from reason
        with os.fdopen(handle, "rb", buffering=0) as source:
            before = os.fstat(handle)
            if not stat.S_ISREG(before.st_mode):
                raise ChangedWhileRead("What was a file is something else now.")
            try:
                yield source
            except OSError as reason:
                raise _unreadable(reason) from reason
            if _identity(os.fstat(handle)) != _identity(before):
                raise ChangedWhileRead("A file was written to while it was read.")


Found = DiskFile | Folder | Oddity


def find_originals(paths: Sequence[Path]) -> Iterator[Found]:
    """Yield what stands at `paths` and below, each folder before what it holds, names in the order of their bytes."""
    for path in paths:
        place = os.fsencode(path)
        name = os.fsencode(path.absolute().name)
        yield from _at(place, name=name, path=name, parent=None)


def size_below(paths: Sequence[Path]) -> int:
    """Return the bytes of all files at `paths` and below, as they are now."""
    return sum(found.size_bytes for found in find_originals(paths) if isinstance(found, DiskFile))


def _at(place: bytes, *, name: bytes, path: bytes, parent: SubjectId | None) -> Iterator[Found]:
    waiting = [(place, name, path, parent)]
    while waiting:
        place, name, path, parent = waiting.pop()
        found = _look(place, name, path, parent)
        if not isinstance(found, Folder):
            yield found
            continue
        try:
            inner = sorted(os.listdir(place), reverse=True)  # noqa: PTH208  # bytes
        except OSError:
            yield found
            yield Oddity(parent=found.item, name=name, path=path, finding="unreadable")
            continue
        yield found
        waiting += [(place + b"/" + one, one, path + b"/" + one, found.item) for one in inner]


def _look(place: bytes, name: bytes, path: bytes, parent: SubjectId | None) -> Found:
    try:
        status = os.lstat(place)
        target = os.readlink(place) if stat.S_ISLNK(status.st_mode) else None  # noqa: PTH115  # bytes
    except OSError:
        return Oddity(parent=parent, name=name, path=path, finding="unreadable")
    if target is not None:
        return Oddity(parent=parent, name=name, path=path, finding="link-not-followed", target=target)
    item = SubjectId(new_id())
    if stat.S_ISDIR(status.st_mode):
        return Folder(item=item, parent=parent, name=name, path=path)
    if not stat.S_ISREG(status.st_mode):
        return Oddity(parent=parent, name=name, path=path, finding="special-file")
    return DiskFile(
        item=item,
        parent=parent,
        name=name,
        path=path,
        place=place,
        size_bytes=status.st_size,
        modified_s=status.st_mtime,
    )


def _identity(status: os.stat_result) -> tuple[int, ...]:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _unreadable(reason: OSError) -> OriginalUnreadable:
    return OriginalUnreadable("A file could not be read ({word}).", word=errno.errorcode.get(reason.errno or 0, "?"))
