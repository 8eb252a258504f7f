# SPDX-License-Identifier: AGPL-3.0-or-later
"""Putting good copies in place of what a check has found, here or in a replica.

A good copy is one whose SHA-256 is what was confirmed, what a payload is named by, or what a list says. It is written
beside the damaged file, made durable, and renamed over it. What bears a mark of removal anywhere is never brought
back. What has no good copy left is named, and left as it is. Spec: spec/06-vault.md §9.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from dataclasses import dataclass, field
from dataclasses import replace as replace_fields
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Failure, Unavailable
from sviedka.vault.claims import ScratchFolder
from sviedka.vault.disk_errors import translating
from sviedka.vault.durable import make_folder, replace, sync_folder
from sviedka.vault.epochs import list_epochs
from sviedka.vault.fan import scratch_of
from sviedka.vault.listed import REMOVED_NAME
from sviedka.vault.pack_sums import hash_file
from sviedka.vault.replica.atlas import Atlas, Good, read_atlas
from sviedka.vault.replica.contents import is_mark, original_name
from sviedka.vault.replica.key_place import PLACE
from sviedka.vault.replica.memory import Memory
from sviedka.vault.replica.opening import open_replica
from sviedka.vault.replica.reading_back import expected_in
from sviedka.vault.replica.registry import KEYS, PAYLOADS, ReplicaEntry, read_replicas
from sviedka.vault.replica.store import LARGE_BYTES, Copy
from sviedka.vault.replica.sums_again import lines_again
from sviedka.vault.replica.told import in_order, may_come, may_fill

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from sviedka.vault.findings import Finding
    from sviedka.vault.layout import Archive
    from sviedka.vault.replica.store import ReplicaStore

SUMS_FILE: Final = "SHA256SUMS"
_PUBLIC: Final = 0o644
_WRITTEN_ONCE: Final = 0o444
_PRIVATE: Final = 0o600


@dataclass(frozen=True, kw_only=True)
class Mended:
    """One file that is whole again.

    Attributes:
        reference: As in the finding.
        source: The name of the replica that the good copy came from, or `vault`.
    """

    reference: str
    source: str


@dataclass
class Mender:
    """Mends one archive and its replicas. What cannot be mended stays a finding of the next check."""

    archive: Archive
    mended: list[Mended] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Look up what was confirmed, and by whom."""
        self._atlas: Atlas = read_atlas(self.archive)
        self._entries: dict[str, ReplicaEntry] = {entry.name: entry for entry in read_replicas(self.archive)}
        self._stores: dict[str, ReplicaStore] = {}

    def mend_vault(self, findings: Iterable[Finding]) -> None:
        """Mend what can be of the files that findings name; lists of packs last, since they follow from the packs."""
        names = sorted({one.reference for one in findings if ":" not in one.reference and "*" not in one.reference})
        for name in names:
            if not name.endswith(f"/{SUMS_FILE}"):
                self._mend_file(name)
        for name in names:
            if name.endswith(f"/{SUMS_FILE}") or name.startswith("packs/"):
                self._mend_sums(name.split("/")[1] if "/" in name else "")

    def mend_replicas(self, findings: Iterable[Finding]) -> None:
        """Mend what can be of the files in replicas, from the vault or from another replica."""
        for reference in sorted({one.reference for one in findings if ":" in one.reference}):
            replica, _, stored = reference.partition(":")
            entry = self._entries.get(replica)
            if entry is None:
                continue
            with suppress(Unavailable):
                self._mend_copy(entry, stored, reference)

    def _mend_file(self, name: str) -> None:
        here = self.archive.root / name
        for good in self._goods(name):
            if here.is_file() and hash_file(here) == good.sha256:
                return  # the file is whole; what is wrong is what speaks of it
            if is_mark(name) and not good.told:
                self._mark_again(name, good.replica)
                return
            if self._is_taken_back(name):
                return
            if not may_fill(self.archive, good):
                continue
            with suppress(Failure):
                if self._fetch(good):
                    self.mended.append(Mended(reference=name, source=good.replica))
                    return

    def _goods(self, name: str) -> tuple[Good, ...]:
        known = self._atlas.goods.get(name, ())
        if known or not name.startswith("objects/"):
            return in_order(known)
        digest = name.rpartition("/")[2]  # a run that was not recorded may have put it there all the same
        payloads = (entry for entry in self._entries.values() if entry.holds == PAYLOADS)
        return tuple(Good(name=name, stored=name, sha256=digest, replica=entry.name) for entry in payloads)

    def _is_taken_back(self, name: str) -> bool:
        """Tell whether we or any place of keys bear a mark, in any epoch, that this slip or cell was removed; unsure means yes.

        It is marked here too only if we remember that mark: whoever writes a place can lay one there, and what is
        marked here is given up at the next rotation.
        """
        store, _, rest = name.partition("/")
        if store not in {"slips", "cells"} or rest.count("/") < 2 or "/sums/" in name or "/removed/" in name:
            return False
        epoch, _, item = rest.split("/")[:3]
        mark = f"{store}/{epoch}/{REMOVED_NAME}/{item}"
        others = [f"{store}/{one}/{REMOVED_NAME}/{item}" for one in list_epochs(self.archive.root / store)]
        if any((self.archive.root / one).exists() for one in others):
            return True
        places = [entry for entry in self._entries.values() if entry.holds == KEYS]
        try:
            marked = any(self._store(entry).get(one) is not None for one in {mark, *others} for entry in places)
        except Unavailable:
            return True
        if marked and any(not good.told for good in self._atlas.goods.get(mark, ())):
            self._mark_again(mark, "keys")
        return marked

    def _mark_again(self, mark: str, source: str) -> None:
        make_folder((self.archive.root / mark).parent)
        replace(self.archive.root / mark, b"", _WRITTEN_ONCE)
        self.mended.append(Mended(reference=mark, source=source))

    def _fetch(self, good: Good) -> bool:
        """Bring one good copy here; tell whether it was one."""
        target = self.archive.root / good.name
        make_folder(target.parent)
        scratch = scratch_of(self.archive.objects) if good.name.startswith("objects/") else target.parent
        with ScratchFolder(scratch) as folder:
            temporary = folder.path / "copy"
            store = self._store(self._entries[good.replica])
            if store.fetch(good.stored, temporary) != good.sha256:
                temporary.unlink(missing_ok=True)
                if not store.fetch_hidden(good.stored, temporary, good.sha256):
                    return False
            if hash_file(temporary) != good.sha256 or not may_come(self.archive, good, temporary):
                return False
            with translating():
                _put_over(temporary, target, _mode(good.name))
        return True

    def _mend_sums(self, desk: str) -> None:
        """Write a desk's list of packs again, if every pack in it is vouched for by a replica or by its old line."""
        if not desk:
            return
        lines = lines_again(self.archive, self._atlas, desk)
        path = self.archive.pack_sums(desk)
        if lines is not None and (not path.is_file() or path.read_bytes() != lines):
            replace(path, lines, _PUBLIC)
            self.mended.append(Mended(reference=f"packs/{desk}/{SUMS_FILE}", source="vault"))

    def _mend_copy(self, entry: ReplicaEntry, stored: str, reference: str) -> None:
        sha256 = expected_in(self.archive, entry).get(stored)
        if sha256 is None:
            return
        with ScratchFolder(self.archive.temporary) as folder:
            found = self._find_bytes(entry, stored, sha256, folder.path)
            if found is None:
                return
            path, source = found
            size = path.stat().st_size
            data = path.read_bytes() if size <= LARGE_BYTES else None
            if data is not None and hashlib.sha256(data).hexdigest() != sha256:
                return
            store = self._store(entry)
            store.mend(Copy(name=stored, sha256=sha256, data=data, path=path, size_bytes=size))
            if dict(store.digests([stored]))[stored] == sha256:
                self.mended.append(Mended(reference=reference, source=source))

    def _find_bytes(self, entry: ReplicaEntry, stored: str, sha256: str, folder: Path) -> tuple[Path, str] | None:
        """Return a file with exactly these bytes: of the vault, of its memory, or of another replica."""
        name = original_name(stored)
        if stored == PLACE:
            place = Memory(self.archive, entry.name).place()
            (folder / PLACE).write_bytes(replace_fields(place, files={}).data if place is not None else b"")
            return folder / PLACE, "vault"
        memory = self.archive.root / "replicas" / entry.name / stored.rpartition("/")[2]
        for path in (self.archive.root / name, memory):
            if path.is_file() and hash_file(path) == sha256:
                return path, "vault"
        for good in self._atlas.goods.get(name, ()):
            with suppress(Unavailable):
                target = folder / good.replica
                other = self._entries[good.replica]
                if other is entry or good.sha256 != sha256:
                    continue
                if self._store(other).fetch(good.stored, target) == sha256:
                    return target, good.replica
        return None

    def _store(self, entry: ReplicaEntry) -> ReplicaStore:
        if entry.name not in self._stores:
            store = open_replica(entry, archive=self.archive)
            store.probe()
            self._stores[entry.name] = store
        return self._stores[entry.name]


def _mode(name: str) -> int:
    if name.startswith("keys/") and not name.startswith(("keys/keylist", "keys/authorities")):
        return _PRIVATE
    if name.startswith("logs/"):
        return _PUBLIC
    return _WRITTEN_ONCE


def _put_over(temporary: Path, target: Path, mode: int) -> None:
    handle = os.open(temporary, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fchmod(handle, mode)
        os.fsync(handle)
    finally:
        os.close(handle)
    temporary.rename(target)
    sync_folder(target.parent)
