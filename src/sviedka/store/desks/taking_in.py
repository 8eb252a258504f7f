# SPDX-License-Identifier: AGPL-3.0-or-later
"""The part of an import that needs keys, as a job of the keeper: one desk's log proven, and all or nothing of it kept.

Whoever asks holds the admission lock (`receiving`, which says in what order things become durable).
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sviedka.anchor.config import read_cosigners
from sviedka.anchor.cosigning import take_along
from sviedka.keeper.older_lists import known_digests
from sviedka.keeper.wire import encode_failure
from sviedka.store.checkpointing import publish_head
from sviedka.store.cleaning import begin_cleaning
from sviedka.store.connect import connect, current_database, database_failures, disconnect
from sviedka.store.desks.cell_files import take_in_cells
from sviedka.store.desks.epoch_key_files import take_in_keys
from sviedka.store.desks.errors import SentForeign
from sviedka.store.desks.files import take_in_slips
from sviedka.store.desks.key_lists import explain_by_lists, find_list_forks, newest_stated, stated_lists
from sviedka.store.desks.late_cells import find_late
from sviedka.store.desks.payloads import stated_in, take_in_payloads
from sviedka.store.desks.proving import Proven, prove_log, read_proven
from sviedka.store.ledger import find_sealed, sealed_items
from sviedka.store.pack_reading import PackReader, PackRefuted
from sviedka.store.rows import one_transaction, write_pack, write_rows
from sviedka.store.taking_back.removing import act_on_log
from sviedka.store.taking_back_done import find_erased
from sviedka.vault.layout import Archive
from sviedka.vault.packs import put_pack

if TYPE_CHECKING:
    from sviedka.core.base.canonical import Json
    from sviedka.core.base.progress import Progress
    from sviedka.keeper.jobs import JobKeys
    from sviedka.store.engine import Database


def job(keys: JobKeys, arguments: Json, progress: Progress) -> Json:
    """Keeper job: take in what one desk sent. Whoever asks holds the admission lock.

    Returns:
        `statements`, how many are new; `late`, whether something that was withheld can be read by now; `foreign`, what does not
        open and was not kept, as a failure, or null; `older`, as `Older.from_json` reads it, or null; `newer_list` and
        `list_forks`, as in `Received`.
    """
    given = arguments if isinstance(arguments, dict) else {}
    sent, desk = Archive(root=Path(str(given.get("sent")))), str(given.get("desk"))
    database = connect(keys.archive, keys.database_key)
    try:
        with database_failures():
            proven = _prove(database, keys, sent, desk, progress)
            before = find_erased(database)
            take_in_keys(keys, sent)
            foreign = take_in_cells(keys, database, sent, desk, proven, before[1])
            stated = partial(_stated_payloads, database, keys, sent, desk, proven)
            foreign += take_in_payloads(keys.archive, sent, stated)
            with one_transaction(database):
                _write_rows(keys, sent, desk, proven)  # so that it is known which payload a slip has to open
                foreign += take_in_slips(keys, sent, before[0], lambda item: _payload_of(database, item))
                if proven.packs and find_erased(database) != before:
                    begin_cleaning(keys.archive)
                for first in proven.packs:
                    put_pack(keys.archive, desk, first, read_proven(proven, sent, desk, first))
            lists = _compare_lists(database, keys, desk)
        act_on_log(keys, database)
        database = connect(keys.archive, keys.database_key)
        with database_failures():
            late = find_late(database, keys.cell_keys)
        publish_head(keys.archive, desk, proven.tree, proven.head)
        take_along(keys.archive, desk, proven.head, read_cosigners(keys.archive))
        return {
            "statements": max(0, proven.head.size - proven.held),
            "late": late,
            "foreign": _told_foreign(desk, foreign),
            "older": None if proven.older is None else proven.older.as_json(),
            **lists,
        }
    finally:
        disconnect()


def _prove(database: Database, keys: JobKeys, sent: Archive, desk: str, progress: Progress) -> Proven:
    try:
        return prove_log(database, keys, sent, desk, progress)
    except PackRefuted as failure:
        raise explain_by_lists(database, keys, sent, desk, failure) from failure


def _compare_lists(database: Database, keys: JobKeys, desk: str) -> dict[str, Json]:
    stated, current = stated_lists(database), keys.key_list
    forks = find_list_forks(desk, stated, known_digests(keys.archive, current), current)
    newest = newest_stated(desk, stated)
    return {
        "newer_list": newest if newest > current.number else 0,
        "list_forks": [encode_failure(fork) for fork in forks],
    }


def _told_foreign(desk: str, names: list[str]) -> Json:
    if not names:
        return None
    return encode_failure(
        SentForeign(
            "Desk {desk}: {count} slips, cells or payloads are not what they are named for; none was kept. The first: {name}",
            desk=desk,
            count=len(names),
            name=names[0],
        )
    )


def _stated_payloads(database: Database, keys: JobKeys, sent: Archive, desk: str, proven: Proven) -> set[str]:
    """Return what is stated to be sealed, here and in what is new."""
    stated = {payload for _, payload in sealed_items(database)}
    for first in proven.packs:
        stated.update(stated_in(read_proven(proven, sent, desk, first), keys))
    return stated


def _payload_of(database: Database, item: str) -> str | None:
    found = find_sealed(database, item)
    return None if found is None else found.payload_sha256


def _write_rows(keys: JobKeys, sent: Archive, desk: str, proven: Proven) -> None:
    database, reader = current_database(), PackReader(keys, desk)
    for first in proven.packs:
        folded = reader.parse(first, read_proven(proven, sent, desk, first)).folded
        write_rows(database, folded)
        write_pack(database, desk=desk, first_index=first, count=len(folded))
