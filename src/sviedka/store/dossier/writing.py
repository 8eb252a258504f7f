# SPDX-License-Identifier: AGPL-3.0-or-later
"""A dossier onto the disk: whole and durable under its name, or not there at all; and encrypted to its receiver.

Files bear the dossier's own time, so that the same dossier is the same down to its dates.
"""

from __future__ import annotations

import os
import shutil
import threading
import zipfile
from contextlib import contextmanager
from io import FileIO
from typing import TYPE_CHECKING, Final

from sviedka.core.seal.age_header import wrap_file_key
from sviedka.core.seal.age_keys import parse_recipient
from sviedka.core.seal.age_stream import encrypt_stream
from sviedka.vault.claims import TEMPORARY_PREFIX
from sviedka.vault.disk_errors import AlreadyThere, translating
from sviedka.vault.entropy import random_bytes
from sviedka.vault.folders import sync_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from pathlib import Path
    from typing import BinaryIO

ENCRYPTED: Final = ".zip.age"
_BLOCK: Final = 1 << 20
_ZIP64: Final = 1 << 31


@contextmanager
def staging(out: Path) -> Iterator[Path]:
    """Give a folder beside `out` in which to build; whatever is left in it when the block ends is removed.

    Raises:
        AlreadyThere: `out`, or its encrypted form, exists.
        DiskFull, ReadOnly, DiskError: There is no room for it.
    """
    with translating():
        if os.path.lexists(out) or os.path.lexists(encrypted_path(out)):
            raise AlreadyThere("A dossier of this name is already there; it was left as it is.")
        out.absolute().parent.mkdir(parents=True, exist_ok=True)
        folder = out.absolute().parent / f"{TEMPORARY_PREFIX}{random_bytes(8).hex()}"
        folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        encrypted_path(folder).unlink(missing_ok=True)


def encrypted_path(out: Path) -> Path:
    """Return where the encrypted dossier lies: beside the folder, with `.zip.age` after its name."""
    return out.with_name(out.name + ENCRYPTED)


def write_files(folder: Path, files: Mapping[str, bytes], *, at: datetime) -> None:
    """Add files to the dossier in `folder`, set all its dates, and make it durable.

    Raises:
        DiskFull, ReadOnly, DiskError: It is not durable.
    """
    with translating():
        for path, data in files.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        (folder / "data").mkdir(exist_ok=True)  # a bag without payload has the folder all the same (RFC 8493 §2.1.2)
        moment = at.timestamp()
        for found in sorted(folder.rglob("*"), reverse=True):
            found.chmod(0o755 if found.is_dir() else 0o644)
            os.utime(found, (moment, moment))
            _sync(found)
        os.utime(folder, (moment, moment))
        sync_folder(folder)


def publish(folder: Path, out: Path) -> None:
    """Give a durable dossier its name, and its encrypted form, if there is one, its own.

    Raises:
        AlreadyThere: Something took the name meanwhile.
    """
    with translating():
        if os.path.lexists(out):
            raise AlreadyThere("A dossier of this name is already there; it was left as it is.")
        folder.chmod(0o755)
        folder.rename(out)
        if encrypted_path(folder).exists():
            encrypted_path(folder).rename(encrypted_path(out))
        sync_folder(out.absolute().parent)


def write_encrypted(folder: Path, out: Path, *, recipient: str, at: datetime) -> None:
    """Write the dossier in `folder` as a ZIP file encrypted to `recipient`; nothing unencrypted touches the disk.

    Raises:
        AlreadyThere: `out` exists.
        DiskFull, ReadOnly, DiskError: It was not written.
    """
    fresh = random_bytes(64)
    file_key, nonce, ephemeral = fresh[:16], fresh[16:32], fresh[32:]
    with translating(), out.open("xb") as target, _zipped(folder, at) as packed:
        target.write(wrap_file_key(file_key, [parse_recipient(recipient)], [ephemeral]))
        with packed:
            encrypt_stream(packed, target, file_key=file_key, nonce=nonce)
        target.flush()
        os.fsync(target.fileno())
    sync_folder(out.absolute().parent)


@contextmanager
def _zipped(folder: Path, at: datetime) -> Iterator[FileIO]:
    """Pack in a thread of its own into a pipe whose other end is given out."""
    reading, writing = os.pipe()
    failed: list[BaseException] = []

    def pack() -> None:
        try:
            with os.fdopen(writing, "wb") as target:
                _pack(folder, target, at)
        except BaseException as reason:  # noqa: BLE001  # raised again in the thread that waits
            failed.append(reason)

    thread = threading.Thread(target=pack, name="zip", daemon=True)
    thread.start()
    try:
        yield FileIO(reading, "rb")
    finally:
        thread.join()
    if failed:
        raise failed[0]


def _pack(folder: Path, target: BinaryIO, at: datetime) -> None:
    moment = (max(at.year, 1980), at.month, at.day, at.hour, at.minute, at.second)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED, allowZip64=True) as packed:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            info = zipfile.ZipInfo(path.relative_to(folder).as_posix(), date_time=moment)
            info.external_attr, info.file_size = 0o100644 << 16, path.stat().st_size
            with path.open("rb") as source, packed.open(info, "w", force_zip64=info.file_size >= _ZIP64) as member:
                shutil.copyfileobj(source, member, _BLOCK)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
