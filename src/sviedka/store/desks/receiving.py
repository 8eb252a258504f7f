# SPDX-License-Identifier: AGPL-3.0-or-later
"""What other desks sent is taken in: proven first, whole or not at all, and once however often it is offered.

For each desk: its log is proven (`proving`) -> keys of epochs, slips, cells and payloads that are new are kept, and what
was taken back there is taken back here -> rows written but not committed -> packs durable -> commit -> what it asks to
be taken back is frozen here, what it has erased is removed here too -> its head and tiles published. A kill between any
two leaves what the next start replays or the next import completes. What was erased leaves the projections last: they
are destroyed and made anew, as at the desk that erased it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sviedka.core.base.errors import Failure
from sviedka.core.base.ids import parse_origin
from sviedka.store.checkpointing import publish_head
from sviedka.store.connect import connect, current_database, database_failures, disconnect
from sviedka.store.desks.errors import NothingSent
from sviedka.store.desks.files import take_in_files
from sviedka.store.desks.older import Older
from sviedka.store.desks.proving import Proven, prove_log
from sviedka.store.freezing_again import bring_marks_in_step
from sviedka.store.pack_reading import PackReader
from sviedka.store.rows import one_transaction, write_pack, write_rows
from sviedka.store.session import bring_in_step, close_store, open_store
from sviedka.store.taking_back.erasing import clean_projections, remove_everywhere
from sviedka.store.taking_back_requests import find_erased
from sviedka.store.writer_lock import admission_lock
from sviedka.vault.disk_errors import translating
from sviedka.vault.layout import Archive, NameRefused
from sviedka.vault.packs import put_pack, read_pack

if TYPE_CHECKING:
    from sviedka.core.base.canonical import Json
    from sviedka.core.base.progress import Progress
    from sviedka.keeper.client import Keeper
    from sviedka.keeper.jobs import JobKeys

RECEIVE_JOB = "sviedka.store.desks.receiving:job"


@dataclass(frozen=True, kw_only=True)
class Received:
    """What became of one desk's part: how many statements are new, or why none of it was taken in.

    Attributes:
        desk: Whose part.
        statements: How many are new.
        older: Set if it is an older copy of that desk's log than the one held here: nothing is new.
        failure: Why nothing was taken in.
    """

    desk: str
    statements: int = 0
    older: Older | None = None
    failure: Failure | None = None


def receive(archive: Archive, keeper: Keeper, folder: Path, progress: Progress | None = None) -> tuple[Received, ...]:
    """Take in what the other desks have put into `folder`. What one of them sent wrong stops none of the others.

    Untrusted: everything in the folder.

    Raises:
        NothingSent: No other desk has put anything there.
        Locked: The keeper holds no keys.
    """
    own = parse_origin(keeper.facts().origin)[1]
    desks = [desk for desk in _desks_in(folder) if desk != own]
    if not desks:
        raise NothingSent("No other desk has put anything into this folder.")
    open_store(archive, keeper)
    received = []
    for desk in desks:
        try:
            received.append(_receive(archive, keeper, folder / desk, desk, progress))
        except Failure as failure:
            received.append(Received(desk=desk, failure=failure))
    open_store(archive, keeper)
    return tuple(received)


def _receive(archive: Archive, keeper: Keeper, sent: Path, desk: str, progress: Progress | None) -> Received:
    with admission_lock(archive):
        bring_in_step(archive, keeper)  # what a killed writer left, before anything is proven against it
        close_store()
        told = keeper.run_job(RECEIVE_JOB, {"sent": str(sent.absolute()), "desk": desk}, progress)
    facts = told if isinstance(told, dict) else {}
    if facts.get("erased"):
        clean_projections(archive, keeper, progress=progress)
    older = facts.get("older")
    return Received(
        desk=desk,
        statements=int(str(facts.get("statements", 0))),
        older=Older.from_json(older) if isinstance(older, dict) else None,
    )


def _desks_in(folder: Path) -> list[str]:
    with translating():
        names = sorted(entry.name for entry in os.scandir(folder) if entry.is_dir(follow_symlinks=False))
    return [name for name in names if _is_desk(name)]


def _is_desk(name: str) -> bool:
    try:
        Archive(root=Path()).desk_packs(name)
    except NameRefused:
        return False
    return True


def job(keys: JobKeys, arguments: Json, progress: Progress) -> Json:
    """Keeper job: take in what one desk sent. Whoever asks holds the admission lock.

    Returns:
        `statements`, how many are new; `erased`, whether they say of something that it was erased; `older`, as
        `Older.from_json` reads it, or null.
    """
    given = arguments if isinstance(arguments, dict) else {}
    sent, desk = Archive(root=Path(str(given.get("sent")))), str(given.get("desk"))
    database = connect(keys.archive, keys.database_key)
    try:
        with database_failures():
            proven = prove_log(database, keys, sent, desk, progress)
            take_in_files(keys, sent)
            before = find_erased(database)
            if proven.firsts:
                with one_transaction(database):
                    _fold(keys, sent, desk, proven)
            erased = find_erased(database)
        bring_marks_in_step(database, keys.archive)
        remove_everywhere(keys.archive, *erased)
        publish_head(keys.archive, desk, proven.tree, proven.head)
        return {
            "statements": max(0, proven.head.size - proven.held),
            "erased": erased != before,
            "older": None if proven.older is None else proven.older.as_json(),
        }
    finally:
        disconnect()


def _fold(keys: JobKeys, sent: Archive, desk: str, proven: Proven) -> None:
    database, reader = current_database(), PackReader(keys, desk, archive=sent)
    for first in proven.firsts:
        folded = reader.read(first).folded
        write_rows(database, folded)
        write_pack(database, desk=desk, first_index=first, count=len(folded))
    for first in proven.firsts:
        put_pack(keys.archive, desk, first, read_pack(sent, desk, first))
