# SPDX-License-Identifier: AGPL-3.0-or-later
"""The key lists that came before the one in force: kept under their numbers, each fixed by the digest in the next.

No kept file is believed for lying there. Who held which seat is told by all of them, so that one that is gone is no smaller matter
than a changed one: whoever may remove files could else have it forgotten who has the key of a second seat.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from sviedka.core.seal.keylist import KeylistBroken, parse_keylist
from sviedka.keeper.identity_errors import KeylistMissing
from sviedka.vault.disk_errors import AlreadyThere, translating
from sviedka.vault.durable import write_new

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sviedka.core.seal.keylist import KeyList
    from sviedka.vault.layout import Archive


def walk_back(folder: Path, current: KeyList) -> Iterator[KeyList]:
    """Yield the lists before `current`, newest first, up to the first that is not here with the bytes that were continued.

    Args:
        folder: Holds each under its number.
        current: Verified by the caller, and all before it by that.

    Raises:
        DiskError: One cannot be read.
    """
    keylist = current
    while keylist.previous is not None:
        path = folder / str(keylist.number - 1)
        with translating():
            data = path.read_bytes() if path.is_file() else b""
        if sha256(data).digest() != keylist.previous:
            return
        keylist = parse_keylist(data)
        yield keylist


def read_older(folder: Path, current: KeyList) -> list[KeyList]:
    """Return all lists before `current`, newest first.

    Raises:
        KeylistMissing: One is not here, or is another one than was continued.
        DiskError: One cannot be read.
    """
    found = list(walk_back(folder, current))
    last = found[-1] if found else current
    if last.previous is not None:
        raise KeylistMissing(
            "Key list {number}, which tells who held a seat before, is not here as it was signed.",
            number=last.number - 1,
        )
    return found


def known_digests(archive: Archive, current: KeyList) -> dict[int, str]:
    """Return the digest (hexadecimal) of each list up to `current` that the chain fixes, by number."""
    known = {current.number: current.digest.hex()}
    for keylist in (current, *walk_back(archive.keylists, current)):
        if keylist.previous is not None:
            known[keylist.number - 1] = keylist.previous.hex()
    return known


def keep_older(archive: Archive, keylist: KeyList) -> None:
    """Keep a list under its number, durable on return. Safe to repeat.

    Raises:
        KeylistBroken: Another one is kept under that number.
        DiskFull, ReadOnly, DiskError: It is not kept.
    """
    path = archive.keylist_numbered(keylist.number)
    try:
        write_new(path, keylist.data)
    except AlreadyThere as reason:  # kept by an install that was cut short
        with translating():
            if path.read_bytes() != keylist.data:
                raise KeylistBroken("Another key list {number} is kept already.", number=keylist.number) from reason
