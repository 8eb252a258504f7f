# SPDX-License-Identifier: AGPL-3.0-or-later
"""The log's head is signed over everything that was admitted, published whole, proven from, and safe to publish."""

from itertools import pairwise

import pytest
from archive_kit import LocalKeeper, admit_all, found, source

from sviedka.anchor.published import frozen_sizes, newest_checkpoint
from sviedka.core.base.errors import Failure, Refuted
from sviedka.core.seal.checkpoint import parse_checkpoint, verify_checkpoint
from sviedka.core.seal.merkle import leaf_hash, verify_consistency, verify_inclusion
from sviedka.core.seal.tiles import TileRefuted, load_tree, parse_tile_path
from sviedka.core.seal.tlog_proof import parse_tlog_proof
from sviedka.keeper.errors import HeadRefused
from sviedka.store.checkpointing import (
    LogDiffers,
    NothingStated,
    NotYetCheckpointed,
    StatementUnknown,
    load_log,
    make_checkpoint,
    prove,
)
from sviedka.store.connect import current_database
from sviedka.store.exporting import export_log
from sviedka.store.models import Statement
from sviedka.store.scope import whole_archive

DESK = "minsk-1"


def admit_some(archive, keeper, count):
    return admit_all(archive, keeper, [source(f"source {number}") for number in range(count)])


def test_an_archive_that_states_nothing_has_no_head(archive, keeper):
    with pytest.raises(NothingStated):
        make_checkpoint(archive, keeper)


def test_the_head_is_over_all_statements_signed_by_the_log_and_published(archive, keeper):
    admit_some(archive, keeper, 5)
    head = make_checkpoint(archive, keeper)
    key = keeper.keyring.keylist.log_key("archive.example/minsk-1")
    assert verify_checkpoint(head, [key], origin="archive.example/minsk-1") == key
    with whole_archive():
        leaves = [row.jwt.encode() for row in Statement.objects.order_by("leaf_index")]
    assert head.size == len(leaves) == 7
    assert head.root == load_log(current_database(), DESK).root()
    log = archive.log(DESK)
    tree = load_tree(head.size, lambda tile: (log / tile.path).read_bytes(), root=head.root)
    assert tree.leaf(3) == leaf_hash(leaves[3])
    assert archive.frozen_checkpoint(DESK, 7).read_bytes() == archive.checkpoint(DESK).read_bytes() == head.data


def test_the_same_head_again_changes_nothing_and_keeps_its_cosignatures(archive, keeper):
    admit_some(archive, keeper, 2)
    head = make_checkpoint(archive, keeper)
    cosigned = head.data + "\u2014 witness.example/w AAAAAAAAAAAA\n".encode()
    archive.checkpoint(DESK).write_bytes(cosigned)
    assert make_checkpoint(archive, keeper).data == head.data
    assert archive.checkpoint(DESK).read_bytes() == cosigned


@pytest.mark.parametrize("steps", [(1, 1, 1), (250, 10, 300)])
def test_each_head_continues_the_one_before(archive, keeper, steps):
    heads = []
    for count in steps:
        admit_some(archive, keeper, count)
        heads.append(make_checkpoint(archive, keeper))
    tree = load_log(current_database(), DESK)
    for old, new in pairwise(heads):
        verify_consistency(
            old_size=old.size,
            old_root=old.root,
            new_size=new.size,
            new_root=new.root,
            proof=tree.consistency(old.size, new.size),
        )
    assert frozen_sizes(archive, DESK) == tuple(head.size for head in heads)
    log = archive.log(DESK)
    for head in heads:
        load_tree(head.size, lambda tile: (log / tile.path).read_bytes(), root=head.root)


def test_a_kill_between_signing_and_publishing_is_completed_by_the_next(archive, keeper):
    admit_some(archive, keeper, 3)
    tree = load_log(current_database(), DESK)
    keeper.sign_checkpoint(tree.size, tree.root(), ())  # and then killed
    assert newest_checkpoint(archive, DESK) is None
    assert make_checkpoint(archive, keeper).size == 5
    admit_some(archive, keeper, 1)
    (archive.log(DESK) / "checkpoint").unlink()  # as if killed before the newest was put in place
    assert make_checkpoint(archive, keeper).size == 6
    assert newest_checkpoint(archive, DESK).size == 6


def test_another_past_is_not_signed(archive, keeper, engine):
    admit_some(archive, keeper, 3)
    make_checkpoint(archive, keeper)
    database = current_database()
    engine.drop_trigger(database, "statement_no_update", "store_statement")
    engine.by_hand(
        database,
        "UPDATE store_statement SET leaf_hash = (SELECT leaf_hash FROM store_statement WHERE leaf_index = 1) "
        "WHERE leaf_index = 0",
    )
    admit_some(archive, keeper, 1)
    with pytest.raises(HeadRefused):
        make_checkpoint(archive, keeper)


def test_a_published_tile_that_was_changed_is_not_written_over_in_silence(archive, keeper):
    admit_some(archive, keeper, 3)
    make_checkpoint(archive, keeper)
    admit_some(archive, keeper, 300)
    tile = archive.log(DESK) / "tile/0/000"
    tile.parent.mkdir(parents=True, exist_ok=True)
    tile.write_bytes(bytes(256 * 32))
    with pytest.raises(LogDiffers):
        make_checkpoint(archive, keeper)


def test_a_proof_leads_from_a_statement_to_the_head(archive, keeper):
    admitted = admit_some(archive, keeper, 9)
    head = make_checkpoint(archive, keeper)
    for one in admitted:
        proof = parse_tlog_proof(prove(archive, keeper, one.jti).encode())
        with whole_archive():
            leaf = leaf_hash(Statement.objects.get(jti=one.jti).jwt.encode())
        verify_inclusion(leaf=leaf, index=proof.index, size=head.size, proof=proof.hashes, root=head.root)
        assert proof.index == one.leaf_index


def test_what_has_no_head_over_it_yet_or_was_never_stated_is_not_proven(archive, keeper):
    (one,) = admit_some(archive, keeper, 1)
    with pytest.raises(NotYetCheckpointed):
        prove(archive, keeper, one.jti)
    make_checkpoint(archive, keeper)
    (late,) = admit_some(archive, keeper, 1)
    with pytest.raises(NotYetCheckpointed):
        prove(archive, keeper, late.jti)
    with pytest.raises(StatementUnknown):
        prove(archive, keeper, "f" * 32)


def test_a_head_of_another_log_is_refuted(archive, keeper, tmp_path):
    (one,) = admit_some(archive, keeper, 3)[:1]
    make_checkpoint(archive, keeper)
    other = found(tmp_path / "other")
    from sviedka.store.session import close_store, open_store

    close_store()
    other_keeper = LocalKeeper(other)
    admit_some(other, other_keeper, 3)
    make_checkpoint(other, other_keeper)
    archive.checkpoint(DESK).write_bytes(other.checkpoint(DESK).read_bytes())
    close_store()
    open_store(archive, keeper)
    with pytest.raises(LogDiffers):
        prove(archive, keeper, one.jti)


def test_only_the_public_part_is_exported(archive, keeper, tmp_path):
    admit_some(archive, keeper, 300)
    make_checkpoint(archive, keeper)
    log = archive.log(DESK)
    (log / "notes.txt").write_text("canary: not public")
    (log / "tile" / "entries").mkdir()
    (log / "tile" / "entries" / "000").write_text("canary: not public")
    (log / "checkpoints" / "draft").write_text("canary: not public")
    (log / "checkpoints" / "9").symlink_to(archive.config)
    exported = export_log(archive, tmp_path / "out")
    assert exported.desks == (DESK,)
    files = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert len(files) == exported.tiles + exported.checkpoints
    for path in files:
        assert b"canary" not in path.read_bytes()
        name = path.relative_to(tmp_path / "out" / DESK).as_posix()
        if name.startswith("tile/"):
            parse_tile_path(name)
        else:
            assert parse_checkpoint(path.read_bytes()).size == 302
    assert export_log(archive, tmp_path / "out") == exported


def test_a_tile_that_holds_something_else_is_not_exported(archive, keeper, tmp_path):
    admit_some(archive, keeper, 3)
    make_checkpoint(archive, keeper)
    (tile,) = [path for path in archive.log(DESK).rglob("*") if path.is_file() and "tile" in path.parts]
    tile.chmod(0o600)
    tile.write_bytes(b"canary: not a hash at all".ljust(5 * 32, b"."))
    with pytest.raises(TileRefuted):
        export_log(archive, tmp_path / "out")


def test_a_checkpoint_that_is_none_is_not_exported(archive, keeper, tmp_path):
    admit_some(archive, keeper, 3)
    make_checkpoint(archive, keeper)
    archive.frozen_checkpoint(DESK, 4).write_text("canary: a note of ours")
    with pytest.raises(Failure):
        export_log(archive, tmp_path / "out")
    assert issubclass(LogDiffers, Refuted)
