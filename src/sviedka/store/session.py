# SPDX-License-Identifier: AGPL-3.0-or-later
"""Opens the projections with the keeper's key and brings them in step with the vault.

A kill between a durable pack and its commit leaves a pack that the projections do not hold. Whoever opens them next
replays it, inside the keeper, because the desk has no key that opens a pack.
"""

from __future__ import annotations

import os
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.core.base.ids import parse_origin
from sviedka.core.seal.checkpoint import parse_checkpoint
from sviedka.keeper.client import Keeper
from sviedka.keeper.closed_logs import read_closed, require_open
from sviedka.keeper.heads import head_record
from sviedka.keeper.hygiene import wipe
from sviedka.store.cleaning import REBUILD_JOB, clean_if_due
from sviedka.store.connect import (
    close_everywhere,
    connect,
    current_database,
    database_failures,
    disconnect,
    is_connected,
)
from sviedka.store.cut_deposits import remove_cut
from sviedka.store.errors import PacksMissing, ProjectionsOutdated
from sviedka.store.ledger import known_desks, last_pack, next_index
from sviedka.store.writer_lock import admission_lock
from sviedka.vault.begun import has_cut
from sviedka.vault.disk_errors import DiskError, DiskFull, ReadOnly, translating
from sviedka.vault.layout import find_archive
from sviedka.vault.packs import list_desks
from sviedka.vault.recovery import recover

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sviedka.store.engine import Database
    from sviedka.vault.layout import Archive

REPLAY_JOB: Final = "sviedka.store.replay:job"


@dataclass(frozen=True, kw_only=True)
class Session:
    """An archive that was found and is unlocked."""

    archive: Archive
    keeper: Keeper


@contextmanager
def open_archive(folder: Path | None = None) -> Iterator[Session]:
    """Find an archive, meet its keeper, open its projections; end all of it when the block is left.

    Args:
        folder: What the person named; else the environment and the working folder are looked at.

    Raises:
        ArchiveNotFound: There is none.
        Locked: Nobody unlocked it.
        DatabaseUnreadable, PacksMissing: See `open_store`.
    """
    archive = find_archive(folder)
    with Keeper.connect(archive) as keeper:
        try:
            open_store(archive, keeper)
            yield Session(archive=archive, keeper=keeper)
        finally:
            close_store()
            keeper.forget()


def open_store(archive: Archive, keeper: Keeper) -> Database:
    """Open the projections for reading, in step with the vault. Takes the admission lock only if they are not.

    Raises:
        Locked: The keeper holds no keys.
        DatabaseUnreadable: See `sviedka.store.connect`.
        PacksMissing: The vault has lost packs that the projections know.
    """
    is_start = not is_connected(archive)
    if is_start:
        with suppress(DiskFull, ReadOnly, DiskError):  # as below; it is due until it is done
            clean_if_due(archive, keeper)
    database = _connected(archive, keeper, locked=False)
    if is_start:
        with suppress(DiskFull, ReadOnly, DiskError):  # reading needs no room; an erasure and a rotation insist
            clear_cut_deposits(archive, keeper)
    if is_behind(archive, database):
        with admission_lock(archive):
            bring_in_step(archive, keeper)
        if clean_if_due(archive, keeper):
            database = _connected(archive, keeper, locked=False)
    require_signed(archive, current_database())
    return database


def open_for_admission(archive: Archive, keeper: Keeper) -> Database:
    """Open the projections for writing. The caller holds the admission lock.

    Raises:
        LogClosed: The desk's log ended with a gap.
    """
    is_start = not is_connected(archive)
    database = _connected(archive, keeper, locked=True)
    bring_in_step(archive, keeper)
    require_signed(archive, current_database())
    if is_start and has_cut(archive):
        remove_cut(archive, current_database())
    desk = parse_origin(keeper.facts().origin)[1]
    with database_failures():
        require_open(archive, desk, next_index(database, desk))
    return database


def close_store() -> None:
    """Close this process's connection: after a lock, and before a fork."""
    disconnect()


def bring_in_step(archive: Archive, keeper: Keeper) -> None:
    """Replay packs that the projections do not hold. The caller holds the admission lock."""
    if is_behind(archive, current_database()):
        keeper.run_job(REPLAY_JOB, {})


def clear_cut_deposits(archive: Archive, keeper: Keeper) -> int:
    """Remove what deposits that were cut have left without a statement; return how many slips. Takes the admission lock.

    Raises:
        Locked: The keeper holds no keys.
        PackRefuted, PackUnreadable, PacksMissing: What the packs say cannot be known: nothing was removed.
        DiskFull, ReadOnly, DiskError: Some of it may be left; do it again.
    """
    if not has_cut(archive):
        return 0
    _connected(archive, keeper, locked=False)
    with admission_lock(archive):
        bring_in_step(archive, keeper)
        require_signed(archive, current_database())
        return remove_cut(archive, current_database())


def require_signed(archive: Archive, database: Database) -> None:
    """Refuse an archive that holds fewer statements than it has signed for: packs were taken away, with the database.

    Without this an emptied vault would look like a new one, and what is admitted next would take the place of what is
    gone.

    Raises:
        PacksMissing: A signed head, as published or as the keeper remembers it, covers more than the packs hold.
    """
    with database_failures():
        for desk in list_signed(archive):
            held, signed = next_index(database, desk), _signed_size(archive, desk)
            closed = read_closed(archive, desk)
            if closed is not None and held < closed.known:
                signed = closed.held  # what is beyond was lost with a disk, and is recorded as lost
            if held < signed:
                raise PacksMissing(
                    "A head of {signed} statements was signed at desk {desk}; the packs hold {held}.",
                    signed=signed,
                    desk=desk,
                    held=held,
                )


def list_signed(archive: Archive) -> tuple[str, ...]:
    """Return the desks for which there is a signed head, published or remembered."""
    folders = (archive.root / "logs", archive.keys / "heads")
    with translating():
        names = {path.name for folder in folders if folder.is_dir() for path in folder.iterdir()}
    return tuple(sorted(name for name in names if "." not in name))


def _signed_size(archive: Archive, desk: str) -> int:
    sizes = []
    for path in (archive.checkpoint(desk), head_record(archive, desk)):
        with translating():
            sizes += [parse_checkpoint(path.read_bytes()).size] if path.is_file() else []
    return max(sizes, default=0)


def is_behind(archive: Archive, database: Database) -> bool:
    """Tell whether the vault holds a pack that comes after what the projections hold. Two look-ups for each desk.

    Raises:
        PacksMissing: It is the other way round.
    """
    with database_failures():
        return any(_is_desk_behind(archive, database, desk) for desk in list_desks(archive))


def _is_desk_behind(archive: Archive, database: Database, desk: str) -> bool:
    newest = last_pack(database, desk)
    if newest is not None and not archive.pack(desk, newest).exists():
        raise PacksMissing("Pack {first} of desk {desk} is not in the vault.", first=newest, desk=desk)
    return archive.pack(desk, next_index(database, desk)).exists()


def _connected(archive: Archive, keeper: Keeper, *, locked: bool) -> Database:
    """Return the connection, made if need be. `locked`: the caller holds the admission lock."""
    if is_connected(archive):
        return current_database()
    recover(archive)
    try:
        return _connect(archive, keeper)
    except ProjectionsOutdated:
        with nullcontext() if locked else admission_lock(archive):
            keeper.run_job(REBUILD_JOB, {})
        return _connect(archive, keeper)


def _watch(archive: Archive, keeper: Keeper) -> None:
    """Have the connections of this process ended when the keeper locks. Asked for once, however many threads connect."""
    mark = (os.getpid(), archive.root)
    if mark in _watched:
        return

    def on_lock() -> None:
        _watched.discard(mark)
        close_everywhere(archive)

    keeper.watch(on_lock)
    _watched.add(mark)


_watched: Final[set[tuple[int, Path]]] = set()
"""Processes, for forks, and archives whose keeper tells us when it locks."""


def _connect(archive: Archive, keeper: Keeper) -> Database:
    key = keeper.database_key()
    try:
        database = connect(archive, key)
    finally:
        wipe(key)
    _watch(archive, keeper)
    with database_failures():  # the lock may fall right here
        for desk in known_desks(database):
            _is_desk_behind(archive, database, desk)  # a desk whose folder is gone is found here, once
    return database
