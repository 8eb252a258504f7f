# SPDX-License-Identifier: AGPL-3.0-or-later
"""Copying to every registered replica, one after the other; a replica that is down keeps no other one waiting for good.

Runs after admission, never within it: what is *kept* is acknowledged before anything here begins.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sviedka.core.base.errors import Failure
from sviedka.vault.clock import now
from sviedka.vault.replica.copying import CopyRun
from sviedka.vault.replica.key_place import KeyRun
from sviedka.vault.replica.memory import Memory
from sviedka.vault.replica.opening import open_replica
from sviedka.vault.replica.registry import PAYLOADS, read_replicas

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sviedka.vault.findings import Finding
    from sviedka.vault.layout import Archive
    from sviedka.vault.replica.registry import ReplicaEntry
    from sviedka.vault.replica.renewing import ShortLocks


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What one run to one replica came to.

    Attributes:
        entry: Which replica.
        copied: Files that were put, or found there, and read back.
        failure: What stopped it or was found; None if everything kept is there.
        findings: Each file that differs there or is damaged here.
        short: What is locked there no longer for long; None if nothing is, or nothing is locked.
    """

    entry: ReplicaEntry
    copied: int
    failure: Failure | None
    findings: tuple[Finding, ...]
    short: ShortLocks | None = None


def replicate(
    archive: Archive,
    *,
    only: str | None = None,
    progress: Callable[[int], None] | None = None,
    clock: Callable[[], datetime] = now,
) -> tuple[Outcome, ...]:
    """Bring every registered replica up to date; what goes wrong with one is its outcome. No key is needed.

    Payloads go first: what a place of keys confirms afterwards then opens what is there. `only` names what those hold
    that are brought up to date; the others are left for later.

    Raises:
        ReplicasMalformed: `sviedka.toml` registers something that cannot be used.
    """
    entries = sorted(read_replicas(archive), key=lambda entry: entry.holds != PAYLOADS)
    return tuple(_run(archive, entry, progress, clock) for entry in entries if only in {None, entry.holds})


def _run(
    archive: Archive, entry: ReplicaEntry, progress: Callable[[int], None] | None, clock: Callable[[], datetime]
) -> Outcome:
    memory = Memory(archive, entry.name)
    failure: Failure | None = None
    run: CopyRun | KeyRun | None = None
    try:
        with memory.locked():
            store = open_replica(entry, archive=archive)
            kind = CopyRun if entry.holds == PAYLOADS else KeyRun
            run = kind(archive=archive, store=store, memory=memory, name=entry.name, clock=clock, progress=progress)
            try:
                run.run()
            except Failure as raised:
                failure = raised
            memory.end(clock(), failure)
    except Failure as raised:
        failure = raised
    return Outcome(
        entry=entry,
        copied=run.copied if run else 0,
        failure=failure,
        findings=tuple(run.findings) if run else (),
        short=run.short if isinstance(run, CopyRun) else None,
    )
