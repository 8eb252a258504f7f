# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the archive can prove right now, and what it cannot yet.

Locked, it answers from the plain files: packs, checkpoints, cosignatures, stamps. Unlocked, it adds what the
projections know. A proof that is missing is a line of its own, never an omission; nothing here names a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.anchor.config import read_authorities, read_cosigners
from sviedka.anchor.cosigning import has_signed
from sviedka.anchor.published import frozen_sizes, newest_checkpoint
from sviedka.anchor.stamp_files import StampFiles
from sviedka.keeper.client import Keeper
from sviedka.keeper.config import read_config
from sviedka.keeper.errors import Locked
from sviedka.store.connect import database_failures
from sviedka.store.ledger import count_items, known_desks, next_index
from sviedka.store.place import FilePlace, place_of
from sviedka.store.session import is_behind, open_store
from sviedka.vault.packs import list_packs
from sviedka.vault.replica.safe import read_safety

if TYPE_CHECKING:
    from sviedka.core.base.canonical import Json
    from sviedka.core.seal.checkpoint import Checkpoint
    from sviedka.vault.layout import Archive
    from sviedka.vault.replica.safe import ReplicaStatus, Safety

STAMPED: Final = "stamped"


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What the projections know; only an unlocked archive can tell.

    Attributes:
        statements: In this desk's log.
        items: Sealed originals, folders left out.
        in_step: The database holds every pack of the vault.
        elsewhere: Statements held of each other log: of other desks, and of closed logs that this one goes on after.
    """

    statements: int
    items: int
    in_step: bool
    elsewhere: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class Safe:
    """Of what is kept, how much every replica has confirmed.

    Attributes:
        statements: Of this desk's log, from its beginning.
        items: Sealed originals whose sealing is among them; they and their slips are confirmed.
    """

    statements: int
    items: int


@dataclass(frozen=True, kw_only=True)
class StampStatus:
    """One authority and the newest signed head: the state in one word, and since when or at which time."""

    authority: str
    kind: str
    state: str
    time: str | None


@dataclass(frozen=True, kw_only=True)
class ArchiveStatus:
    """The state of one archive.

    Attributes:
        origin: The desk's log.
        actor: Who is logged in; None while locked.
        locks_at: Until when; None while locked.
        epoch: The epoch of new slips; None while locked.
        packs: In the vault, for this desk.
        kept: None while locked.
        signed: Entries under the newest signed head; 0 if there is none.
        cosigned: Cosigners of that head. not_cosigned: those that are configured and have not signed it.
        stamps: The authorities' word on that head.
        safety: How much of this desk's log the registered replicas have confirmed.
        safe: The same in statements and items; None while locked.
        database: `file`, encrypted by us; or `server`, of which it is declared, and not proven, that its disk is encrypted.
    """

    origin: str
    actor: str | None
    locks_at: str | None
    epoch: str | None
    packs: int
    kept: Kept | None
    signed: int
    cosigned: tuple[str, ...]
    not_cosigned: tuple[str, ...]
    stamps: tuple[StampStatus, ...]
    safety: Safety
    safe: Safe | None
    database: str

    def to_json(self) -> dict[str, Json]:
        """Return the status as plain values."""
        kept: Json = None
        if self.kept is not None:
            kept = {
                "statements": self.kept.statements,
                "items": self.kept.items,
                "in_step": self.kept.in_step,
                "elsewhere": {**self.kept.elsewhere},
            }
        return {
            "origin": self.origin,
            "unlocked": self.actor is not None,
            "actor": self.actor,
            "locks_at": self.locks_at,
            "epoch": self.epoch,
            "packs": self.packs,
            "database": self.database,
            "kept": kept,
            "safe": None if self.safe is None else {"statements": self.safe.statements, "items": self.safe.items},
            "packs_safe": self.safety.packs,
            "pending_since": self.safety.pending_since,
            "restorable_pair": None if self.safety.pair is None else list(self.safety.pair),
            "signed": self.signed,
            "cosigned": list(self.cosigned),
            "not_cosigned": list(self.not_cosigned),
            "stamps": [
                {"authority": one.authority, "kind": one.kind, "state": one.state, "time": one.time}
                for one in self.stamps
            ],
            "replicas": [_replica_json(one) for one in self.safety.replicas],
        }


def read_status(archive: Archive) -> ArchiveStatus:
    """Return what can be said now; a locked archive is no error.

    Raises:
        Malformed: `sviedka.toml` or a checkpoint is not what it should be.
        PacksMissing: The vault has lost packs that the database knows.
    """
    config = read_config(archive)
    head = newest_checkpoint(archive, config.desk)
    cosigners = read_cosigners(archive) if head is not None else ()
    signed = [one.key.name for one in cosigners if head is not None and has_signed(head, one)]
    safety = read_safety(archive, config.desk)
    actor, locks_at, epoch, kept, safe = _unlocked(archive, config.desk, safety)
    return ArchiveStatus(
        origin=config.origin,
        actor=actor,
        locks_at=locks_at,
        epoch=epoch,
        packs=len(list_packs(archive, config.desk)),
        kept=kept,
        safety=safety,
        safe=safe,
        signed=head.size if head is not None else 0,
        cosigned=tuple(signed),
        not_cosigned=tuple(one.key.name for one in cosigners if one.key.name not in signed),
        stamps=_stamps(archive, config.desk, head),
        database="file" if isinstance(place_of(archive), FilePlace) else "server",
    )


def _unlocked(
    archive: Archive, desk: str, safety: Safety
) -> tuple[str | None, str | None, str | None, Kept | None, Safe | None]:
    try:
        with Keeper.connect(archive) as keeper:
            state = keeper.status()
            database = open_store(archive, keeper)
            with database_failures():
                kept = Kept(
                    statements=next_index(database, desk),
                    items=count_items(database),
                    in_step=not is_behind(archive, database),
                    elsewhere={one: next_index(database, one) for one in known_desks(database) if one != desk},
                )
                statements = kept.statements if safety.statements is None else safety.statements
                safe = Safe(statements=statements, items=count_items(database, desk=desk, below=statements))
    except Locked:
        return None, None, None, None, None
    until = state.locks_at.isoformat() if state.locks_at else None
    return state.actor, until, state.epoch, kept, safe


def _replica_json(one: ReplicaStatus) -> Json:
    return {
        "name": one.name,
        "holds": one.holds,
        "through": one.through,
        "confirmed_at": one.confirmed_at,
        "same_disk": one.same_disk,
        "locked_until": one.locked_until,
        "last_run": None
        if one.last is None
        else {"at": one.last.at, "verdict": one.last.verdict, "code": one.last.code},
    }


def _stamps(archive: Archive, desk: str, head: Checkpoint | None) -> tuple[StampStatus, ...]:
    if head is None or head.size not in frozen_sizes(archive, desk):
        return ()
    found = []
    for authority in read_authorities(archive):
        files = StampFiles(archive=archive, desk=desk, size=head.size, authority=authority.name)
        state = files.state(max(1, files.count()))
        time = None if state is None or state.time is None else state.time.isoformat()
        word = STAMPED if files.count() else ("never asked" if state is None else state.state.value)
        found.append(StampStatus(authority=authority.name, kind=authority.kind.value, state=word, time=time))
    return tuple(found)
