# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every run to a replica has in common: put a batch, read it back, and count only what came back as it should."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sviedka.vault.findings import Finding
from sviedka.vault.replica.errors import ReplicaDiffers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from sviedka.vault.layout import Archive
    from sviedka.vault.replica.memory import Memory
    from sviedka.vault.replica.store import Copy, ReplicaStore

_BATCH_FILES: Final = 512
_BATCH_BYTES: Final = 67_108_864


@dataclass(kw_only=True)
class Run:
    """One run.

    Attributes:
        archive: From where.
        store: To where.
        memory: What the office remembers of the replica.
        name: The replica's.
        clock: Gives the time of records.
        progress: Told the bytes of each file that was confirmed.
        findings: What was found to be damaged here or there.
        copied: Files that were put, or found there, and read back by this run.
    """

    archive: Archive
    store: ReplicaStore
    memory: Memory
    name: str
    clock: Callable[[], datetime]
    progress: Callable[[int], None] | None = None
    findings: list[Finding] = field(default_factory=list)
    copied: int = 0

    def confirm(self, batch: list[Copy]) -> dict[str, str]:
        """Put a batch and read it back; return digests of what is there as it should be. The rest becomes findings."""
        self.store.put_new(batch)
        back = dict(self.store.digests(copy.name for copy in batch))
        good = {}
        for copy in batch:
            if back.get(copy.name) != copy.sha256:
                self.find(copy.name, "The replica holds other bytes under this name.")
                continue
            good[copy.name] = copy.sha256
            self.copied += 1
            if self.progress is not None:
                self.progress(copy.size_bytes)
        return good

    def find(self, name: str, message: str, *, verdict: str = "refuted", code: str = ReplicaDiffers.code) -> None:
        """Note a finding about one file."""
        self.findings.append(Finding(verdict=verdict, code=code, reference=f"{self.name}:{name}", message=message))

    def difference(self) -> ReplicaDiffers:
        """Return the failure that the findings of this run amount to."""
        return ReplicaDiffers(
            "{count} files were not copied to replica {replica}: they differ there or are damaged here.",
            count=len(self.findings),
            replica=self.name,
        )


def batches(copies: Iterable[Copy]) -> Iterator[list[Copy]]:
    """Yield copies in groups that fit into memory."""
    batch: list[Copy] = []
    size = 0
    for copy in copies:
        batch.append(copy)
        size += copy.size_bytes if copy.data is not None else 0
        if len(batch) == _BATCH_FILES or size >= _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
