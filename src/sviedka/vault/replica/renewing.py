# SPDX-License-Identifier: AGPL-3.0-or-later
"""Making locks longer before they end: a lock counts from when an object was put, and an archive outlives it.

Once less than half of its span is left, the lock of everything that a record confirmed is made as long as if it were put
now; the record last, so that its lock tells whether all of that was done. A run that is cut goes on at the next one.
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
    seen = locks.look(record_name(records[-1].number)).seen
    run = _Renewal(locks=locks, seen=seen, ends=memory.locks(), names=_names(records), left=_MOST_FILES)
    try:
        for record in records:
            run.renew(record.number)
    finally:
        memory.put_locks(run.ends)
    return run.short()


@dataclass(kw_only=True)
class _Renewal:
    """One pass over the records.

    Attributes:
        locks: Of the replica. seen: Its present time.
        ends: When the lock of each record ends. names: Of the files that each keeps.
        left: How many files more may be begun with. may: No refusal so far.
        failed: Records whose locks could not be made longer.
    """

    locks: Locks
    seen: datetime
    ends: dict[int, datetime]
    names: dict[int, list[str]]
    left: int
    may: bool = True
    failed: set[int] = field(default_factory=set)

    def renew(self, number: int) -> None:
        """Look at the lock of one record, unless it is known not to be due, and lengthen what it stands for if it is."""
        if number not in self.ends or self._is_due(number):  # somebody else may have lengthened it
            self.ends[number] = self.locks.look(record_name(number)).until
        if not self._is_due(number) or (self.may and self.left <= 0):
            return
        if self.may:
            self._lengthen(number)
            # What the store answered is not taken for what it did.
            self.ends[number] = self.locks.look(record_name(number)).until
        if self._is_due(number):
            self.failed.add(number)

    def short(self) -> ShortLocks | None:
        """Return what could not be lengthened, or has ended."""
        due = self.failed | {number for number in self.names if self.ends[number] <= self.seen}
        if not due:
            return None
        until = min(self.ends[number] for number in due)
        return ShortLocks(until=until, files=sum(len(self.names[number]) for number in due), ended=until <= self.seen)

    def _lengthen(self, number: int) -> None:
        until = self.seen + self.locks.span
        self.left -= len(self.names[number])
        try:
            self.locks.lengthen(self.names[number], until)
            self.locks.lengthen([record_name(number)], until)
        except ReplicaDenied:
            self.may = False

    def _is_due(self, number: int) -> bool:
        return self.ends[number] - self.seen < self.locks.span / 2


def _names(records: Sequence[Record]) -> dict[int, list[str]]:
    """Return the names that each record keeps: an older version of a file that changes is of no use to anybody."""
    wanted = newest_files(records)
    return {record.number: [name for name in record.files if name in wanted] for record in records}
