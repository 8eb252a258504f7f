# SPDX-License-Identifier: AGPL-3.0-or-later
"""The last steps of a rotation: marks carried over, the new set compared and synced, the old key and folders removed.

Each step may be cut short and is done again by whoever rotates next. Spec: spec/06-vault.md §8.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from typing import TYPE_CHECKING

from sviedka.vault.claims import ScratchFolder
from sviedka.vault.destroying import destroy_file
from sviedka.vault.disk_errors import translating
from sviedka.vault.epoch_turn import read_ends
from sviedka.vault.epochs import list_epochs
from sviedka.vault.fan import scratch_of
from sviedka.vault.folders import make_folder, sync_folder
from sviedka.vault.group_commit import HAS_SYNCFS, GroupCommit, sync_disk
from sviedka.vault.listed import REMOVED_NAME, read_removed, read_sums

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sviedka.vault.layout import Archive


def carry_marks(store: Path, old: str, new: str) -> None:
    """Carry the marks of what was taken back into the new epoch: that it was is known for good, also without a key."""
    missing = read_removed(store / old) - read_removed(store / new)
    if not missing:
        return
    folder = store / new / REMOVED_NAME
    make_folder(folder)
    with GroupCommit(scratch_of(store)) as group:
        for name in sorted(missing):
            group.add(folder / name, b"")
        group.commit()


def find_unlike_lists(folder: Path) -> Iterator[str]:
    """Yield each identifier in an epoch's folder whose file is not there, or is not what its list says."""
    removed = read_removed(folder)
    for one in read_sums(folder):
        for name, digest in one.sums.items():
            identifier = name.split("/")[1]
            if identifier not in removed and not one.is_open and _digest(folder / name) != digest:
                yield identifier


def sync_stores(archive: Archive) -> None:
    """Make every name and byte of slips and cells durable, also what a killed process had linked and not synced."""
    for store in (archive.slips, archive.cells):
        make_folder(store)
        for folder in (store,) if HAS_SYNCFS else _folders(store):
            _sync(folder)


def remove_ended(archive: Archive) -> None:
    """Destroy the key of every epoch whose end is recorded, and take its folders away. No error if it is done already.

    Raises:
        ReadOnly, DiskError: A key, or a folder, may still be there; do it again.
    """
    for end in read_ends(archive):
        destroy_file(archive.epoch_key(end.epoch))
        for store in (archive.slips, archive.cells):
            if end.epoch in list_epochs(store):
                _remove_folder(store, end.epoch)


def _remove_folder(store: Path, epoch: str) -> None:
    """Move the folder out of sight in one step, so that nobody finds a half of it; a kill leaves the rest to a sweep."""
    with translating(), ScratchFolder(scratch_of(store)) as scratch:
        with suppress(FileNotFoundError):  # another process was first
            (store / epoch).rename(scratch.path / epoch)
        sync_folder(store)


def _digest(path: Path) -> str | None:
    with translating():
        try:
            return hashlib.sha256(path.read_bytes()).hexdigest()
        except FileNotFoundError:
            return None


def _folders(store: Path) -> Iterator[Path]:
    for folder, _, _ in os.walk(store):
        yield store / folder


def _sync(folder: Path) -> None:
    with translating():
        if not HAS_SYNCFS:
            sync_folder(folder)
            return
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            sync_disk(handle)
        finally:
            os.close(handle)
