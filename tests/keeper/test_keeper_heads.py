# SPDX-License-Identifier: AGPL-3.0-or-later
"""The keeper signs no head that contradicts one it has signed, whatever happens in between."""

import os
import signal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from keeper_desk import PASSPHRASE

from sviedka.core.base.errors import Malformed
from sviedka.core.disclose.seal_text import SealText, format_seal_text
from sviedka.core.seal.checkpoint import parse_checkpoint, verify_checkpoint
from sviedka.core.seal.keylist import parse_keylist
from sviedka.core.seal.merkle import Tree
from sviedka.core.seal.note import parse_note, verify_note
from sviedka.keeper.client import Keeper
from sviedka.keeper.errors import HeadRefused, KeeperGone, RequestRefused
from sviedka.keeper.heads import EMPTY_ROOT, head_record
from sviedka.keeper.login import open_keyring
from sviedka.keeper.place import read_peer
from sviedka.keeper.unlocking import lock, unlock
from sviedka.vault.clock import now

ORIGIN = "archive.example/minsk-1"


def tree_of(size, word="leaf"):
    return Tree.from_leaves([f"{word} {number}".encode() for number in range(size)])


def ask(keeper, tree, size, old):
    proof = tree.consistency(old, size) if 0 < old < size else ()
    return keeper.sign_checkpoint(size, tree.root(size), tuple(proof))


@pytest.fixture
def keyring(founded):
    return open_keyring(founded.archive, bytearray(PASSPHRASE), clock=now)


def test_heads_that_grow_are_signed_by_the_listed_key(keeper, archive):
    tree = tree_of(20)
    keylist = parse_keylist(archive.keylist.read_bytes())
    for old, size in ((0, 1), (1, 2), (2, 7), (7, 16), (16, 20)):
        head = parse_checkpoint(ask(keeper, tree, size, old))
        verify_checkpoint(head, [keylist.log_key(ORIGIN)], origin=ORIGIN)
        assert (head.size, head.root) == (size, tree.root(size))


def test_a_smaller_tree_is_refused(keeper):
    tree = tree_of(10)
    ask(keeper, tree, 9, 0)
    for size in (8, 1, 0):
        with pytest.raises(HeadRefused) as caught:
            keeper.sign_checkpoint(size, tree.root(size) if size else EMPTY_ROOT, ())
        assert caught.value.exit_status == 10
    ask(keeper, tree, 10, 9)


def test_another_tree_of_the_same_size_is_refused(keeper):
    ask(keeper, tree_of(9), 9, 0)
    with pytest.raises(HeadRefused):
        ask(keeper, tree_of(9, "other"), 9, 0)


def test_a_tree_with_another_past_is_refused(keeper):
    tree, other = tree_of(12), tree_of(12, "other")
    ask(keeper, tree, 9, 0)
    with pytest.raises(HeadRefused):
        keeper.sign_checkpoint(12, other.root(12), tuple(other.consistency(9, 12)))
    with pytest.raises(HeadRefused):
        keeper.sign_checkpoint(12, tree.root(12), tuple(other.consistency(9, 12)))
    with pytest.raises(Malformed):
        keeper.sign_checkpoint(12, tree.root(12), ())
    ask(keeper, tree, 12, 9)


def test_the_same_head_again_gets_the_same_signature(keeper):
    """So that a keeper killed between its record and its answer can be asked again."""
    tree = tree_of(9)
    assert ask(keeper, tree, 9, 0) == ask(keeper, tree, 9, 9)


def test_the_memory_lasts_over_a_lock(keeper, archive):
    ask(keeper, tree_of(9), 9, 0)
    lock(archive)
    unlock(archive, bytearray(PASSPHRASE))
    with Keeper.connect(archive) as again, pytest.raises(HeadRefused):
        ask(again, tree_of(5), 5, 0)


@pytest.mark.parametrize("damage", ["missing", "empty", "flipped", "older", "other log"])
def test_a_record_that_is_not_whole_refuses(keyring, founded, damage):
    """It does not mean that nothing was signed. Control: whole, it signs."""
    record = head_record(founded.archive, "minsk-1")
    empty = record.read_bytes()
    tree = tree_of(9)
    keyring.heads.sign(size=5, root=tree.root(5), consistency=())
    whole = record.read_bytes()
    if damage == "missing":
        record.unlink()
    else:
        changed = {
            "empty": b"",
            "flipped": whole[:30] + bytes((whole[30] ^ 1,)) + whole[31:],
            "older": empty.replace(b"\n0\n", b"\n1\n"),
            "other log": whole.replace(b"minsk-1", b"minsk-2"),
        }[damage]
        record.write_bytes(changed)
    with pytest.raises(HeadRefused):
        keyring.heads.sign(size=9, root=tree.root(9), consistency=tuple(tree.consistency(5, 9)))
    record.write_bytes(whole)
    keyring.heads.sign(size=9, root=tree.root(9), consistency=tuple(tree.consistency(5, 9)))


def test_the_record_is_there_before_the_signature_leaves(keeper, archive):
    """Kill the keeper while it answers: whatever note a client holds, the record is of it or of a later one."""
    tree = tree_of(400)
    pid, _ = read_peer(keeper._sock)
    held = old = 0
    try:
        for size in range(1, 400):
            if size == 200:
                os.kill(pid, signal.SIGKILL)
            held = parse_checkpoint(ask(keeper, tree, size, old)).size
            old = size
    except KeeperGone:
        pass
    assert 0 < held < 400
    assert parse_checkpoint(head_record(archive, "minsk-1").read_bytes()).size >= held


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 24), st.integers(0, 24), st.booleans()), max_size=12))
def test_whatever_is_asked_in_whatever_order_the_signed_heads_are_one_log(keyring, requests):
    """Sizes, proofs and trees at random: every note that comes out continues the one before it."""
    tree, other = tree_of(24), tree_of(24, "other")
    last = keyring.heads.last()
    trees = {True: tree, False: other}
    honest = last.size == 0 or last.root == tree.root(last.size)
    for size, old, choice in requests:
        chosen = trees[choice]
        proof = tuple(chosen.consistency(old, size)) if 0 < old < size else ()
        root = chosen.root(size) if size else EMPTY_ROOT
        try:
            keyring.heads.sign(size=size, root=root, consistency=proof)
        except (HeadRefused, Malformed):
            assert keyring.heads.last() == last
            continue
        now_signed = keyring.heads.last()
        assert now_signed.size >= last.size
        if last.size > 0:
            assert choice is honest or now_signed.size == 0
        elif size > 0:
            honest = choice
        last = now_signed


def seal_text(**changes):
    facts = {"origin": ORIGIN, "built_at": 0} | changes
    digest = "ab" * 32
    return format_seal_text(
        SealText(tag_manifest=digest, logs=(digest,), spec=digest, as_of=now().replace(microsecond=0), **facts)
    )


def test_a_dossiers_seal_is_signed_and_nothing_else_is(keeper, founded):
    keylist = parse_keylist(founded.archive.keylist.read_bytes())
    keys = [entry.key for entry in keylist.desk_keys if entry.role == "statements"]
    note = parse_note(keeper.seal_dossier(seal_text()))
    assert verify_note(note, keys) == tuple(keys)
    assert len(note.signatures) == 1
    others = ("", ORIGIN + "\n5\nAAAA\n", "sviedka/keylist/1\n", " " + seal_text(), seal_text()[:-1])
    misleading = ("sviedka/dossier/1\nThis archive withdraws all it has said.\n", seal_text() + "built-at 9\n")
    for text in (*others, *misleading):
        with pytest.raises(RequestRefused):
            keeper.seal_dossier(text)


def test_a_dossiers_seal_is_of_this_desk_and_at_a_head_that_it_signed(keeper):
    for text in (seal_text(origin="archive.example/brest-1"), seal_text(built_at=5)):
        with pytest.raises(RequestRefused):
            keeper.seal_dossier(text)
    ask(keeper, tree_of(5), 5, 0)
    keeper.seal_dossier(seal_text(built_at=5))
