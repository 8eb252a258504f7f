# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka rebuild`: the projections are dropped and made again from the vault, and the log's head is compared.

In one transaction, so that a rebuild that is cut short changes nothing, and in the same file, so that no other
process goes on writing into one that is gone. Only a file that cannot be read at all is taken away first: it holds
nothing that the vault has not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sviedka.anchor.published import newest_checkpoint
from sviedka.store.checkpointing import LogDiffers, load_log
from sviedka.store.cleaning import REBUILD_JOB
from sviedka.store.connect import connect, connect_any_version, database_failures, disconnect
from sviedka.store.errors import DatabaseUnreadable
from sviedka.store.freezing_again import bring_marks_in_step
from sviedka.store.refolding import refold_desk
from sviedka.store.schema import make_tables_anew
from sviedka.store.session import close_store
from sviedka.store.whole_pages import require_whole_pages
from sviedka.store.writer_lock import admission_lock
from sviedka.vault.durable import remove
from sviedka.vault.packs import list_desks

if TYPE_CHECKING:
    from sviedka.core.base.canonical import Json
    from sviedka.core.base.progress import Progress
    from sviedka.keeper.client import Keeper
    from sviedka.keeper.jobs import JobKeys
    from sviedka.store.engine import Database
    from sviedka.vault.layout import Archive


@dataclass(frozen=True, kw_only=True)
class Rebuilt:
    """What was made again."""

    statements: int
    packs: int
    desks: int


def rebuild(archive: Archive, keeper: Keeper, progress: Progress | None = None) -> Rebuilt:
    """Drop the projections and make them again, every signature checked.

    Args:
        archive: Whose.
        keeper: Does it, because it has the keys.
        progress: Told statements.

    Raises:
        PackRefuted, PackUnreadable, PackMissing: The vault's packs are not as they were admitted; the old projections
        stand. LogDiffers: They do not lead to the newest checkpoint.
    """
    close_store()
    with admission_lock(archive):
        told = keeper.run_job(REBUILD_JOB, {}, progress)
    counts = told if isinstance(told, dict) else {}
    return Rebuilt(**{name: int(str(counts.get(name, 0))) for name in ("statements", "packs", "desks")})


def job(keys: JobKeys, _arguments: Json, progress: Progress) -> Json:
    """Keeper job. Whoever asks holds the admission lock."""
    try:
        return _refold(_open(keys), keys, progress)
    finally:
        disconnect()


def _refold(database: Database, keys: JobKeys, progress: Progress) -> Json:
    desks, statements, packs = list_desks(keys.archive), 0, 0
    with database_failures(), make_tables_anew(database):
        for desk in desks:
            made = refold_desk(database, keys, desk, start=0, progress=progress)
            _check_head(database, keys.archive, desk)
            statements, packs = statements + made.statements, packs + made.packs
        bring_marks_in_step(database, keys.archive)
    return {"statements": statements, "packs": packs, "desks": len(desks)}


def _open(keys: JobKeys) -> Database:
    """Open the database; one with a damaged page anywhere is made from nothing, for the tables may not even be droppable."""
    try:
        database = connect_any_version(keys.archive, keys.database_key)
        with database_failures():
            require_whole_pages(keys.archive, database)
    except DatabaseUnreadable:
        disconnect()
        path = keys.archive.database
        for name in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
            remove(name)
        return connect(keys.archive, keys.database_key)
    return database


def _check_head(database: Database, archive: Archive, desk: str) -> None:
    head = newest_checkpoint(archive, desk)
    if head is None:
        return
    tree = load_log(database, desk, head.size)
    if tree.size != head.size or tree.root() != head.root:
        raise LogDiffers(
            "The packs of {desk} do not lead to its checkpoint of {size} statements.", desk=desk, size=head.size
        )
