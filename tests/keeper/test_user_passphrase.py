# SPDX-License-Identifier: AGPL-3.0-or-later
"""Each person's key under words of their own: until then whoever knows the archive's passphrase can assert as its founder."""

import pytest
from keeper_desk import CHEAP, PASSPHRASE, Desk
from several_users import listed, new_user

from sviedka.core.seal.assertion import verify_assertion
from sviedka.keeper.asserting import with_passphrase
from sviedka.keeper.client import Keeper
from sviedka.keeper.errors import WrongPassphrase
from sviedka.keeper.login import open_user
from sviedka.keeper.unlocking import lock, unlock
from sviedka.keeper.user_keys import change_passphrase, read_user_key
from sviedka.vault.entropy import new_id

OWN = b"the founder's own words"


def approved_as(archive, user, words):
    """Prepare an approval by `user` at the running keeper, and assert it with `words`."""
    with Keeper.connect(archive) as keeper:
        desk = Desk(keeper=keeper, archive=archive)
        (pending,) = keeper.prepare([desk.draft(kind="approval/1", approves=new_id(), action="x", by=user)])
    (assertion,) = with_passphrase(archive, user, lambda _: bytearray(words))([pending])
    return verify_assertion(assertion, pending.message, keylist=listed(archive))


def test_with_words_of_their_own_nobody_who_knows_the_archives_can_assert_as_them(founded):
    """Control: before that, the second person can approve as the first, with the passphrase that both need to unlock."""
    archive = founded.archive
    second = new_user(archive, founded.offline_dir, PASSPHRASE, b"the second person's words")
    unlock(archive, bytearray(PASSPHRASE), user=second, user_passphrase=bytearray(b"the second person's words"))
    key = listed(archive).user_key(founded.actor)
    assert approved_as(archive, founded.actor, PASSPHRASE) == key
    change_passphrase(archive, founded.actor, bytearray(PASSPHRASE), bytearray(OWN), cost=CHEAP)
    with pytest.raises(WrongPassphrase):
        approved_as(archive, founded.actor, PASSPHRASE)
    assert approved_as(archive, founded.actor, OWN) == key
    lock(archive)


def test_the_key_stays_the_same_and_its_person_logs_in_with_both_passphrases(founded):
    before = read_user_key(founded.archive, founded.actor)
    seed = bytes(open_user(founded.archive, founded.actor, bytearray(PASSPHRASE)))
    change_passphrase(founded.archive, founded.actor, bytearray(PASSPHRASE), bytearray(OWN), cost=CHEAP)
    assert read_user_key(founded.archive, founded.actor) == before
    assert bytes(open_user(founded.archive, founded.actor, bytearray(OWN))) == seed
    with pytest.raises(WrongPassphrase):
        unlock(founded.archive, bytearray(PASSPHRASE))
    assert unlock(founded.archive, bytearray(PASSPHRASE), user_passphrase=bytearray(OWN)).unlocked
    lock(founded.archive)


def test_a_wrong_passphrase_changes_nothing(founded):
    path = founded.archive.user_key(founded.actor)
    before = path.read_bytes()
    with pytest.raises(WrongPassphrase):
        change_passphrase(founded.archive, founded.actor, bytearray(b"not it"), bytearray(OWN), cost=CHEAP)
    assert path.read_bytes() == before
    assert path.stat().st_mode & 0o077 == 0
    change_passphrase(founded.archive, founded.actor, bytearray(PASSPHRASE), bytearray(OWN), cost=CHEAP)
    assert path.read_bytes() != before
    assert path.stat().st_mode & 0o077 == 0
