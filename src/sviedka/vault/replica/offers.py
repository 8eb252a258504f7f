# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a place offers to somebody who has nothing but it: read from the place alone, no memory of an office at hand."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Unavailable
from sviedka.vault.replica.contents import belongs, is_mark, may_be_good, original_name
from sviedka.vault.replica.journal import Record, parse_record
from sviedka.vault.replica.journal_reading import read_journal
from sviedka.vault.replica.key_place import PLACE
from sviedka.vault.replica.opening import open_replica
from sviedka.vault.replica.registry import KEYS, PAYLOADS

if TYPE_CHECKING:
    from datetime import datetime

    from sviedka.vault.replica.registry import ReplicaEntry
    from sviedka.vault.replica.store import ReplicaStore

_ENDED: Final = ".ended"
_EPOCHS: Final = "keys/epochs/"


class NothingThere(Unavailable):
    """The place holds no copies of an archive."""

    code = "unavailable.nothing-to-restore"
    hint = "Look at the path or the bucket, and at which of the two kinds of place it is."


@dataclass(frozen=True, kw_only=True)
class Stored:
    """One file of a replica of payloads: its name there, and the digest that was confirmed."""

    stored: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class PayloadOffer:
    """A replica of payloads.

    Attributes:
        name: Of the replica.
        store: To fetch from.
        mark: Of the archive.
        at: Of its last record.
        complete_at: Of its last complete record; None if there is none.
        files: By path in the archive's folder; of a file that changes, its newest version. What is written once is as
            the first record says that names it: whoever writes the replica can add one.
    """

    name: str
    store: ReplicaStore
    mark: str
    at: datetime
    complete_at: datetime | None
    files: dict[str, Stored]

    @classmethod
    def read(cls, entry: ReplicaEntry) -> PayloadOffer:
        """Read what a replica of payloads has confirmed.

        Raises:
            NothingThere: It has no records.
            JournalMalformed: One was changed.
        """
        store = open_replica(entry)
        journal = read_journal(store)
        records = journal.chain
        if not records:
            raise NothingThere("Replica {replica} holds no payloads of an archive.", replica=entry.name)
        files: dict[str, Stored] = {}
        for stored, sha256 in ((stored, sha256) for record in records for stored, sha256 in record.files.items()):
            name = original_name(stored)
            if may_be_good(name, sha256, PAYLOADS) and (name != stored or name not in files):
                files[name] = Stored(stored=stored, sha256=sha256)
        for stored, sha256 in ((stored, sha256) for one in journal.beside for stored, sha256 in one.files.items()):
            if may_be_good(original_name(stored), sha256, PAYLOADS):
                files.setdefault(original_name(stored), Stored(stored=stored, sha256=sha256))
        return cls(
            name=entry.name,
            store=store,
            mark=records[0].archive,
            at=records[-1].at,
            complete_at=next((record.at for record in reversed(records) if record.complete), None),
            files=files,
        )


@dataclass(frozen=True, kw_only=True)
class KeyOffer:
    """A place of keys.

    Attributes:
        name: Of the replica.
        store: To fetch from.
        note: What it confirmed last.
        names: Everything there.
        removed: (`slips` or `cells`, identifier) of what bears a mark of removal there.
        ended: Epochs whose end is recorded there.
    """

    name: str
    store: ReplicaStore
    note: Record
    names: frozenset[str]
    removed: frozenset[tuple[str, str]]
    ended: frozenset[str]

    @property
    def mark(self) -> str:
        """Of the archive."""
        return self.note.archive

    @classmethod
    def read(cls, entry: ReplicaEntry) -> KeyOffer:
        """Read what lies in a place of keys.

        Raises:
            NothingThere: It never confirmed anything.
            JournalMalformed: Its note was changed.
        """
        store = open_replica(entry)
        data = store.get(PLACE)
        if data is None:
            raise NothingThere("Replica {replica} holds no keys of an archive.", replica=entry.name)
        names = frozenset(name for name in store.list("") if belongs(name, KEYS))
        marks = (name.split("/") for name in names if is_mark(name))
        ended = (name for name in names if name.startswith(_EPOCHS) and name.endswith(_ENDED))
        return cls(
            name=entry.name,
            store=store,
            note=parse_record(data),
            names=names,
            removed=frozenset((parts[0], parts[-1]) for parts in marks),
            ended=frozenset(name.removeprefix(_EPOCHS).removesuffix(_ENDED) for name in ended),
        )


def mark_in(config: bytes) -> str:
    """Return the mark of the archive that a `sviedka.toml` describes (spec/06-vault.md §7.2)."""
    try:
        table = tomllib.loads(config.decode("utf-8"))
    except (ValueError, RecursionError):
        table = {}
    return hashlib.sha256(f"{table.get('archive')}\n{table.get('archive_cell')}\n".encode()).hexdigest()
