# SPDX-License-Identifier: AGPL-3.0-or-later
"""One run to a place of keys: slips, cells and wrapped keys as they are now, and nothing that was taken back.

Slips and cells are put once and never overwritten; keys and the configuration are replaced when they change. What
bears a mark of removal here, or was of an epoch that ended, is removed there. Nothing else is: what this disk has lost, the place keeps.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from sviedka.vault.disk_errors import translating
from sviedka.vault.epoch_turn import read_ends
from sviedka.vault.listed import REMOVED_NAME
from sviedka.vault.replica.confirming import Run, batches
from sviedka.vault.replica.contents import is_changing_key, is_list, key_sources
from sviedka.vault.replica.errors import ReplicaDiffers, ReplicaForeign, ReplicaRolledBack, VaultBehind
from sviedka.vault.replica.heads import listed_packs, read_heads
from sviedka.vault.replica.journal import Record, parse_record
from sviedka.vault.replica.memory import archive_mark
from sviedka.vault.replica.registry import KEYS
from sviedka.vault.replica.store import Copy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sviedka.vault.replica.journal import DeskHead

PLACE: Final = "place"


@dataclass(kw_only=True)
class KeyRun(Run):
    """One run to a place of keys. `removed` counts what was taken away there."""

    removed: int = 0

    def run(self) -> None:
        """Bring the place up to date, and raise what it is found out at; raises as `CopyRun.run`."""
        self.store.probe()
        last = self._follow()
        heads = read_heads(self.archive)  # before the files are listed: what comes later is for the next run
        here, there = set(key_sources(self.archive)), set(self.store.list(""))
        gone = self._remove_marked(here, there)
        held = {name: digest for name, digest in last.files.items() if name in there - gone} if last else {}
        # Lists are found before what they name, and put after it: one that is closed meanwhile, or a run that is cut, would
        # else leave a list at the place that names what is not there, and a restore that says it was lost.
        others = (name for name in key_sources(self.archive) if not is_list(name))
        for names in (others, sorted(filter(is_list, here))):
            for batch in batches(self._new(names, held, there - gone)):
                held |= self.confirm(batch)
        if self.findings:
            raise self.difference()
        if last is None or last != self.memory.place() or last.files != held or last.heads != heads:
            self._write(last, held, heads)
        lost = set(last.files) - there if last else set()
        for name in sorted(lost & set(held)):
            self.find(name, "This was gone from the replica and was put there again.")

    def _follow(self) -> Record | None:
        """Compare the place's own note with what we remember of it; return what it confirmed last."""
        last, data = self.memory.place(), self.store.get(PLACE)
        if data is None:
            if last is not None:
                raise ReplicaRolledBack("Replica {replica} no longer says what it had confirmed.", replica=self.name)
            return None
        note = parse_record(data)
        if note.archive != archive_mark(self.archive) or (note.replica, note.holds) != (self.name, KEYS):
            raise ReplicaForeign("Replica {replica} holds the copies of another archive.", replica=self.name)
        same = last is not None and note == replace(last, files={})
        if last is not None and not same and note.number <= last.number:
            raise ReplicaRolledBack(
                "Replica {replica} lacks record {number}, which it had confirmed.",
                replica=self.name,
                number=last.number,
            )
        for desk, head in note.heads.items():
            if head.pack is not None and head.pack not in listed_packs(self.archive, desk):
                raise VaultBehind(
                    "Replica {replica} has confirmed statements of desk {desk} that this vault does not hold.",
                    replica=self.name,
                    desk=desk,
                )
        # Another note is from a run that was killed before we remembered it, or whoever writes there made it. Of what lies
        # there only what we remember counts as confirmed, whatever it says of files; the rest is read back again.
        return last if same else replace(note, files=last.files if last is not None else {})

    def _remove_marked(self, here: set[str], there: set[str]) -> set[str]:
        """Take away what is gone here and bears a mark of removal, or was of an epoch that ended; before anything is put."""
        marked = set(filter(None, map(_removal, here)))
        ended = tuple(
            prefix
            for end in read_ends(self.archive)
            for prefix in (f"slips/{end.epoch}/", f"cells/{end.epoch}/", f"keys/epochs/{end.epoch}.age")
        )
        gone = {one for one in there - here if _marked_by(one) in marked}
        gone |= {one for one in there - here if ended and one.startswith(ended)}
        for one in sorted(gone):
            self.store.remove(one)
        self.removed = len(gone)
        return gone

    def _new(self, names: Iterable[str], held: dict[str, str], there: set[str]) -> Iterator[Copy]:
        for name in names:
            changing = is_changing_key(name)
            if name in held and not changing:
                continue
            with translating():
                try:
                    data = (self.archive.root / name).read_bytes()
                except FileNotFoundError:
                    continue
            digest = hashlib.sha256(data).hexdigest()
            if held.get(name) == digest:
                continue
            if changing and name in there:
                self.store.replace(name, data)
            yield Copy(name=name, sha256=digest, data=data, path=self.archive.root / name, size_bytes=len(data))

    def _write(self, last: Record | None, held: dict[str, str], heads: dict[str, DeskHead]) -> None:
        record = Record(
            archive=archive_mark(self.archive),
            replica=self.name,
            holds=KEYS,
            number=last.number + 1 if last else 1,
            at=self.clock(),
            previous=last.digest if last else None,
            complete=True,
            heads=heads,
            files=held,
        )
        note = replace(record, files={})
        self.store.replace(PLACE, note.data)
        if self.store.get(PLACE) != note.data:
            raise ReplicaDiffers("Somebody else writes to replica {replica}.", replica=self.name)
        self.memory.put_place(record)


def _removal(name: str) -> str | None:
    """Return what a mark of removal is for, as `_marked_by` names it; None if this is no mark."""
    folder, _, marked = name.rpartition("/")
    base, _, kind = folder.rpartition("/")
    return f"{_any_epoch(base)}/{marked}" if kind == REMOVED_NAME and base else None


def _marked_by(name: str) -> str:
    """Return what a mark for a slip or cell names: the same in every epoch, since this disk may have lost one of them."""
    base, _, rest = name.partition("/")
    epoch, _, rest = rest.partition("/")
    fan, _, rest = rest.partition("/")
    identifier = rest.partition("/")[0]
    return f"{_any_epoch(f'{base}/{epoch}')}/{identifier}" if fan and identifier.startswith(fan) else ""


def _any_epoch(base: str) -> str:
    return base if base.endswith("/seats") else base.partition("/")[0]
