# SPDX-License-Identifier: AGPL-3.0-or-later
"""Heads of the desk's log: signed by the keeper, published as tiles, and proofs made from them.

Order: the keeper signs (and remembers, so that it never signs another past) -> tiles -> the frozen bytes, which are
stamped -> the newest checkpoint. A kill between any two leaves a log that is served as before, and the next
checkpoint completes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.anchor.published import frozen_sizes, newest_checkpoint
from sviedka.core.base.errors import Refuted, Unproven
from sviedka.core.base.ids import parse_origin
from sviedka.core.seal.checkpoint import Checkpoint, parse_checkpoint
from sviedka.core.seal.keylist import parse_keylist
from sviedka.core.seal.merkle import Tree
from sviedka.core.seal.tiles import tile_bytes, tiles_of
from sviedka.core.seal.tlog_proof import TlogProof, format_tlog_proof
from sviedka.keeper.errors import OpeningMissing
from sviedka.keeper.heads import read_head
from sviedka.store.connect import database_failures
from sviedka.store.ledger import find_leaves, leaf_hashes, next_index
from sviedka.store.session import open_for_admission, open_store
from sviedka.store.writer_lock import admission_lock
from sviedka.vault.disk_errors import translating
from sviedka.vault.durable import AlreadyThere, make_folder, replace, write_new
from sviedka.vault.group_commit import GroupCommit

if TYPE_CHECKING:
    from pathlib import Path

    from sviedka.keeper.client import Keeper
    from sviedka.store.engine import Database
    from sviedka.vault.layout import Archive

PUBLIC_MODE = 0o644


class NothingStated(Unproven):
    """A log without statements has no head worth signing."""

    code = "unproven.nothing-stated"
    hint = "Seal or record something first."


class NotYetCheckpointed(Unproven):
    """A statement that came after the newest checkpoint."""

    code = "unproven.not-yet-checkpointed"
    hint = "Run sviedka log checkpoint, then ask for the proof again."


class StatementUnknown(Unproven):
    """No statement of that id is in the log."""

    code = "unproven.statement-unknown"
    hint = "Look at the id; sviedka status tells how many statements there are."


class LogDiffers(Refuted):
    """What was published of the log is not what the statements lead to."""

    code = "refuted.log-differs"
    hint = "Run sviedka check --full; a file of the log or the database was changed."


def make_checkpoint(archive: Archive, keeper: Keeper) -> Checkpoint:
    """Sign and publish the head of everything admitted so far; the same head again if nothing was added.

    Raises:
        NothingStated: The log is empty.
        HeadRefused: The keeper remembers another past than the statements lead to, or its memory is missing.
        OpeningMissing: The record of an opening that happened is not among the statements.
    """
    with admission_lock(archive):
        database = open_for_admission(archive, keeper)
        desk = parse_origin(keeper.facts().origin)[1]
        tree = load_log(database, desk)
        if tree.size == 0:
            raise NothingStated("There is no statement to sign for yet.")
        with translating():
            signed = read_head(archive, desk).size  # the keeper checks its signature
        proof = tree.consistency(signed) if 0 < signed <= tree.size else ()
        note = _sign(keeper, tree, proof)
        _publish(archive, desk, tree, note)
    return parse_checkpoint(note)


def _sign(keeper: Keeper, tree: Tree, consistency: tuple[bytes, ...]) -> bytes:
    """Have the head signed, with a proof for every opening that the keeper remembers.

    Whoever admitted a record before we took the lock may be given the key only now: then the keeper remembers one more
    than it told us, and is asked again. What it remembers and is not in the tree stays refused.
    """
    while True:
        indexes = keeper.open_records()
        proofs = {index: tree.inclusion(index) for index in indexes if index < tree.size}
        try:
            return keeper.sign_checkpoint(tree.size, tree.root(), consistency, proofs)
        except OpeningMissing:
            if keeper.open_records() == indexes:
                raise


def load_log(database: Database, desk: str, size: int | None = None) -> Tree:
    """Return the tree over the desk's first `size` statements, or over all."""
    with database_failures():
        return Tree.from_hashes(leaf_hashes(database, desk, next_index(database, desk) if size is None else size))


def prove(archive: Archive, keeper: Keeper, jti: str) -> str:
    """Return the `.tlog-proof` that a statement is in the log, against the newest checkpoint.

    Raises:
        StatementUnknown: There is no such statement.
        NotYetCheckpointed: It came after the newest checkpoint.
        LogDiffers: The checkpoint is not of the log that the statements make.
    """
    database = open_store(archive, keeper)
    with database_failures():
        found = find_leaves(database, [jti]).get(jti)
    if found is None:
        raise StatementUnknown("No statement {jti} is in the log.", jti=jti)
    desk, index = found
    head = newest_checkpoint(archive, desk)
    if head is None or index >= head.size:
        raise NotYetCheckpointed("Statement {jti} came after the newest checkpoint.", jti=jti)
    tree = load_log(database, desk, head.size)
    if tree.size != head.size or tree.root() != head.root:
        raise LogDiffers("The checkpoint of {size} statements is not of this log.", size=head.size)
    proof = TlogProof(index=index, hashes=tree.inclusion(index), checkpoint=head)
    return format_tlog_proof(proof).decode("utf-8")


def prove_elsewhere(archive: Archive, database: Database, desk: str, jti: str, index: int) -> tuple[bytes, ...]:
    """Return the proof that the keeper asks for of a statement in another log than its own.

    In a log that was closed it leads to what the root named as held; else to the newest head that its desk signed.

    Raises:
        NotYetCheckpointed: Neither covers the statement.
    """
    with translating():
        keylist = parse_keylist(archive.keylist.read_bytes())
    successor = keylist.find_successor(f"{keylist.archive}/{desk}")
    if successor is not None and index < successor.held.size:
        return load_log(database, desk, successor.held.size).inclusion(index)
    head = newest_checkpoint(archive, desk)
    if head is None or index >= head.size:
        raise NotYetCheckpointed("Statement {jti} came after the newest checkpoint.", jti=jti)
    return load_log(database, desk, head.size).inclusion(index)


def publish_head(archive: Archive, desk: str, tree: Tree, head: Checkpoint) -> None:
    """Publish the proven head of another desk's log, unless a newer one is known. The caller holds the admission lock.

    Raises:
        LogDiffers: What was published of that log before is not what the statements lead to.
    """
    newest = newest_checkpoint(archive, desk)
    if newest is None or newest.size < head.size:
        _publish(archive, desk, tree, head.frozen())


def _publish(archive: Archive, desk: str, tree: Tree, note: bytes) -> None:
    newest, sizes = newest_checkpoint(archive, desk), frozen_sizes(archive, desk)
    if newest is not None and newest.size == tree.size and tree.size in sizes:
        return  # nothing new; the newest checkpoint may bear cosignatures by now
    make_folder(archive.log(desk), mode=0o755)
    _write_tiles(archive, desk, tree, since=sizes[-1] if sizes else 0)
    _write_same(archive.frozen_checkpoint(desk, tree.size), note)
    replace(archive.checkpoint(desk), note, mode=PUBLIC_MODE)


def _write_tiles(archive: Archive, desk: str, tree: Tree, *, since: int) -> None:
    """Make the tiles of this size durable. Some may be there from a publication that was cut short."""
    log = archive.log(desk)
    missing = [(log / tile.path, tile_bytes(tree, tile)) for tile in tiles_of(tree.size, since=since)]
    for path, data in [(path, data) for path, data in missing if path.exists()]:
        _check_same(path, data)
    with GroupCommit(log) as group:
        for path, data in missing:
            if not path.exists():
                make_folder(path.parent, mode=0o755)
                group.add(path, data, PUBLIC_MODE)
        group.commit()


def _write_same(path: Path, data: bytes) -> None:
    try:
        write_new(path, data, mode=0o444)
    except AlreadyThere:
        _check_same(path, data)


def _check_same(path: Path, data: bytes) -> None:
    if path.read_bytes() != data:
        raise LogDiffers("A published file of the log ({name}) holds something else.", name=path.name)
