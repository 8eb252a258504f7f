# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where a good copy of each file is, and what its bytes have to be: from what replicas have confirmed.

The digest of a payload is its name, that of a pack stands in its line as well; of everything else the confirmation is
what says so. Nothing is taken from a replica that is not byte for byte what was confirmed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sviedka.vault.replica.contents import is_mark, may_be_good, original_name
from sviedka.vault.replica.memory import Memory
from sviedka.vault.replica.registry import PAYLOADS, read_replicas

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sviedka.vault.layout import Archive
    from sviedka.vault.replica.journal import Record
    from sviedka.vault.replica.registry import ReplicaEntry


@dataclass(frozen=True, kw_only=True)
class Good:
    """A file as a replica confirmed it.

    Attributes:
        name: Its path in the archive's folder.
        stored: Its name in the replica.
        sha256: Of its bytes, hexadecimal.
        replica: The replica's name.
        told: The replica's word alone: whoever writes it can say so. It may fill in what is missing, and replaces nothing.
    """

    name: str
    stored: str
    sha256: str
    replica: str
    told: bool = False


@dataclass(frozen=True, kw_only=True)
class Atlas:
    """Every file that any replica has confirmed, or says that it holds.

    Attributes:
        goods: By path in the archive's folder, those that were confirmed first; of a file that changes, the newest version.
        heads: Of each desk, the size of the newest head that was confirmed.
    """

    goods: dict[str, tuple[Good, ...]]
    heads: dict[str, int]


def read_atlas(archive: Archive) -> Atlas:
    """Return where good copies are, from the office's memory of each replica.

    Raises:
        ReplicasMalformed, JournalMalformed: The registry or a memory cannot be read.
    """
    found: dict[str, list[Good]] = {}
    heads: dict[str, int] = {}
    entries = read_replicas(archive)
    for told, entry in ((told, entry) for told in (False, True) for entry in entries):
        records = _records(Memory(archive, entry.name), entry.holds, told=told)
        for good in _goods(records, entry, told=told):
            found.setdefault(good.name, []).append(good)
        for desk, head in ((desk, head) for record in records for desk, head in record.heads.items()):
            heads[desk] = max(heads.get(desk, 0), head.signed)
    return Atlas(goods={name: tuple(goods) for name, goods in found.items()}, heads=heads)


def _records(memory: Memory, holds: str, *, told: bool) -> tuple[Record, ...]:
    if told:
        return memory.told()
    place = memory.place()
    return memory.confirmed() if holds == PAYLOADS else () if place is None else (place,)


def _goods(records: tuple[Record, ...], entry: ReplicaEntry, *, told: bool) -> Iterable[Good]:
    """Return what may be brought here: the names of a replica's kind, and of its word alone no key, key list or mark."""
    newest: dict[str, Good] = {}
    for stored, sha256 in ((stored, sha256) for one in records for stored, sha256 in one.files.items()):
        name = original_name(stored)
        if may_be_good(name, sha256, entry.holds) and not (told and (name.startswith("keys/") or is_mark(name))):
            newest[name] = Good(name=name, stored=stored, sha256=sha256, replica=entry.name, told=told)
    return newest.values()
