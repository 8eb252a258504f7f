# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is *safe*: what every registered replica has confirmed by reading it back (spec/06-vault.md §7.4).

A log is safe up to a pack: the earliest that any replica has reached. Payloads without slips and keys cannot be opened, so
that nothing is safe without at least one replica of payloads and one place of keys.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sviedka.core.base.errors import Malformed
from sviedka.core.base.instants import format_instant
from sviedka.vault.disk_errors import translating
from sviedka.vault.replica.folder_store import FolderStore
from sviedka.vault.replica.heads import listed_packs
from sviedka.vault.replica.memory import Memory
from sviedka.vault.replica.opening import open_replica
from sviedka.vault.replica.registry import KEYS, PAYLOADS, read_replicas

if TYPE_CHECKING:
    from sviedka.vault.layout import Archive
    from sviedka.vault.replica.journal import Record
    from sviedka.vault.replica.memory import RunState
    from sviedka.vault.replica.registry import ReplicaEntry


@dataclass(frozen=True, kw_only=True)
class ReplicaStatus:
    """One replica, from the office's own memory; nothing is asked of it.

    Attributes:
        name: As registered. holds: `payloads` or `keys`.
        through: File name of the desk's last pack that it has confirmed; None if none.
        confirmed_at: When it last confirmed everything that was kept then; None if never.
        last: How the last run ended; None if there was none.
        same_disk: It lies on the archive's own disk.
        locked_until: When the first lock of what it holds ends, as far as was noted; None if nothing is locked.
    """

    name: str
    holds: str
    through: str | None
    confirmed_at: str | None
    last: RunState | None
    same_disk: bool
    locked_until: str | None


@dataclass(frozen=True, kw_only=True)
class Safety:
    """How much of one desk's log is safe.

    Attributes:
        replicas: In the order of `sviedka.toml`.
        packs: Of `packs_kept`, how many are safe.
        packs_kept: Listed in the vault.
        statements: Leaves that are safe for certain; None if all packs are, and the log's size says how many.
        pending_since: When the first pack that is not safe was kept; None if there is none.
        pair: Names of the payload replica and key place from which the most can be restored; None without both.
    """

    replicas: tuple[ReplicaStatus, ...]
    packs: int
    packs_kept: int
    statements: int | None
    pending_since: str | None
    pair: tuple[str, str] | None


def read_safety(archive: Archive, desk: str) -> Safety:
    """Return how much of a desk's log is safe, from what the office remembers.

    Raises:
        ReplicasMalformed, JournalMalformed: The registry, or the memory, cannot be read.
    """
    replicas = tuple(_status(archive, entry, desk) for entry in read_replicas(archive))
    kept = sorted(listed_packs(archive, desk))
    pair = _pair(replicas)
    reached = min((one.through or "" for one in replicas), default="") if pair else ""
    safe = [name for name in kept if name <= reached]
    pending = kept[len(safe)] if len(safe) < len(kept) else None
    return Safety(
        replicas=replicas,
        packs=len(safe),
        packs_kept=len(kept),
        statements=None if pending is None else int(pending[:12]),
        pending_since=None if pending is None else _kept_at(archive, desk, pending),
        pair=pair,
    )


def _status(archive: Archive, entry: ReplicaEntry, desk: str) -> ReplicaStatus:
    memory = Memory(archive, entry.name)
    record = _last_complete(memory, entry)
    head = record.heads.get(desk) if record is not None else None
    ends = memory.locks().values()
    store = open_replica(entry, archive=archive) if entry.folder is not None else None
    return ReplicaStatus(
        name=entry.name,
        holds=entry.holds,
        through=head.pack if head is not None else None,
        confirmed_at=format_instant(record.at) if record is not None else None,
        last=memory.state(),
        same_disk=isinstance(store, FolderStore) and store.shares_disk(),
        locked_until=format_instant(min(ends)) if ends else None,
    )


def _last_complete(memory: Memory, entry: ReplicaEntry) -> Record | None:
    if entry.holds == KEYS:
        return memory.place()
    return next((record for record in reversed(memory.confirmed()) if record.complete), None)


def _pair(replicas: tuple[ReplicaStatus, ...]) -> tuple[str, str] | None:
    best = [
        max((one for one in replicas if one.holds == kind), key=lambda one: one.through or "", default=None)
        for kind in (PAYLOADS, KEYS)
    ]
    first, second = best
    if first is None or second is None or first.confirmed_at is None or second.confirmed_at is None:
        return None
    return first.name, second.name


def _kept_at(archive: Archive, desk: str, pack: str) -> str | None:
    with translating():
        try:
            return format_instant(datetime.fromtimestamp((archive.desk_packs(desk) / pack).stat().st_mtime, UTC))
        except (FileNotFoundError, Malformed):
            return None
