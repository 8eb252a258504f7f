# SPDX-License-Identifier: AGPL-3.0-or-later
"""Plaintext leaves the vault: into a file without a name, which gets its name only when all of it has been verified.

Where the file system can make unnamed files (Linux: `O_TMPFILE`), a kill half-way leaves nothing at all; elsewhere a
claimed temporary lies beside the target until then. A file that exists is never overwritten. Spec: spec/02-item.md §5.
"""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from sviedka.core.base.errors import Refuted
from sviedka.core.seal.seal_file import OpenedPayload, open_stream
from sviedka.vault.claims import create_claimed
from sviedka.vault.disk_errors import AlreadyThere, translating
from sviedka.vault.durable import sync_folder
from sviedka.vault.objects import open_payload
from sviedka.vault.page_writer import PageWriter

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from sviedka.core.seal.age_stages import Buffers
    from sviedka.vault.layout import Archive

_NO_UNNAMED: Final = frozenset({errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL, errno.ENOENT})
_NO_LINKS: Final = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})
_OPEN_FILES: Final = Path("/proc/self/fd")


class PlaintextDiffers(Refuted):
    """The payload opened, but to other bytes than were sealed under this name."""

    code = "refuted.plaintext"
    hint = "The slip or the payload of another item stands in the place of this one's."


class Release:
    """A file on its way out. Use as a context manager; what was not published is gone when it is left."""

    def __init__(self, out: Path, *, unnamed: bool = True) -> None:
        """Begin a file that will be `out`.

        Args:
            out: Must not exist; its folder must.
            unnamed: False forces the way with a temporary beside `out`.

        Raises:
            AlreadyThere: `out` exists.
            DiskFull, ReadOnly, DiskError: Its folder takes no new file.
        """
        self._out = out
        with translating():
            if os.path.lexists(out):
                raise _taken()
            handle = _open_unnamed(out.parent) if unnamed else None
            self._temporary: Path | None = None
            if handle is None:
                handle, self._temporary = create_claimed(out.parent)
        self._handle = handle
        self.writer = PageWriter(handle)

    def publish(self) -> None:
        """Make the file durable and give it its name (0600).

        Raises:
            AlreadyThere: Something took the name meanwhile; it was not touched.
            DiskFull, ReadOnly, DiskError: There is no such file.
        """
        self.writer.sync(0o600)
        with translating():
            if self._temporary is None:
                folder = os.open(self._out.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
                try:
                    # a folder's descriptor makes this linkat(2), which follows the name in /proc to the file itself
                    os.link(_OPEN_FILES / str(self._handle), self._out.name, dst_dir_fd=folder, follow_symlinks=True)
                finally:
                    os.close(folder)
            else:
                _rename_new(self._temporary, self._out)
            sync_folder(self._out.parent)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, reason: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._temporary is not None:
            with suppress(OSError):
                self._temporary.unlink()
        self.writer.close()


def release_payload(
    archive: Archive,
    payload_sha256: bytes | str,
    out: Path,
    *,
    file_key: bytes | bytearray,
    plain_sha256: bytes | None = None,
    observe: Callable[[int], None] | None = None,
    buffers: Buffers | None = None,
) -> OpenedPayload:
    """Open a payload of the vault into the new file `out`, which appears only when all of it has been verified.

    Args:
        archive: Where the payload lies.
        payload_sha256: Its name.
        out: Must not exist.
        file_key: From its slip.
        plain_sha256: What was recorded when it was sealed; None where nothing is known of it.
        observe: Told the plaintext bytes of each block.
        buffers: Memory of an earlier pass.

    Raises:
        PayloadLost, PayloadForged, PayloadTruncated, PayloadTrailing: The payload is not what was sealed. No file.
        PlaintextDiffers: It opened to other bytes. No file.
        AlreadyThere, DiskFull, ReadOnly, DiskError: No file was made.
    """
    with open_payload(archive, payload_sha256) as payload, Release(out) as release, translating():
        opened = open_stream(payload, release.writer, file_key=file_key, observe=observe, buffers=buffers)
        if plain_sha256 is not None and opened.plain_sha256 != plain_sha256:
            raise PlaintextDiffers("A payload opened to other bytes than those that were sealed.")
        release.publish()
    return opened


def _open_unnamed(folder: Path) -> int | None:
    flag = getattr(os, "O_TMPFILE", 0)
    if not flag or not _OPEN_FILES.is_dir():
        return None
    try:
        return os.open(folder, flag | os.O_WRONLY | os.O_CLOEXEC, 0o600)
    except OSError as reason:
        if reason.errno in _NO_UNNAMED and folder.is_dir():
            return None
        raise


def _rename_new(temporary: Path, out: Path) -> None:
    try:
        os.link(temporary, out, follow_symlinks=False)
        temporary.unlink()
    except OSError as reason:
        if reason.errno not in _NO_LINKS:
            raise
        if os.path.lexists(out):  # a disk without links, a stick from a shop: look, then rename
            raise _taken() from reason
        temporary.rename(out)


def _taken() -> AlreadyThere:
    return AlreadyThere("A file of this name is already there; it was left as it is.")
