# SPDX-License-Identifier: AGPL-3.0-or-later
"""Payloads: sealed bytes without the header that opens them, each named by its SHA-256 and written once.

A payload says nothing to whoever holds it without a slip. It is never overwritten: the same name means the same
bytes, and a name that exists is left alone. Spec: spec/06-vault.md §2.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from sviedka.core.base.errors import Refuted
from sviedka.core.seal.seal_file import SealedPayload, seal_stream
from sviedka.vault.disk_errors import AlreadyThere, translating
from sviedka.vault.durable import remove, sync_folder, write_new
from sviedka.vault.fan import prepare_fan, scratch_of
from sviedka.vault.listed import REMOVED_NAME
from sviedka.vault.page_writer import PageWriter

if TYPE_CHECKING:
    from collections.abc import Callable
    from io import FileIO
    from pathlib import Path

    from sviedka.core.seal.age_blocks import Reader
    from sviedka.core.seal.age_stages import Buffers
    from sviedka.core.seal.seal_file import SealedBytes
    from sviedka.vault.group_commit import GroupCommit
    from sviedka.vault.layout import Archive


class PayloadLost(Refuted):
    """The vault has no payload of this name, though one was acknowledged."""

    code = "refuted.payload-lost"
    hint = "Fetch it from a replica or a backup."


def put_payload(
    archive: Archive,
    reader: Reader,
    *,
    file_key: bytes | bytearray,
    nonce: bytes,
    observe: Callable[[int], None] | None = None,
    buffers: Buffers | None = None,
) -> SealedPayload:
    """Seal all that `reader` gives into the vault; durable on return. For large files; small ones go in groups.

    Args:
        archive: Where to.
        reader: The file, unbuffered.
        file_key: 16 fresh random bytes; the slip that holds them is the caller's to put.
        nonce: 16 fresh random bytes.
        observe: Told the plaintext bytes of each block.
        buffers: Memory of an earlier pass.

    Raises:
        DiskFull, ReadOnly, DiskError: Nothing was kept.
    """
    prepare_fan(archive.objects)
    writer, temporary = PageWriter.create(scratch_of(archive.objects))
    try:
        with translating():  # what the reader's disk refuses is told in the same words
            sealed = seal_stream(reader, writer, file_key=file_key, nonce=nonce, observe=observe, buffers=buffers)
        writer.sync()
        _link(temporary, archive.payload(sealed.payload_sha256))
    finally:
        with suppress(OSError):
            temporary.unlink()
        writer.close()
    return sealed


def put_payload_bytes(archive: Archive, sealed: SealedBytes, *, group: GroupCommit | None = None) -> None:
    """Put a payload that was sealed in memory: durable on return, or with its `group`.

    Raises:
        DiskFull, ReadOnly, DiskError: Nothing was kept.
    """
    prepare_fan(archive.objects)
    path = archive.payload(sealed.facts.payload_sha256)
    if group is not None:
        group.add(path, sealed.payload)
        return
    with suppress(AlreadyThere):  # the same name is the same bytes
        write_new(path, sealed.payload, scratch=scratch_of(archive.objects))


def open_payload(archive: Archive, sha256: bytes | str) -> FileIO:
    """Open a payload for reading, unbuffered.

    Raises:
        PayloadLost: It is not there.
        DiskError: It cannot be read.
    """
    with translating():
        try:
            return archive.payload(sha256).open("rb", buffering=0)
        except FileNotFoundError as reason:
            raise PayloadLost("A payload that was acknowledged is missing from the vault.") from reason


def has_payload(archive: Archive, sha256: bytes | str) -> bool:
    """Tell whether a payload of this name is there; its bytes are not looked at."""
    return archive.payload(sha256).is_file()


def remove_payload(archive: Archive, sha256: bytes | str) -> None:
    """Take a payload away with its last slip, and leave a mark that it was; durable on return, no error if it is gone."""
    path = archive.payload(sha256)
    with suppress(AlreadyThere):
        write_new(archive.objects / REMOVED_NAME / path.name, b"")
    remove(path)


def is_payload_removed(archive: Archive, sha256: str) -> bool:
    """Tell whether a payload bears the mark that it was taken away on purpose."""
    return (archive.objects / REMOVED_NAME / sha256).is_file()


def _link(temporary: Path, path: Path) -> None:
    with translating():
        try:
            with suppress(FileExistsError):  # the same name is the same bytes
                os.link(temporary, path, follow_symlinks=False)
            sync_folder(path.parent)
        except BaseException:
            with suppress(OSError):
                path.unlink()
            raise
