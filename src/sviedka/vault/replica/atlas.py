# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where a good copy of each file is, and what its bytes have to be: from what replicas have confirmed.

The digest of a payload is its name, that of a pack stands in its line as well; of everything else the confirmation is
what says so. Nothing is taken from a replica that is not byte for byte what was confirmed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sviedka.vault.replica.contents import original_name
from sviedka.vault.replica.memory import Memory
from sviedka.vault.replica.registry import PAYLOADS, read_replicas

if TYPE_CHECKING:
    from sviedka.vault.layout import Archive


@dataclass(frozen=True, kw_only=True)
class Good:
    """A file as a replica confirmed it.

    Attributes:
        name: Its path in the archive's folder.
        stored: Its name in the replica.
        sha256: Of its bytes, hexadecimal.
        replica: The replica's name.
    """

    name: str
    stored: str
    sha256: str
    replica: str


@dataclass(frozen=True, kw_only=True)
class Atlas:
    """Every file that any replica has confirmed.

    Attributes:
        goods: By path in the archive's folder; of a file that changes, the newest version of each replica first.
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
    for entry in read_replicas(archive):
        memory = Memory(archive, entry.name)
        place = memory.place()
        records = memory.records() if entry.holds == PAYLOADS else (place,) if place is not None else ()
        newest: dict[str, Good] = {}
        for record in records:
            for stored, sha256 in record.files.items():
                name = original_name(stored)
                newest[name] = Good(name=name, stored=stored, sha256=sha256, replica=entry.name)
            for desk, head in record.heads.items():
                heads[desk] = max(heads.get(desk, 0), head.signed)
        for name, good in newest.items():
            found.setdefault(name, []).append(good)
    return Atlas(goods={name: tuple(goods) for name, goods in found.items()}, heads=heads)
