# SPDX-License-Identifier: AGPL-3.0-or-later
"""A record that a key was given for stays in the log: no further head is signed without it."""

import os

import pytest
from keeper_desk import PASSPHRASE

from sviedka.core.base.canonical import encode_canonical
from sviedka.core.base.errors import Malformed
from sviedka.core.seal.checkpoint import parse_checkpoint
from sviedka.core.seal.merkle import Tree
from sviedka.keeper.client import Keeper
from sviedka.keeper.errors import FrameMalformed, HeadRefused, OpeningMissing
from sviedka.keeper.heads import openings_record
from sviedka.keeper.login import open_keyring
from sviedka.keeper.open_records import EMPTY_JOURNAL, OpenRecord, OpenRecords
from sviedka.keeper.unlocking import lock, unlock
from sviedka.vault.clock import now
from sviedka.vault.slips import SlipLost


def sign(desk, keeper=None, *, old=0, leaves=None, prove=True):
    """Ask for a head over the desk's leaves, or over those that a lying desk shows."""
    keeper = keeper or desk.keeper
    tree = Tree.from_leaves(desk.leaves if leaves is None else leaves)
    places = keeper.open_records() if prove else ()
    proofs = {index: tree.inclusion(index) for index in places if index < tree.size}
    return keeper.sign_checkpoint(tree.size, tree.root(), tree.consistency(old) if old else (), proofs)


@pytest.fixture
def opened(desk):
    """An item was opened, against the record that is the newest statement."""
    desk.admit(desk.draft(), desk.draft())
    item = desk.put_item()
    desk.unwrap(item, desk.admit(desk.opening(item)))
    return desk


def test_a_log_with_the_record_is_signed_and_the_record_is_covered(opened):
    places = opened.keeper.open_records()
    assert len(places) > 0
    assert parse_checkpoint(sign(opened)).size == len(opened.leaves)
    assert opened.keeper.open_records() == ()
    assert openings_record(opened.archive, "minsk-1").read_bytes() == EMPTY_JOURNAL
    opened.admit(opened.draft())
    sign(opened, old=len(opened.leaves) - 1)


def test_a_log_without_the_record_is_not(opened):
    other = opened.keeper.compose([opened.draft()])
    for leaves in (opened.leaves[:2], opened.leaves[:-1], [*opened.leaves[:-1], other[0].jwt]):
        with pytest.raises(OpeningMissing) as caught:
            sign(opened, leaves=leaves)
        assert caught.value.exit_status == 10
    assert sign(opened)


def test_not_over_a_restart_either(opened):
    lock(opened.archive)
    unlock(opened.archive, bytearray(PASSPHRASE))
    with Keeper.connect(opened.archive) as again:
        with pytest.raises(OpeningMissing):
            sign(opened, again, leaves=opened.leaves[:-1])
        assert sign(opened, again)
        assert again.open_records() == ()


def test_not_without_a_proof_nor_with_another_trees(opened):
    keeper, tree = opened.keeper, Tree.from_leaves(opened.leaves)
    other = Tree.from_leaves([*opened.leaves[:-1], b"another"])
    (place,) = [index for index in keeper.open_records() if index == len(opened.leaves) - 1]
    for proof in ((), tree.inclusion(0), tree.inclusion(place)[:-1], (bytes(32),) * 64):
        with pytest.raises(OpeningMissing):
            keeper.sign_checkpoint(tree.size, tree.root(), (), {place: proof})
    with pytest.raises(OpeningMissing):
        keeper.sign_checkpoint(other.size, other.root(), (), {place: tree.inclusion(place)})
    with pytest.raises(OpeningMissing):
        sign(opened, prove=False)
    assert sign(opened)


def test_the_head_signed_last_is_not_given_again_either(desk):
    """Nothing was admitted since, says the desk, and asks for the same head."""
    item = desk.put_item()
    desk.admit(desk.draft())
    before = list(desk.leaves)
    sign(desk)
    desk.unwrap(item, desk.admit(desk.opening(item)))
    with pytest.raises(OpeningMissing):
        sign(desk, leaves=before)
    assert sign(desk, old=len(before))


def test_a_kill_between_the_head_and_the_journal_asks_for_the_proofs_again(opened, monkeypatch):
    archive = opened.archive
    lock(archive)
    keyring = open_keyring(archive, bytearray(PASSPHRASE), clock=now)
    tree = Tree.from_leaves(opened.leaves)
    proofs = {index: tree.inclusion(index) for index in keyring.heads.open_records.indexes()}
    with monkeypatch.context() as patched:
        patched.setattr(OpenRecords, "drop", lambda _: None)
        note = keyring.heads.sign(size=tree.size, root=tree.root(), consistency=(), openings=proofs)
    again = open_keyring(archive, bytearray(PASSPHRASE), clock=now)
    assert again.heads.open_records.indexes() == tuple(sorted(proofs))
    assert again.heads.sign(size=tree.size, root=tree.root(), consistency=(), openings=proofs) == note
    assert again.heads.open_records.indexes() == ()


def test_it_is_remembered_before_the_key_is_looked_for(desk):
    """A record whose slip is lost counts too: the keeper cannot know what was read of the answer."""
    item = desk.put_item()
    next(desk.archive.slips.glob(f"*/*/{item}")).unlink()
    receipt = desk.admit(desk.opening(item))
    with pytest.raises(SlipLost):
        desk.unwrap(item, receipt)
    assert receipt.leaf_index in desk.keeper.open_records()


@pytest.mark.parametrize("damage", ["missing", "emptied", "rubbish", "spelt otherwise", "a folder", "a pipe"])
def test_a_journal_that_is_not_whole_opens_and_signs_nothing(founded, damage):
    """It does not mean that nothing was opened. Control: whole, it signs."""
    path = openings_record(founded.archive, "minsk-1")
    tree = Tree.from_leaves([b"one"])
    path.unlink()
    if damage == "a folder":
        path.mkdir()
    elif damage == "a pipe":
        os.mkfifo(path)
    elif damage != "missing":
        path.write_text(
            {"emptied": "", "rubbish": "rubbish\n", "spelt otherwise": f"sviedka/openings/1\n01 {'a' * 64}\n"}[damage]
        )
    heads = open_keyring(founded.archive, bytearray(PASSPHRASE), clock=now).heads
    with pytest.raises(HeadRefused):
        heads.sign(size=1, root=tree.root(), consistency=())
    with pytest.raises(HeadRefused):
        heads.open_records.remember(OpenRecord(leaf_index=0, leaf=bytes(32)))
    if path.is_dir():
        path.rmdir()
    else:
        path.unlink(missing_ok=True)
    path.write_bytes(EMPTY_JOURNAL)
    open_keyring(founded.archive, bytearray(PASSPHRASE), clock=now).heads.sign(size=1, root=tree.root(), consistency=())


def test_a_line_cut_off_by_a_kill_is_dropped_and_does_not_join_the_next(tmp_path):
    journal = tmp_path / "journal"
    first, second = (OpenRecord(leaf_index=number, leaf=bytes([number]) * 32) for number in (1, 2))
    journal.write_bytes(EMPTY_JOURNAL)
    OpenRecords(journal).remember(first)
    journal.write_bytes(journal.read_bytes() + b"7 abab")
    OpenRecords(journal).remember(second)
    assert journal.read_text() == f"sviedka/openings/1\n{first.line}\n{second.line}\n"
    assert OpenRecords(journal).indexes() == (1, 2)


def test_what_is_no_proof_is_malformed(keeper):
    header = {"ask": "sign_checkpoint", "size": 1, "root": "AAAA", "consistency": []}
    for part in ({}, [[]], [[1]], [["1", []]], [[True, []]], [[1, {}]], [[1, [2]]], [[1, ["AAAA"] * 65]]):
        with pytest.raises(Malformed):
            keeper._part(header, (encode_canonical(part),))
    with pytest.raises(FrameMalformed):
        keeper._part(header)
