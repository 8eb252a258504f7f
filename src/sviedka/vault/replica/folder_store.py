# SPDX-License-Identifier: AGPL-3.0-or-later
"""Copies in a folder: another disk, a stick, a share of another machine. Durable as the vault itself is (docs/adr/0045).

The folder must be there. It is never made: an empty mount point looks like a folder, and what is written into it lies
on the very disk that the copy is to outlive.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import TooLarge
from sviedka.vault.claims import TEMPORARY_PREFIX, sweep
from sviedka.vault.destroying import destroy_file
from sviedka.vault.disk_errors import translating
from sviedka.vault.durable import make_folder, replace, sync_folder
from sviedka.vault.group_commit import GroupCommit
from sviedka.vault.layout import SCRATCH_NAME
from sviedka.vault.page_writer import PageWriter
from sviedka.vault.regular import NotAFile, open_regular
from sviedka.vault.replica.errors import ReplicaUnfit, ReplicaUnreachable
from sviedka.vault.replica.store import MAX_SMALL_BYTES, check_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from sviedka.vault.replica.store import Copy

_READ_BYTES: Final = 1_048_576


class FolderStore:
    """Copies under one folder."""

    def __init__(self, root: Path, *, name: str, archive_root: Path | None = None) -> None:
        """Use the folder `root` for the replica `name` of the archive in `archive_root`, which it must not touch."""
        self._root = root
        self._name = name
        self._archive_root = archive_root

    def probe(self) -> None:
        """Look that the folder is there, writable, and apart from the archive; leftovers of killed copies go."""
        self._require()
        if self._archive_root is not None:
            here, archive = self._root.resolve(), self._archive_root.resolve()
            if here.is_relative_to(archive) or archive.is_relative_to(here):
                raise ReplicaUnfit("Replica {replica} and the archive lie in one another.", replica=self._name)
        make_folder(self._root / SCRATCH_NAME)
        sweep(self._root / SCRATCH_NAME)

    def shares_disk(self) -> bool:
        """Tell whether the copies lie on the archive's own disk, and would be lost with it."""
        if self._archive_root is None or not self._root.is_dir():
            return False
        return self._root.stat().st_dev == self._archive_root.stat().st_dev

    def vouch(self, name: str) -> None:
        """See `ReplicaStore`. A folder promises nothing beyond what was read back."""

    def locks(self) -> None:
        """See `ReplicaStore`. A folder locks nothing."""

    def put_new(self, copies: Sequence[Copy]) -> None:
        """See `ReplicaStore`. Small files in one group, large ones each as a stream."""
        self._require()
        free = [copy for copy in copies if not os.path.lexists(self._path(copy.name))]
        for folder in {self._path(copy.name).parent for copy in free}:
            make_folder(folder)
        with GroupCommit(self._root / SCRATCH_NAME) as group:
            for copy in free:
                if copy.data is not None:
                    group.add(self._path(copy.name), copy.data)
            group.commit()
        for copy in free:
            if copy.data is None:
                self._put_stream(copy)

    def replace(self, name: str, data: bytes) -> None:
        """See `ReplicaStore`."""
        self._require()
        replace(self._path(name), data)

    def mend(self, copy: Copy) -> None:
        """See `ReplicaStore`."""
        if copy.data is not None:
            replace(self._path(copy.name), copy.data, 0o444)
            return
        self._require()
        make_folder(self._path(copy.name).parent)
        self._stream(copy, lambda temporary, target: temporary.rename(target))

    def digests(self, names: Iterable[str]) -> Iterator[tuple[str, str | None]]:
        """See `ReplicaStore`. What the system still has in memory is dropped first, so that the disk is read."""
        self._require()
        for name in names:
            yield name, self._digest(self._path(name))

    def get(self, name: str) -> bytes | None:
        """See `ReplicaStore`."""
        self._require()
        with translating():
            try:
                with open_regular(self._path(name)) as found:  # a pipe would be waited for
                    data = found.read(MAX_SMALL_BYTES + 1)
            except (FileNotFoundError, NotADirectoryError):
                return None
        if len(data) > MAX_SMALL_BYTES:
            raise TooLarge("A file of the replica is larger than any of its kind.")
        return data

    def get_all(self, name: str) -> tuple[bytes, ...]:
        """See `ReplicaStore`: a folder keeps one version."""
        data = self.get(name)
        return () if data is None else (data,)

    def keeps_all(self, name: str) -> bool:  # noqa: ARG002  # whatever it is
        """See `ReplicaStore`: a folder lets everything be taken away."""
        return False

    def fetch_hidden(self, name: str, target: Path, sha256: str) -> bool:  # noqa: ARG002  # a folder hides nothing
        """See `ReplicaStore`: a folder keeps one version."""
        return False

    def fetch(self, name: str, target: Path) -> str | None:
        """See `ReplicaStore`."""
        self._require()
        digest = hashlib.sha256()
        with translating():
            try:
                found = self._path(name).open("rb", buffering=0)
            except (FileNotFoundError, NotADirectoryError):
                return None
            with found, target.open("xb", buffering=0) as out:
                while block := found.read(_READ_BYTES):
                    digest.update(block)
                    out.write(block)
        return digest.hexdigest()

    def list(self, prefix: str) -> Iterator[str]:
        """See `ReplicaStore`."""
        self._require()
        top = self._root / prefix if prefix else self._root
        with translating():
            for folder, folders, files in os.walk(top):
                folders[:] = sorted(one for one in folders if one != SCRATCH_NAME)
                base = os.path.relpath(folder, self._root)
                for file in sorted(files):
                    if not file.startswith(TEMPORARY_PREFIX):
                        yield file if base == "." else f"{base}/{file}"

    def remove(self, name: str) -> None:
        """See `ReplicaStore`."""
        self._require()
        destroy_file(self._path(name))

    def _require(self) -> None:
        if not self._root.is_dir():
            raise ReplicaUnreachable("The folder of replica {replica} is not there.", replica=self._name)

    def _path(self, name: str) -> Path:
        return self._root / check_name(name)

    def _put_stream(self, copy: Copy) -> None:
        def link(temporary: Path, target: Path) -> None:
            with suppress(FileExistsError):
                os.link(temporary, target, follow_symlinks=False)

        self._stream(copy, link)

    def _stream(self, copy: Copy, name_it: Callable[[Path, Path], object]) -> None:
        writer, temporary = PageWriter.create(self._root / SCRATCH_NAME)
        target = self._path(copy.name)
        try:
            with translating(), copy.path.open("rb", buffering=0) as source:
                shutil.copyfileobj(source, _Sink(writer), _READ_BYTES)
            writer.sync()
            with translating():
                name_it(temporary, target)
            sync_folder(target.parent)
        finally:
            with suppress(OSError):
                temporary.unlink()
            writer.close()

    def _digest(self, path: Path) -> str | None:
        with translating():
            try:
                with open_regular(path) as found:
                    if hasattr(os, "posix_fadvise"):
                        os.posix_fadvise(found.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
                    return hashlib.file_digest(found, "sha256").hexdigest()
            except (FileNotFoundError, NotADirectoryError, NotAFile):
                return None


class _Sink:
    """Lets `copyfileobj` write through a `PageWriter`."""

    def __init__(self, writer: PageWriter) -> None:
        self._writer = writer

    def write(self, data: bytes) -> int:
        self._writer.write(memoryview(data))
        return len(data)
