# SPDX-License-Identifier: AGPL-3.0-or-later
"""A desk process that was taken over: it speaks the real socket as the same account, and asks for everything.

It gets at most what its user could open, each opening in the log; it is told no key that lasts, and signs nothing that a
person must stand behind. Beside each refusal stands the honest way, which is let through.
"""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from keeper_desk import PASSPHRASE, Desk
from process_memory import secrets_in
from several_users import new_user

from sviedka.core.base.errors import Failure
from sviedka.core.seal.age_keys import format_identity
from sviedka.core.seal.assertion import KeyAssertion
from sviedka.core.seal.assertion_errors import AssertionPersonRefuted, AssertionRefuted
from sviedka.core.seal.merkle import Tree
from sviedka.core.seal.statement import parse_jwt, prepare, read_disclosures
from sviedka.core.seal.statement_errors import DraftRefused
from sviedka.keeper.asserting import with_passphrase
from sviedka.keeper.client import Keeper, OpeningReceipt
from sviedka.keeper.errors import (
    AssertionNeeded,
    LimitReached,
    OpeningMissing,
    OpeningRefused,
    PreparedGone,
    RequestRefused,
)
from sviedka.keeper.login import open_keyring, open_user
from sviedka.keeper.unlocking import lock, unlock
from sviedka.keeper.waiting_room import LASTS, MOST_CHARS, MOST_WAITING, WaitingRoom
from sviedka.keeper.wire import encode_drafts, parse_composed
from sviedka.vault.clock import now
from sviedka.vault.entropy import new_id, random_bytes

OWN = b"a second person's own words"
MOST_OPENINGS = 2


class Intruder(Keeper):
    """Speaks to the keeper like any desk, and keeps every byte that it hears."""

    heard = b""

    def _exactly(self, size):
        buffer = super()._exactly(size)
        self.heard += bytes(buffer)
        return buffer


@pytest.fixture
def second(founded):
    text = founded.archive.config.read_text()
    founded.archive.config.write_text(text.replace("openings_per_hour = 200", f"openings_per_hour = {MOST_OPENINGS}"))
    return new_user(founded.archive, founded.offline_dir, PASSPHRASE, OWN)


@pytest.fixture
def desk(founded, second):
    unlock(founded.archive, bytearray(PASSPHRASE), user=founded.actor)
    with Intruder.connect(founded.archive) as keeper:
        yield Desk(keeper=keeper, archive=founded.archive)
    lock(founded.archive)


def read(composed):
    return read_disclosures(parse_jwt(composed.jwt), [text for group in composed.groups for text in group.disclosures])


def approval(desk, by):
    return desk.draft(kind="approval/1", approves=new_id(), action="erase", by=by)


def test_it_opens_no_more_than_its_user_could_and_each_opening_is_in_the_log(desk):
    items = [desk.put_item(bytes([number]) * 16) for number in range(4)]
    for item in items:
        with pytest.raises(OpeningRefused):  # asked for without a record
            desk.unwrap(item, OpeningReceipt(jti=new_id(), desk="minsk-1", leaf_index=0))
    given, records = 0, []
    for item in items:
        receipt = desk.admit(desk.opening(item))
        try:
            desk.unwrap(item, receipt)
        except LimitReached:
            continue
        given += 1
        records.append(receipt.leaf_index)
        with pytest.raises(OpeningRefused):  # one record, one opening
            desk.unwrap(item, receipt)
    assert given == MOST_OPENINGS
    tree = Tree.from_leaves(desk.leaves)
    assert set(desk.keeper.open_records()) >= set(records)
    proofs = {index: tree.inclusion(index) for index in desk.keeper.open_records()}
    without = Tree.from_leaves(leaf for number, leaf in enumerate(desk.leaves) if number != records[0])
    with pytest.raises(OpeningMissing):  # a log from which a record was taken is never signed again
        desk.keeper.sign_checkpoint(without.size, without.root(), (), proofs)
    assert desk.keeper.sign_checkpoint(tree.size, tree.root(), (), proofs)


def test_the_limit_counts_for_the_person_and_outlives_a_lock(desk, founded, second):
    items = [desk.put_item(bytes([number]) * 16) for number in range(MOST_OPENINGS + 1)]
    for item in items[:-1]:
        desk.unwrap(item, desk.admit(desk.opening(item)))
    for user, words, refused in ((founded.actor, PASSPHRASE, True), (second, OWN, False)):
        lock(founded.archive)
        unlock(founded.archive, bytearray(PASSPHRASE), user=user, user_passphrase=bytearray(words))
        with Keeper.connect(founded.archive) as keeper:
            again = replace(desk, keeper=keeper)
            receipt = again.admit(again.opening(items[-1]))
            desk.next_index = again.next_index
            if refused:
                with pytest.raises(LimitReached):
                    again.unwrap(items[-1], receipt)
            else:
                assert again.unwrap(items[-1], receipt)


def test_it_hears_no_key_that_lasts(desk, founded, second):
    """Control: what it is given by right (database, labels, one item's key) is heard, by the same search."""
    keyring = open_keyring(founded.archive, bytearray(PASSPHRASE), clock=now, user=founded.actor)
    epoch = keyring.epochs.identity(founded.epoch)
    kept = {
        "vault": bytes(keyring.vault.secret_bytes()),
        "vault as text": bytes(format_identity(keyring.vault)),
        "epoch": bytes(epoch.secret_bytes()),
        "epoch as text": bytes(format_identity(epoch)),
        "log": keyring.heads._key.private_bytes_raw(),
        "statements": keyring.statement_key.private_bytes_raw(),
        "user": keyring.user_key.private_bytes_raw(),
        "second user": bytes(open_user(founded.archive, second, bytearray(OWN))),
        "archive's cell": keyring.cells[founded.archive_cell],
    }
    handed = {
        "database": bytes(keyring.database_key()),
        "labels": bytes(keyring.label_key()),
        "file": b"canary file key!",
    }
    item = desk.put_item(handed["file"])
    desk.unwrap(item, desk.admit(desk.opening(item)))
    keeper = desk.keeper
    (cell,) = keeper.new_cells(1)
    keeper.compose([desk.draft(note="x", cells=(cell,))])
    kept["new cell"] = open_keyring(founded.archive, bytearray(PASSPHRASE), clock=now, user=founded.actor).cells[cell]
    pendings = keeper.prepare([approval(desk, second)])
    keeper.finish(list(zip(pendings, asserting(desk, second, OWN)(pendings), strict=True)))
    keeper.database_key()
    keeper.label_key()
    keeper.run_job("sviedka.keeper.key_check:job", None)
    for ask in ("status", "facts", "open_records", "watch_nothing", "vault", "keys", "sign"):
        try:
            keeper._ask({"ask": ask})
        except Failure:
            continue
    assert secrets_in(keeper.heard, handed) == set(handed)
    assert secrets_in(keeper.heard, kept) == set()


def asserting(desk, user, words):
    return with_passphrase(desk.archive, user, lambda _: bytearray(words))


def test_it_signs_nothing_that_a_person_must_stand_behind(desk, founded, second):
    consent = desk.draft(kind="consent.given/2", grants=[])
    for draft in (
        approval(desk, second),
        approval(desk, founded.actor),
        consent,
        replace(consent, type="consent.given/1"),
    ):
        with pytest.raises(AssertionNeeded):
            desk.keeper.compose([draft])
    pendings = desk.keeper.prepare([approval(desk, founded.actor)])  # the control: with the person it is signed
    assert desk.keeper.finish(list(zip(pendings, asserting(desk, founded.actor, PASSPHRASE)(pendings), strict=True)))


def test_what_the_keeper_signs_as_author_is_no_assertion(desk, founded):
    """The user's key is the same; a desk that has ever so many author's signatures has no assertion."""
    statement = read(desk.keeper.compose([desk.draft(note="x")])[0])
    (pending,) = desk.keeper.prepare([approval(desk, founded.actor)])
    mine = KeyAssertion(by=founded.actor, signature=statement.author_signature)
    with pytest.raises(AssertionRefuted):
        desk.keeper.finish([(pending, mine)])


def test_an_honest_approval_that_it_saw_is_good_for_nothing_else(desk, second):
    pendings = desk.keeper.prepare([approval(desk, second)])
    (assertion,) = asserting(desk, second, OWN)(pendings)
    assert desk.keeper.finish([(pendings[0], assertion)])
    for _ in range(2):  # again, and over a statement of its own
        with pytest.raises(PreparedGone):
            desk.keeper.finish([(pendings[0], assertion)])
    (own,) = desk.keeper.prepare([approval(desk, second)])
    with pytest.raises(AssertionRefuted):
        desk.keeper.finish([(own, assertion)])


def test_a_consent_is_not_given_by_somebody_elses_word(desk, second):
    """The second person may assert, but not what another writes."""
    (pending,) = desk.keeper.prepare([desk.draft(kind="consent.given/2", grants=[])])
    with pytest.raises(AssertionPersonRefuted):
        desk.keeper.finish([(pending, asserting(desk, second, OWN)([pending])[0])])


def test_whoever_it_says_it_is_the_author_is_who_logged_in(desk, founded, second):
    (part,) = encode_drafts([desk.draft(note="x")])
    header = {"ask": "compose", "author": second, "actor": second, "user": second, "by": second}
    frame = desk.keeper._ask(header, (part,))
    (composed,) = parse_composed(*frame.parts)
    assert read(composed).author == founded.actor
    assert desk.keeper.facts().actor == founded.actor


@pytest.mark.parametrize("name", ["author_sig", "assertion"])
def test_it_cannot_put_a_signature_into_a_draft(desk, second, name):
    forged = desk.draft(**{name: {"by": second, "sig": "A" * 86, "kind": "key"}})
    with pytest.raises(DraftRefused):
        desk.keeper.compose([forged])
    twice = replace(approval(desk, second), parts=(*approval(desk, second).parts, *forged.parts))
    with pytest.raises(DraftRefused):
        desk.keeper.prepare([twice])


def test_a_finish_that_brings_a_draft_is_not_understood(desk, second):
    pendings = desk.keeper.prepare([approval(desk, second)])
    (assertion,) = asserting(desk, second, OWN)(pendings)
    (part,) = encode_drafts([approval(desk, second)])
    listed = [pendings[0].handle, {"by": second, "kind": "key", "sig": "A" * 86}, json.loads(part)[0]]
    with pytest.raises(Failure, match="handle"):
        desk.keeper._ask({"ask": "finish"}, (json.dumps([listed], separators=(",", ":"), sort_keys=True).encode(),))
    assert desk.keeper.finish([(pendings[0], assertion)])


@pytest.mark.parametrize(
    "job", ["os:system", "sviedka.keeper.asserted:vouch", "sviedka.store.deposit.opening:open_item"]
)
def test_it_runs_no_code_of_its_choice_where_the_keys_are(desk, job):
    with pytest.raises(RequestRefused):
        desk.keeper.run_job(job, None)


def test_a_flood_of_large_drafts_holds_no_more_than_was_meant(desk):
    """Control: the same number of small ones all find room."""
    room, at = WaitingRoom(), now()
    large = desk.draft(**{f"f{number}": "x" * 20_000 for number in range(50)})
    for _ in range(30):
        room.put(prepare(large, entropy=random_bytes), new_id(), now=at)
    assert len(room) * 50 * 20_000 < 2 * MOST_CHARS
    assert 1 < len(room) < 30
    small = WaitingRoom()
    for _ in range(MOST_WAITING + 5):
        small.put(prepare(desk.draft(note="x"), entropy=random_bytes), new_id(), now=at)
    assert len(small) == MOST_WAITING


def test_what_waited_too_long_is_gone(desk):
    """Control: a moment earlier it is still there."""
    at, handles = now(), [new_id(), new_id()]
    room = WaitingRoom()
    for handle in handles:
        room.put(prepare(desk.draft(note="x"), entropy=random_bytes), handle, now=at)
    assert room.take(handles[:1], now=at + LASTS - timedelta(seconds=1))
    with pytest.raises(PreparedGone):
        room.take(handles[1:], now=at + LASTS)
