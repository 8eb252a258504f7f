# SPDX-License-Identifier: AGPL-3.0-or-later
"""A key list that the root has signed comes into force: checked, the older one kept, stated in the log.

In this order: the older list durable under its number, the new one in its place, then the statement. A kill between
the last two leaves a list that the next admission states by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.core.seal.keylist import KeyList, KeylistBroken, parse_keylist, verify_keylist, verify_succession
from sviedka.core.seal.note import parse_vkey
from sviedka.keeper.keylist_proposing import read_keylist
from sviedka.keeper.older_lists import keep_older, known_digests
from sviedka.store.admission import admit
from sviedka.store.writer_lock import admission_lock
from sviedka.vault.durable import replace

if TYPE_CHECKING:
    from sviedka.keeper.client import Keeper
    from sviedka.vault.layout import Archive


def install_keylist(archive: Archive, keeper: Keeper, data: bytes) -> KeyList:
    """Put the signed list `data` into force and state it. Safe to repeat. An older one that is missing here is kept.

    The keeper goes on with the list that it read when it was unlocked: lock it afterwards.

    Untrusted: `data`.

    Args:
        archive: Whose list.
        keeper: Vouches for the root, and signs the statement.
        data: The list as the root signed it.

    Raises:
        SignatureRefuted, KeyUnknown: Not signed by this archive's root.
        KeylistBroken: It does not come right after the list that is in force, or the older one's place is taken; or it is
            older, and not the one that the next list continues (the newest that is missing goes first).
        KeylistMalformed: Not a key list.
        DiskFull, ReadOnly, DiskError: The list in force is the one from before, or the new one; run it again.
    """
    new, root = parse_keylist(data), parse_vkey(keeper.facts().root)
    verify_keylist(new, root)
    with admission_lock(archive):
        old = read_keylist(archive)
        verify_keylist(old, root)
        if new.number < old.number:
            _keep_missing(archive, old, new)
        elif old.data != new.data:
            verify_succession(old, new)
            keep_older(archive, old)
            replace(archive.keylist, data)
    admit(archive, keeper, [])  # states what the log does not have yet: the list
    return new


def _keep_missing(archive: Archive, current: KeyList, older: KeyList) -> None:
    """Keep a list that is missing, or damaged, among those that `current` continues."""
    if known_digests(archive, current).get(older.number) != older.digest.hex():
        raise KeylistBroken("Key list {number} is not the one that the lists kept here continue.", number=older.number)
    replace(archive.keylist_numbered(older.number), older.data)
