# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where desks meet: a folder that all of them reach, or a bucket. Each desk has a place of its own in it, by its name.

What comes from a bucket is fetched into a folder of this archive first, and then read as any folder is: nothing in it is
believed. Spec: spec/06-vault.md §11.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from sviedka.vault.claims import TEMPORARY_PREFIX, claim, sweep
from sviedka.vault.disk_errors import translating
from sviedka.vault.durable import make_folder
from sviedka.vault.replica.errors import ReplicaUnreachable
from sviedka.vault.replica.folder_store import FolderStore
from sviedka.vault.replica.opening import open_replica
from sviedka.vault.replica.store import check_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sviedka.core.base.progress import Progress
    from sviedka.vault.layout import Archive
    from sviedka.vault.replica.registry import ReplicaEntry
    from sviedka.vault.replica.store import ReplicaStore


class MeetingPlace(Protocol):
    """Gives each desk its place."""

    def store(self, desk: str) -> ReplicaStore:
        """Return the place of a desk, looked at and made ready.

        Raises:
            ReplicaUnreachable, ReplicaDenied, ReplicaUnfit: It is not there, or not fit.
        """


class MeetingFolder:
    """A folder that is there: a stick, a share."""

    def __init__(self, folder: Path, archive: Archive) -> None:
        """Use `folder`, which lies apart from `archive`."""
        self._folder, self._archive = folder, archive

    def store(self, desk: str) -> ReplicaStore:
        """See `MeetingPlace`."""
        FolderStore(self._folder, name=desk, archive_root=self._archive.root).probe()
        make_folder(self._folder / desk)
        store = FolderStore(self._folder / desk, name=desk)
        store.probe()
        return store


class MeetingBucket:
    """A bucket without versions, under one prefix: what is taken back has to be gone from it."""

    def __init__(self, entry: ReplicaEntry, archive: Archive) -> None:
        """Use the place that `sviedka.toml` names."""
        self._entry, self._archive = entry, archive

    def store(self, desk: str) -> ReplicaStore:
        """See `MeetingPlace`."""
        prefix = f"{self._entry.prefix}/{desk}".strip("/")
        store = open_replica(replace(self._entry, prefix=prefix), archive=self._archive)
        store.probe()
        return store

    @contextmanager
    def fetched(self, own: str, progress: Progress) -> Iterator[Path]:
        """Have what all other desks have put there in a folder, which is gone afterwards.

        Untrusted: everything in it, names included.

        Args:
            own: This desk, whose place is left alone.
            progress: Told files.

        Raises:
            ReplicaUnreachable, ReplicaDenied: The bucket does not answer, or not to us; or a file went while it was fetched,
                because the other desk is sending: run it again.
            NameRefused: Something there has a name that leads out of a folder.
            DiskFull, ReadOnly, DiskError: Nothing was taken in.
        """
        whole = open_replica(self._entry, archive=self._archive)
        names = [check_name(name) for name in whole.list("")]
        others = sorted(name for name in names if name.partition("/")[0] != own)
        sweep(self._archive.run)  # what a killed import left
        with translating():
            folder = Path(tempfile.mkdtemp(prefix=TEMPORARY_PREFIX, dir=self._archive.run))
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            claim(handle)
            progress(0, len(others))
            for name in others:
                _fetch(whole, name, folder)
                progress(1)
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            os.close(handle)


def _fetch(store: ReplicaStore, name: str, folder: Path) -> None:
    target = folder / name
    with translating():
        target.parent.mkdir(parents=True, exist_ok=True)
    if store.fetch(name, target) is None:
        raise ReplicaUnreachable("Replica {replica} does not answer as it should.", replica="exchange")
