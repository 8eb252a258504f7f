# SPDX-License-Identifier: AGPL-3.0-or-later
"""A damaged memory of a replica, made whole again from the replica's own records, if they go as far as it did.

What the office cannot know to be its own is taken over as the replica's word: enough to fill in what is missing here, and
never as confirmed. Whoever writes the replica can write such a record.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from sviedka.core.base.errors import Malformed, Unavailable
from sviedka.vault.replica.contents import belongs, is_mark
from sviedka.vault.replica.journal import parse_record
from sviedka.vault.replica.journal_reading import read_journal
from sviedka.vault.replica.key_place import PLACE
from sviedka.vault.replica.memory import Memory, archive_mark
from sviedka.vault.replica.opening import open_replica
from sviedka.vault.replica.registry import KEYS, PAYLOADS, read_replicas

if TYPE_CHECKING:
    from sviedka.vault.layout import Archive
    from sviedka.vault.replica.store import ReplicaStore


def recall(archive: Archive) -> tuple[str, ...]:
    """Take damaged or older memories over from their replicas; return the names of those that are whole again."""
    again = []
    for entry in read_replicas(archive):
        with suppress(Unavailable, Malformed):
            store = open_replica(entry, archive=archive)
            if (_recall_records if entry.holds == PAYLOADS else _recall_place)(
                archive, Memory(archive, entry.name), store
            ):
                again.append(entry.name)
    return tuple(again)


def _recall_records(archive: Archive, memory: Memory, store: ReplicaStore) -> bool:
    records = read_journal(store, mark=archive_mark(archive), name=memory.name).chain
    if _is_whole(memory):
        known = memory.records()
        if len(records) <= len(known) or records[: len(known)] != known:
            return False
    elif len(records) < memory.numbers():
        return False
    memory.take_over(records)
    return True


def _recall_place(archive: Archive, memory: Memory, store: ReplicaStore) -> bool:
    """Take a place of keys over as it is, but for marks of removal: those that it alone has would take anything away."""
    data = store.get(PLACE)
    note = parse_record(data) if data is not None else None
    is_whole = _is_whole(memory)
    known = memory.place_number() if is_whole else 0
    ours = note is not None and (note.archive, note.replica) == (archive_mark(archive), memory.name)
    if note is None or not ours or note.holds != KEYS or note.number <= known:
        return False
    names = [name for name in store.list("") if belongs(name, KEYS) and not is_mark(name)]
    files = {name: sha256 for name, sha256 in store.digests(names) if sha256 is not None}
    memory.put_told_place(replace(note, files=files))
    if not is_whole:
        memory.forget_damaged_place()
    return True


def _is_whole(memory: Memory) -> bool:
    try:
        memory.records()
        memory.place()
        memory.told()
    except Malformed:
        return False
    return True
