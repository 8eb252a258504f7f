# SPDX-License-Identifier: AGPL-3.0-or-later
"""Fetching an archive's files from several places: each from the first that has it as it was confirmed."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Unavailable
from sviedka.vault.disk_errors import translating
from sviedka.vault.durable import make_folder
from sviedka.vault.fan import scratch_of
from sviedka.vault.group_commit import GroupCommit
from sviedka.vault.layout import CONFIG_NAME
from sviedka.vault.listed import REMOVED_NAME
from sviedka.vault.pack_sums import hash_file
from sviedka.vault.replica.differing import find_differing
from sviedka.vault.replica.ends_apart import ended_with_nothing_left
from sviedka.vault.replica.heads_fetched import is_head_record
from sviedka.vault.replica.store import check_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from sviedka.core.base.progress import Progress
    from sviedka.vault.layout import Archive
    from sviedka.vault.replica.offers import KeyOffer, PayloadOffer
    from sviedka.vault.replica.store import ReplicaStore

    Places = list[tuple[ReplicaStore, str, str | None]]
    """Where one file may be fetched from: the store, its name there, and its digest if one was confirmed."""

_BATCH: Final = 512
_SHORT: Final = ("slips/", "cells/")


@dataclass(kw_only=True)
class Fetcher:
    """Fetches into one folder.

    Attributes:
        archive: The folder.
        progress: Told files.
        files: How many were fetched, or found whole.
        missing: Names of which no place gave a whole copy.
        hidden: How many lay beneath another version or a delete marker, and were taken from there.
        doubted: Epochs that any place says have ended, and of which something is left at a place; it was fetched.
        disputed: Slips and cells, by name, that bear a mark at one place and lie unmarked at another; they were not.
        differing: Slips and cells, by name, of which two places hold other bytes; one of them was fetched.
    """

    archive: Archive
    progress: Progress | None = None
    files: int = 0
    missing: list[str] = field(default_factory=list)
    hidden: int = 0
    doubted: tuple[str, ...] = ()
    disputed: tuple[str, ...] = ()
    differing: list[str] = field(default_factory=list)

    def fetch_keys(self, offers: Sequence[KeyOffer]) -> int:
        """Fetch keys, slips and cells, newest place first; return how many slips and cells stay behind, taken back.

        What bears a mark at any place is not fetched, nor the record of an epoch's end if any place has something under it.
        """
        removed = frozenset().union(*(offer.removed for offer in offers))
        names = sorted(frozenset().union(*(offer.names for offer in offers)) - {CONFIG_NAME})
        behind = {name for name in names if _is_removed(name, removed)}
        said = frozenset().union(*(offer.ended for offer in offers))
        self.doubted = tuple(sorted(said - ended_with_nothing_left(said, names, behind)))
        self.disputed = tuple(
            sorted(
                name
                for name in behind
                if any(name in one.names and not _is_removed(name, one.removed) for one in offers)
            )
        )
        unsaid = {f"keys/epochs/{epoch}.ended" for epoch in self.doubted}
        wanted = [name for name in names if name not in behind | unsaid and not is_head_record(name)]
        for batch in _batches(wanted):
            differing = find_differing(batch, offers)
            self.differing += differing
            holding = {name: differing.get(name) or [one for one in offers if name in one.names] for name in batch}
            self._fetch_batch([(name, [(one.store, name, None) for one in holding[name]]) for name in batch])
        return len(behind)

    def fetch_payloads(self, offers: Sequence[PayloadOffer]) -> None:
        """Fetch what replicas of payloads have confirmed, byte for byte."""
        names = sorted({name for offer in offers for name in offer.files})
        for batch in _batches(names):
            places: list[tuple[str, Places]] = []
            for name in batch:
                held = [(offer.store, offer.files[name]) for offer in offers if name in offer.files]
                places.append((name, [(store, one.stored, one.sha256) for store, one in held]))
            self._fetch_batch(places)

    def _fetch_batch(self, batch: list[tuple[str, Places]]) -> None:
        for name, _ in batch:
            make_folder((self.archive.root / check_name(name)).parent)
        with GroupCommit(scratch_of(self.archive.objects)) as group:
            for name, places in batch:
                path = self.archive.root / name
                if (path.exists() and _is_whole(path, places)) or self._fetch_one(group, path, places):
                    self.files += 1
                else:
                    self.missing.append(name)
            group.commit()
        if self.progress is not None:
            self.progress(len(batch))

    def _fetch_one(self, group: GroupCommit, path: Path, places: Places) -> bool:
        if path.exists():
            path.unlink()  # left by a restore that was cut short, and not what it should be
        for store, stored, sha256 in places:
            temporary = group.reserve(path)
            with suppress(Unavailable):
                if self._fetch_whole(store, stored, sha256, temporary):
                    _sync(temporary, _mode(path.relative_to(self.archive.root).as_posix()))
                    group.adopt(temporary, path)
                    return True
            with suppress(OSError):
                temporary.unlink()
        return False

    def _fetch_whole(self, store: ReplicaStore, stored: str, sha256: str | None, temporary: Path) -> bool:
        digest = store.fetch(stored, temporary)
        if sha256 is None or digest == sha256:
            return digest is not None
        with translating():
            temporary.unlink(missing_ok=True)
        found = store.fetch_hidden(stored, temporary, sha256)
        self.hidden += found
        return found


def _is_whole(path: Path, places: Places) -> bool:
    return any(sha256 is not None and hash_file(path) == sha256 for _, _, sha256 in places)


def _is_removed(name: str, removed: frozenset[tuple[str, str]]) -> bool:
    parts = name.split("/")
    if not name.startswith(_SHORT) or len(parts) < 4 or parts[2] in {REMOVED_NAME, "sums"}:
        return False
    return (parts[0], parts[3]) in removed


def _mode(name: str) -> int:
    if name.startswith("keys/") and not name.startswith(("keys/keylist", "keys/authorities")):
        return 0o600
    return 0o644 if name.startswith(("logs/", "stamps/")) else 0o444


def _sync(path: Path, mode: int) -> None:
    with translating():
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fchmod(handle, mode)
            os.fsync(handle)
        finally:
            os.close(handle)


def _batches(names: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(names), _BATCH):
        yield names[start : start + _BATCH]
