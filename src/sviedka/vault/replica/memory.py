# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the office itself remembers of each replica: every record that was confirmed, and how the last run ended.

It lies in the archive's folder, `replicas/<name>/`. Without it a replica that was put back to an older state would look
like one that was never further. If it is lost the replica's own word is taken over, and noted to be no more than that: whoever
writes the replica can add to it, so nothing counts as confirmed before this office has read it back.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import tomllib
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Malformed
from sviedka.core.base.instants import format_instant, parse_instant
from sviedka.vault.disk_errors import translating
from sviedka.vault.durable import make_folder, remove, replace, write_new
from sviedka.vault.replica.errors import JournalMalformed, ReplicaBusy
from sviedka.vault.replica.journal import Record, parse_record
from sviedka.vault.replica.registry import KEYS, PAYLOADS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from sviedka.core.base.errors import Failure
    from sviedka.vault.layout import Archive

HOLDS: Final = "holds"
_STATE: Final = "state"
_PLACE: Final = "place"
_LOCKS: Final = "locks"
_TOLD: Final = "told"
"""The numbers of the records that are the replica's word alone, a line each."""

_TOLD_PLACE: Final = "told-place"


@dataclass(frozen=True, kw_only=True)
class RunState:
    """How the last run ended.

    Attributes:
        at: When, by the office's clock.
        verdict: `holds`, or that of what stopped it.
        code: Of the failure; empty if none.
        message: An English sentence with placeholders; empty if none. facts: Values for them.
    """

    at: str
    verdict: str
    code: str = ""
    message: str = ""
    facts: dict[str, str | int] | None = None


class Memory:
    """The office's memory of one replica."""

    def __init__(self, archive: Archive, name: str, *, folder: Path | None = None) -> None:
        """Of the replica `name`, as it is registered; in `folder` if it is not to be remembered in the archive."""
        self._folder = folder or archive.root / "replicas" / name
        self.name = name
        self._lock = archive.lock_file(f"replica-{name}")

    def records(self) -> tuple[Record, ...]:
        """Return the records of a replica of payloads that were confirmed, oldest first.

        Raises:
            JournalMalformed: One was changed, or they do not follow one another.
        """
        found: list[Record] = []
        for path in self._paths():
            with translating():
                record = self._own(parse_record(path.read_bytes()), PAYLOADS)
            previous = found[-1].digest if found else None
            if record.number != len(found) + 1 or record.previous != previous:
                raise JournalMalformed("The records of the replica do not follow one another.")
            found.append(record)
        return tuple(found)

    def confirmed(self) -> tuple[Record, ...]:
        """Return those of `records` that this office made itself, after it had read back all that they name."""
        told = self._told_numbers()
        return tuple(record for record in self.records() if record.number not in told)

    def told(self) -> tuple[Record, ...]:
        """Return what is the replica's word alone: records, or of a place of keys one of all that lay there.

        Raises:
            JournalMalformed: One was changed.
        """
        told = self._told_numbers()
        place = self._read_place(_TOLD_PLACE)
        return (*(record for record in self.records() if record.number in told), *((place,) if place else ()))

    def add(self, record: Record) -> None:
        """Remember one more record that this office made; durable on return."""
        write_new(self._folder / f"{record.number:012d}", record.data)

    def take_over(self, records: Sequence[Record]) -> None:
        """Remember these records of the replica, from the first on, in place of what is damaged or missing.

        What lies here byte for byte proves those before it, since each names the one before; those after it are only told.
        """
        paths = [self._folder / f"{record.number:012d}" for record in records]
        with translating():
            ours = [path.is_file() and path.read_bytes() == one.data for path, one in zip(paths, records, strict=True)]
        proven = max((number for number, is_ours in enumerate(ours, 1) if is_ours), default=0)
        told = {one for one in self._told_numbers() if one <= proven} | {*range(proven + 1, len(records) + 1)}
        replace(self._folder / _TOLD, "".join(f"{number}\n" for number in sorted(told)).encode("ascii"))
        for path, record, is_ours in zip(paths, records, ours, strict=True):  # a kill before it leaves them unknown
            if not is_ours:
                replace(path, record.data)

    def numbers(self) -> int:
        """Return how many records lie here, whole or not."""
        return len(self._paths())

    def place(self) -> Record | None:
        """Return what a place of keys confirmed last, with the digest of every file there; None if it never did."""
        return self._read_place(_PLACE)

    def place_number(self) -> int:
        """Return the number of the newest note of a place of keys that is known here, ours or its word; 0 if there is none.

        Raises:
            JournalMalformed: One was changed.
        """
        known = (self.place(), self._read_place(_TOLD_PLACE))
        return max((one.number for one in known if one is not None), default=0)

    def forget_damaged_place(self) -> None:
        """Forget what a place of keys confirmed if it cannot be read any more: the next run reads it back."""
        try:
            self.place()
        except JournalMalformed:
            remove(self._folder / _PLACE)

    def put_place(self, record: Record) -> None:
        """Remember what a place of keys confirmed, in place of what it confirmed before; durable on return."""
        replace(self._folder / _PLACE, record.data)

    def put_told_place(self, record: Record) -> None:
        """Remember what lay in a place of keys that says more than we remember."""
        replace(self._folder / _TOLD_PLACE, record.data)

    def state(self) -> RunState | None:
        """Return how the last run ended; None if there was none or its note cannot be read."""
        try:
            table = json.loads((self._folder / _STATE).read_bytes())
            return RunState(**table)
        except (OSError, ValueError, TypeError):
            return None

    def end(self, at: datetime, failure: Failure | None) -> None:
        """Note how a run ended."""
        state: dict[str, object] = {"at": format_instant(at), "verdict": HOLDS}
        if failure is not None:
            state |= {
                "verdict": failure.verdict,
                "code": failure.code,
                "message": failure.message,
                "facts": dict(failure.facts),
            }
        replace(self._folder / _STATE, json.dumps(state).encode("utf-8"))

    def locks(self) -> dict[int, datetime]:
        """Return when the lock of each record ends, by number; what was not noted, or cannot be read, is left out."""
        try:
            table = json.loads((self._folder / _LOCKS).read_bytes())
            return {int(number): parse_instant(until) for number, until in table.items()}
        except (OSError, ValueError, TypeError, AttributeError, Malformed):
            return {}

    def put_locks(self, ends: dict[int, datetime]) -> None:
        """Note when the lock of each record ends."""
        table = {str(number): format_instant(until) for number, until in ends.items()}
        replace(self._folder / _LOCKS, json.dumps(table).encode("ascii"))

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Be the only process of this office that copies to the replica; raise `ReplicaBusy` if another does."""
        make_folder(self._lock.parent)
        with translating():
            handle = os.open(self._lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as reason:
                raise ReplicaBusy("Another process is copying to replica {replica}.", replica=self.name) from reason
            yield
        finally:
            os.close(handle)

    def _read_place(self, name: str) -> Record | None:
        with translating():
            try:
                return self._own(parse_record((self._folder / name).read_bytes()), KEYS)
            except FileNotFoundError:
                return None

    def _told_numbers(self) -> frozenset[int]:
        """Return the numbers of records that are told only; of all, if the note cannot be read."""
        with translating():
            try:
                lines = (self._folder / _TOLD).read_bytes().decode("latin-1").splitlines()
            except FileNotFoundError:
                return frozenset()
        if all(line.isascii() and line.isdecimal() for line in lines):
            return frozenset(map(int, lines))
        return frozenset(range(1, self.numbers() + 1))

    def _own(self, record: Record, holds: str) -> Record:
        """Return a record if it is this replica's; one that was swapped with another's counts as damaged."""
        if (record.replica, record.holds) != (self.name, holds):
            raise JournalMalformed("A record of another replica lies in the place of this one's.")
        return record

    def _paths(self) -> list[Path]:
        with translating():
            try:
                names = os.listdir(self._folder)  # noqa: PTH208
            except FileNotFoundError:
                return []
        return [self._folder / name for name in sorted(names) if name.isdecimal() and len(name) == 12]


def archive_mark(archive: Archive) -> str:
    """Return the digest by which replicas tell one archive from another: of its name and its own cell's."""
    with translating():
        data = archive.config.read_bytes()
    try:
        table = tomllib.loads(data.decode("utf-8"))
    except (ValueError, RecursionError):
        table = {}
    return hashlib.sha256(f"{table.get('archive')}\n{table.get('archive_cell')}\n".encode()).hexdigest()
