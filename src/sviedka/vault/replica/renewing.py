# SPDX-License-Identifier: AGPL-3.0-or-later
"""Making locks longer before they end: a lock counts from when an object was put, and an archive outlives it.

Once less than half of its span is left, a lock is made as long as if the object were put now. Each file's own lock is
looked at, when it was confirmed and at half-time: no rule of the bucket, nor the lock of a record, stands for it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sviedka.vault.replica.contents import newest_files
from sviedka.vault.replica.errors import ReplicaDenied
from sviedka.vault.replica.journal import record_name

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sviedka.vault.replica.journal import Record
    from sviedka.vault.replica.memory import Memory
    from sviedka.vault.replica.store import Locks

_MOST_FILES: Final = 16_384
"""A run begins no record after so many: somebody waits for it. There is half a span of time for the rest."""


@dataclass(frozen=True, kw_only=True)
class ShortLocks:
    """Locks that are in their second half and could not be made longer.

    Attributes:
        until: When the first of them ends, by the store's clock.
        files: How many files they keep.
        ended: The first has ended: whoever has the credentials can delete what it kept.
    """

    until: datetime
    files: int
    ended: bool


def renew_locks(locks: Locks, memory: Memory, records: Sequence[Record]) -> ShortLocks | None:
    """Lengthen every lock of which less than half is left; return what could not be, None if everything is locked.

    Args:
        locks: Of the replica.
        memory: Where the ends of locks are noted, so that each is asked for once.
        records: All that the replica has confirmed, in order.

    Raises:
        ReplicaUnreachable: The rest waits for the next run.
    """
    if not records:
        return None
    seen = locks.now(record_name(records[-1].number))
    noted = memory.locks()
    run = _Renewal(locks=locks, seen=seen, ends={**noted}, names=_names(records), left=_MOST_FILES)
    try:
        for record in records:
            run.renew(record.number)
    finally:
        if run.ends != noted:
            memory.put_locks(run.ends)
    return run.short()


@dataclass(kw_only=True)
class _Renewal:
    """One pass over the records.

    Attributes:
        locks: Of the replica. seen: Its present time.
        ends: When the first lock ends of what each record names. names: Of the files, its own among them.
        left: How many files more may be begun with. may: No refusal so far.
        failed: By record, how many locks could not be made longer.
    """

    locks: Locks
    seen: datetime
    ends: dict[int, datetime]
    names: dict[int, list[str]]
    left: int
    may: bool = True
    failed: dict[int, int] = field(default_factory=dict)

    def renew(self, number: int) -> None:
        """Look at the locks of what a record names, unless they are known not to be due, and lengthen those that are."""
        until = self.ends.get(number)
        if until is not None and not self._is_due(until):
            return
        if until is not None and not self.may:
            self.failed[number] = len(self.names[number])
        elif self.left > 0:
            self.left -= len(self.names[number])
            self._look_and_lengthen(number)

    def short(self) -> ShortLocks | None:
        """Return what could not be lengthened, or has ended."""
        ended = {number: len(self.names[number]) for number, until in self.ends.items() if until <= self.seen}
        due = {number: count for number, count in (ended | self.failed).items() if number in self.names}
        if not due:
            return None
        until = min(self.ends[number] for number in due)
        return ShortLocks(until=until, files=sum(due.values()), ended=until <= self.seen)

    def _look_and_lengthen(self, number: int) -> None:
        found = self.locks.ends(self.names[number])
        due = [name for name in found if self._is_due(found[name])]
        if due and self.may:
            try:
                self.locks.lengthen(due, self.seen + self.locks.span)
            except ReplicaDenied:
                self.may = False
            found |= self.locks.ends(due)  # what the store answered is not taken for what it did
        self.ends[number] = min(found.values())
        if count := sum(map(self._is_due, found.values())):
            self.failed[number] = count

    def _is_due(self, until: datetime) -> bool:
        return until - self.seen < self.locks.span / 2


def _names(records: Sequence[Record]) -> dict[int, list[str]]:
    """Return what each record keeps: itself, and its files; an older version of one that changes is of no use to anybody."""
    wanted = newest_files(records)
    return {
        record.number: [*(name for name in record.files if name in wanted), record_name(record.number)]
        for record in records
    }
