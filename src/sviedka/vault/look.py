# SPDX-License-Identifier: AGPL-3.0-or-later
"""One pass over the vault's files: what it reads, counts and finds."""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from sviedka.core.base.progress import unwatched
from sviedka.vault.claims import TEMPORARY_PREFIX
from sviedka.vault.disk_errors import translate
from sviedka.vault.findings import Finding, finding_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from sviedka.core.base.errors import Failure
    from sviedka.core.base.progress import Progress
    from sviedka.vault.layout import Archive

_READ_BYTES: Final = 1_048_576


class Look:
    """Reads files for the parts of a check and gathers what they find."""

    def __init__(self, *, archive: Archive, full: bool, progress: Progress | None) -> None:
        self.archive = archive
        self.full = full
        self.files = 0
        self.bytes_read = 0
        self.findings: list[Finding] = []
        self._progress = progress or unwatched

    def find(self, verdict: str, code: str, path: Path, message: str, **facts: str | int) -> None:
        """Note a finding about one file."""
        self.findings.append(
            Finding(verdict=verdict, code=code, reference=self.reference(path), message=message, facts=facts)
        )

    def find_failure(self, failure: Failure, path: Path) -> None:
        """Note what raised `failure` as a finding about one file."""
        self.findings.append(finding_of(failure, self.reference(path)))

    def find_unexpected(self, path: Path) -> None:
        """Note something that nothing in the formats puts there."""
        self.find("unproven", "unproven.unexpected", path, "This does not belong in an archive; nothing uses it.")

    def reference(self, path: Path) -> str:
        """Return a path as it is shown: inside the archive's folder."""
        return path.relative_to(self.archive.root).as_posix()

    def entries(self, folder: Path) -> list[os.DirEntry[str]]:
        """List a folder by name, without temporaries; empty if there is no such folder."""
        try:
            with os.scandir(folder) as found:
                kept = [entry for entry in found if not entry.name.startswith((TEMPORARY_PREFIX, ".tmp"))]
        except FileNotFoundError:
            return []
        except OSError as reason:
            self.find_failure(translate(reason), folder)
            return []
        return sorted(kept, key=lambda entry: entry.name)

    def read(self, path: Path, *, most_bytes: int) -> bytes | None:
        """Return a small file's bytes, at most one more than `most_bytes`; None, and a finding, if it cannot be read."""
        try:
            with path.open("rb", buffering=0) as found:
                data = found.read(most_bytes + 1)
        except OSError as reason:
            self.find_failure(translate(reason), path)
            return None
        self._count(len(data))
        return data

    def hash_all(self, paths: Iterable[Path]) -> Iterator[tuple[Path, str]]:
        """Yield each file with its SHA-256 (hex), read on all cores; those that cannot be read become findings."""
        with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
            for path, result in pool.map(_hash, paths):
                if isinstance(result, OSError):
                    self.find_failure(translate(result), path)
                    continue
                digest, size = result
                self._count(size)
                yield path, digest

    def _count(self, size: int) -> None:
        self.files += 1
        self.bytes_read += size
        self._progress(size)

    def expect_all(self) -> None:
        """Tell whoever waits how many bytes there are to be read: what changes meanwhile only makes the bar less exact."""
        archive = self.archive
        for store in (archive.objects, archive.slips, archive.cells, archive.packs, archive.root / "logs"):
            for folder, _, names in os.walk(store):
                sizes = (os.lstat(f"{folder}/{name}").st_size for name in names)
                with suppress(OSError):
                    self._progress(0, sum(sizes))


def _hash(path: Path) -> tuple[Path, tuple[str, int] | OSError]:
    digest = hashlib.sha256()
    size = 0
    buffer = memoryview(bytearray(_READ_BYTES))
    try:
        with path.open("rb", buffering=0) as found:
            while count := found.readinto(buffer):
                digest.update(buffer[:count])
                size += count
    except OSError as reason:
        return path, reason
    return path, (digest.hexdigest(), size)
