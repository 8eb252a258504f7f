# SPDX-License-Identifier: AGPL-3.0-or-later
"""One run to a replica of payloads: put what is new, read it back, write down what was confirmed.

Order: the record that was confirmed last is compared → what the vault has come to is noted → files are put → read back
and compared → a record is put, read back and remembered → locks that end are made longer. A kill between any two leaves
copies without a record; the next run reads them back and goes on. Nothing is overwritten: what differs is a finding, and
the run is not complete.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Failure
from sviedka.vault.disk_errors import translate
from sviedka.vault.replica.confirming import Run, batches
from sviedka.vault.replica.contents import payload_sources, stored_name
from sviedka.vault.replica.errors import (
    ReplicaDiffers,
    ReplicaForeign,
    ReplicaRolledBack,
    VaultBehind,
)
from sviedka.vault.replica.heads import listed_packs, read_heads
from sviedka.vault.replica.journal import JOURNAL, Record, parse_record, record_name
from sviedka.vault.replica.memory import archive_mark
from sviedka.vault.replica.registry import PAYLOADS
from sviedka.vault.replica.renewing import renew_locks
from sviedka.vault.replica.store import LARGE_BYTES, Copy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sviedka.vault.replica.contents import Source
    from sviedka.vault.replica.journal import DeskHead
    from sviedka.vault.replica.renewing import ShortLocks

_RECORD_FILES: Final = 8_192
"""After so many files a record is written, so that a run that is cut short has not worked for nothing."""


@dataclass(kw_only=True)
class CopyRun(Run):
    """One run to a replica of payloads. `new` counts files that no record there had named before."""

    memory_lasts: bool = True
    """Whether this office will remember what it confirms. If not, a record that only says again what one there says is not made."""

    new: int = 0

    short: ShortLocks | None = None
    """What is locked there no longer for long; see `renew_locks`."""

    _records: list[Record] = field(default_factory=list)

    def run(self) -> None:
        """Copy everything that is new, and raise what the replica is found out at.

        Raises:
            ReplicaUnreachable, ReplicaDenied, ReplicaUnfit: What was confirmed before stands.
            ReplicaForeign, ReplicaRolledBack, VaultBehind: Nothing was copied.
            ReplicaDiffers: At least one file differs there; everything else was copied.
        """
        self.store.probe()
        self._records = list(self.memory.records())
        self._follow()
        self._copy()
        locks = self.store.locks()
        if locks is not None:
            self.short = renew_locks(locks, self.memory, self._records)
        if self.findings:
            raise self.difference()

    def _copy(self) -> None:
        said = {name: sha256 for record in self._records for name, sha256 in record.files.items()}
        confirmed = self.memory.confirmed()
        known = {name for record in confirmed for name in record.files}
        heads = read_heads(self.archive)  # before the files are listed: what comes later is for the next run
        fresh: dict[str, str] = {}
        for batch in batches(self._new(known)):
            good = self.confirm(batch)
            unsaid = {name: sha256 for name, sha256 in good.items() if said.get(name) != sha256}
            self.new += len(unsaid)
            fresh |= good if self.memory_lasts else unsaid
            if len(fresh) >= _RECORD_FILES:
                self._write(fresh, heads, complete=False)
                fresh = {}
        if self.findings:
            if fresh:
                self._write(fresh, heads, complete=False)
        elif fresh or not self._is_complete(confirmed, heads):
            self._write(fresh, heads, complete=True)

    def _is_complete(self, confirmed: Sequence[Record], heads: dict[str, DeskHead]) -> bool:
        """Tell whether the last record, ours if we remember any, says that all is there up to these heads.

        One that this run has written is none of `confirmed`, and says that more is to come.
        """
        last = self._records[-1] if self._records else None
        ours = not self.memory_lasts or last in confirmed[-1:]
        return last is not None and ours and last.complete and last.heads == heads

    def _follow(self) -> None:
        """Compare what the replica has written down with what we remember of it, and go on after what is only there.

        Such a record is the replica's word: whoever writes there can add one. What it names counts as confirmed once this
        run has read it back, and stands in a record of ours.
        """
        last = self._records[-1] if self._records else None
        if last is not None and self.store.get(record_name(last.number)) != last.data:
            raise ReplicaRolledBack(
                "Replica {replica} lacks record {number}, which it had confirmed.",
                replica=self.name,
                number=last.number,
            )
        for record in self._records:
            self._check_held(record)
        while (data := self.store.get(record_name(len(self._records) + 1))) is not None:
            record = parse_record(data)
            self._check_ours(record)
            self._records.append(record)
        if len(self._records) > (last.number if last is not None else 0):
            self.memory.take_over(self._records)
        if not self._records and next(iter(self.store.list(JOURNAL)), None) is not None:
            raise ReplicaRolledBack("The first record of replica {replica} is gone.", replica=self.name)

    def _check_ours(self, record: Record) -> None:
        if record.archive != archive_mark(self.archive) or record.replica != self.name:
            raise ReplicaForeign("Replica {replica} holds the copies of another archive.", replica=self.name)
        previous = self._records[-1].digest if self._records else None
        if record.previous != previous or record.number != len(self._records) + 1:
            raise ReplicaRolledBack("The records of replica {replica} do not follow one another.", replica=self.name)
        self._check_held(record)

    def _check_held(self, record: Record) -> None:
        for desk, head in record.heads.items():
            held = listed_packs(self.archive, desk)
            packs = {name: digest for name, digest in record.files.items() if name.startswith(f"packs/{desk}/")}
            if (head.pack is not None and head.pack not in held) or any(
                held.get(name.rpartition("/")[2]) != digest for name, digest in packs.items()
            ):
                raise VaultBehind(
                    "Replica {replica} has confirmed statements of desk {desk} that this vault does not hold.",
                    replica=self.name,
                    desk=desk,
                )

    def _new(self, known: set[str]) -> Iterator[Copy]:
        for source in payload_sources(self.archive):
            if source.once and source.name in known:
                continue
            copy = self._read(source)
            if copy is not None and copy.name not in known:
                yield copy

    def _read(self, source: Source) -> Copy | None:
        """Return a file as it is to be copied; None, and a finding where it is one, if it is not what it should be."""
        try:
            copy = read_copy(source)
        except FileNotFoundError:
            if source.name.startswith("packs/"):  # anything else may have been taken back since it was listed
                self.find(source.name, "This file was acknowledged and is missing.", code="refuted.missing")
            return None
        except Failure as failure:
            self.find(source.name, failure.message, verdict=failure.verdict, code=failure.code)
            return None
        if source.sha256 is not None and copy.sha256 != source.sha256:
            self.find(source.name, "The copy on this disk is damaged and was not copied.", code="refuted.payload")
            return None
        return copy

    def _write(self, files: dict[str, str], heads: dict[str, DeskHead], *, complete: bool) -> None:
        record = Record(
            archive=archive_mark(self.archive),
            replica=self.name,
            holds=PAYLOADS,
            number=len(self._records) + 1,
            at=self.clock(),
            previous=self._records[-1].digest if self._records else None,
            complete=complete,
            heads=heads,
            files=files,
        )
        name = record_name(record.number)
        copy = Copy(
            name=name, sha256=record.digest, data=record.data, path=self.archive.root, size_bytes=len(record.data)
        )
        self.store.put_new([copy])
        if dict(self.store.digests([name]))[name] != record.digest:
            raise ReplicaDiffers("Somebody else writes to replica {replica}.", replica=self.name)
        self.store.vouch(name)
        self.memory.add(record)
        self._records.append(record)


def read_copy(source: Source) -> Copy:
    """Read one file of the vault as it is to be copied; its digest is of what was read, whatever it should be.

    Raises:
        FileNotFoundError: It is not there.
        DiskError: It cannot be read.
    """
    try:
        with source.path.open("rb", buffering=0) as found:
            size = os.fstat(found.fileno()).st_size
            if size > LARGE_BYTES and source.once:
                digest, data = hashlib.file_digest(found, "sha256").hexdigest(), None
            else:
                data = found.readall()
                digest = hashlib.sha256(data).hexdigest()
    except FileNotFoundError:
        raise
    except OSError as reason:
        raise translate(reason) from reason
    return Copy(name=stored_name(source, digest), sha256=digest, data=data, path=source.path, size_bytes=size)
