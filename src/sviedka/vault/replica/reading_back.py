# SPDX-License-Identifier: AGPL-3.0-or-later
"""Replicas under a full check: everything that they have confirmed is read back once more, every byte of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Failure, Unavailable
from sviedka.vault.findings import Finding, finding_as, finding_of
from sviedka.vault.replica.contents import newest_files
from sviedka.vault.replica.errors import ReplicaDiffers, VaultBehind
from sviedka.vault.replica.journal import parse_record, record_name
from sviedka.vault.replica.key_place import PLACE
from sviedka.vault.replica.memory import Memory
from sviedka.vault.replica.opening import open_replica
from sviedka.vault.replica.registry import PAYLOADS, read_replicas

if TYPE_CHECKING:
    from collections.abc import Callable

    from sviedka.vault.layout import Archive
    from sviedka.vault.replica.registry import ReplicaEntry
    from sviedka.vault.replica.store import ReplicaStore

_GONE: Final = "The replica had confirmed this file and does not hold it any more."
_OTHER: Final = "The replica holds other bytes under this name."


@dataclass(frozen=True, kw_only=True)
class ReadBack:
    """What came of reading one replica back.

    Attributes:
        entry: Which.
        findings: Each file that is missing or another there.
        files: Read back.
        away: Why it could not be read; None if it was.
    """

    entry: ReplicaEntry
    findings: tuple[Finding, ...]
    files: int
    away: Unavailable | None


def read_back_all(archive: Archive, progress: Callable[[int], None] | None = None) -> tuple[ReadBack, ...]:
    """Read every registered replica back; one that is away is told, and is no finding.

    Args:
        archive: Whose.
        progress: Told one file at a time.
    """
    return tuple(_read_back(archive, entry, progress) for entry in read_replicas(archive))


def expected_in(archive: Archive, entry: ReplicaEntry) -> dict[str, str]:
    """Return the digest of every file, its own records included, that a replica has to give back; by stored name.

    Raises:
        JournalMalformed: The office's memory of it was changed.
    """
    memory = Memory(archive, entry.name)
    if entry.holds == PAYLOADS:
        # an older version of a file that changes is of no use to anybody
        files = newest_files(memory.confirmed())
        return files | {record_name(record.number): record.digest for record in memory.records()}
    place = memory.place()
    return {} if place is None else dict(place.files) | {PLACE: replace(place, files={}).digest}


def _read_back(archive: Archive, entry: ReplicaEntry, progress: Callable[[int], None] | None) -> ReadBack:
    findings: list[Finding] = []
    files = 0
    try:
        expected = expected_in(archive, entry)
        store = open_replica(entry, archive=archive)
        for name, sha256 in store.digests(expected):
            files += 1
            if progress is not None:
                progress(1)
            if sha256 != expected[name]:
                findings.append(_finding(entry, name, _OTHER if sha256 else _GONE))
        if is_ahead(archive, entry, store):
            findings.append(_ahead(entry))
    except Unavailable as away:
        return ReadBack(entry=entry, findings=tuple(findings), files=files, away=away)
    except Failure as failure:
        findings.append(finding_of(failure, f"replicas/{entry.name}"))
    return ReadBack(entry=entry, findings=tuple(findings), files=files, away=None)


def is_ahead(archive: Archive, entry: ReplicaEntry, store: ReplicaStore) -> bool:
    """Tell whether a replica has confirmed more than the office remembers: then the office was put back.

    Raises:
        JournalMalformed: A record, here or there, was changed.
    """
    memory = Memory(archive, entry.name)
    if entry.holds == PAYLOADS:
        return store.get(record_name(memory.numbers() + 1)) is not None
    data = store.get(PLACE)
    return data is not None and parse_record(data).number > memory.place_number()


def _ahead(entry: ReplicaEntry) -> Finding:
    return finding_as(
        VaultBehind,
        f"replicas/{entry.name}",
        message="Replica {replica} has confirmed more than this archive remembers.",
        replica=entry.name,
    )


def _finding(entry: ReplicaEntry, name: str, message: str) -> Finding:
    return finding_as(ReplicaDiffers, f"{entry.name}:{name}", message=message)
