# SPDX-License-Identifier: AGPL-3.0-or-later
"""The key list after founding: who may join or leave, what the root signs, and what it will not sign."""

import shutil
from dataclasses import replace

import pytest

from sviedka.core.base.errors import Malformed, Refuted, Unproven
from sviedka.core.seal.keylist import KeylistBroken, KeylistMalformed, KeyNotListed, UserKey, parse_keylist
from sviedka.core.seal.keylist_proposal import Proposal, format_proposal, parse_proposal
from sviedka.core.seal.note import VerifierKey
from sviedka.keeper.client import Keeper
from sviedka.keeper.errors import KeysDisagree, KeysMissing, UserRevoked, UserUnknown, WrongPassphrase
from sviedka.keeper.founding import found_archive
from sviedka.keeper.keylist_proposing import Wanted, propose, read_keylist
from sviedka.keeper.login import open_keyring
from sviedka.keeper.unlocking import lock
from sviedka.keeper.user_keys import new_user
from sviedka.vault.clock import now
from users_kit import CHEAP, PASSPHRASE, change_keylist, found_with_users, keyring_of, put_keylist, sign, unlock_as

RECIPIENT = "age1" + "q" * 58


@pytest.fixture
def house(tmp_path):
    return found_with_users(tmp_path, 3)


def test_each_user_signs_as_themself_and_nobody_with_anothers_passphrase(house):
    public = {keyring_of(house, place).user_key.public_key().public_bytes_raw() for place in range(3)}
    assert len(public) == 3
    mixed = replace(house, passphrases=(house.passphrases[0], house.passphrases[2], house.passphrases[1]))
    with pytest.raises(WrongPassphrase):
        keyring_of(mixed, 1)


def test_the_second_user_unlocks_and_the_keeper_says_who_they_are(house):
    unlock_as(house, 1)
    try:
        with Keeper.connect(house.archive) as keeper:
            assert keeper.status().actor == house.users[1]
    finally:
        lock(house.archive)


def test_with_several_users_one_has_to_say_who_one_is(house):
    with pytest.raises(UserUnknown):
        open_keyring(house.archive, bytearray(PASSPHRASE), clock=now)


def test_a_key_that_the_root_has_not_listed_opens_nothing(house):
    stranger = new_user(house.archive, bytearray(b"x"), cost=CHEAP)
    with pytest.raises(KeysDisagree):
        open_keyring(
            house.archive, bytearray(PASSPHRASE), clock=now, user=stranger.user, user_passphrase=bytearray(b"x")
        )


def test_a_user_who_left_cannot_come_in_again_and_the_others_can(house):
    change_keylist(house.founded, Wanted(revoked=[house.users[1]], reason="left"))
    with pytest.raises(UserRevoked):
        keyring_of(house, 1)
    assert keyring_of(house, 2).actor == house.users[2]
    change_keylist(house.founded, Wanted(revoked=[house.users[2]], reason="lost"))
    assert open_keyring(house.archive, bytearray(PASSPHRASE), clock=now).actor == house.users[0]  # the only one left


def test_older_lists_are_kept_under_their_numbers(house):
    change_keylist(house.founded, Wanted(lines=[f"seat 1 {RECIPIENT}"]))
    newest = read_keylist(house.archive)
    assert newest.number == 3
    for number in (1, 2):
        assert parse_keylist(house.archive.keylist_numbered(number).read_bytes()).number == number


def test_a_seat_given_to_another_key_replaces_the_line_and_can_be_emptied(house):
    change_keylist(house.founded, Wanted(lines=[f"seat 1 {RECIPIENT}"]))
    change_keylist(house.founded, Wanted(lines=["seat 1 age1" + "p" * 58]))
    assert [seat.line for seat in read_keylist(house.archive).seats] == ["seat 1 age1" + "p" * 58]
    change_keylist(house.founded, Wanted(empty_seats=[1]))
    assert read_keylist(house.archive).seats == ()
    with pytest.raises(KeyNotListed):
        propose(house.archive, Wanted(empty_seats=[1]), now=now())


@pytest.mark.parametrize("line", ["seat 6 " + RECIPIENT, "user x", "seat 1 " + RECIPIENT + "\nadd", ""])
def test_a_line_that_no_list_can_have_is_not_proposed(house, line):
    with pytest.raises(KeylistMalformed):
        propose(house.archive, Wanted(lines=[line]), now=now())


def test_two_seats_cannot_be_proposed_for_one_key(house):
    with pytest.raises(KeylistMalformed):
        propose(house.archive, Wanted(lines=[f"seat 1 {RECIPIENT}", f"seat 2 {RECIPIENT}"]), now=now())


def test_nobody_is_taken_back_twice_or_without_having_been_listed(house):
    change_keylist(house.founded, Wanted(revoked=[house.users[1]]))
    for name in (house.users[1], "0" * 32, "archive.example/user/x+00000000"):
        with pytest.raises(KeyNotListed):
            propose(house.archive, Wanted(revoked=[name]), now=now())


def test_a_proposal_is_read_as_it_was_written(house):
    proposal = propose(house.archive, Wanted(lines=[f"seat 2 {RECIPIENT}"], revoked=[house.users[1]]), now=now())
    data = format_proposal(proposal)
    assert format_proposal(parse_proposal(data)) == data


EDITS = {
    "a line added turned into one dropped": lambda data: data.replace(b"add seat", b"drop seat"),
    "another word": lambda data: data.replace(b"add ", b"put "),
    "another version": lambda data: data.replace(b"keylist-proposal/1", b"keylist-proposal/2"),
    "two spaces": lambda data: data.replace(b"add seat 2", b"add  seat 2"),
    "cut in the middle": lambda data: data[: len(data) // 2],
    "cut at its end": lambda data: data[:-1],
    "nothing": lambda _data: b"",
    "a seat in the list that travels along": lambda data: data.replace(
        b"\nuser ", b"\nseat 5 " + b"age1" + b"z" * 58 + b"\nuser ", 1
    ),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_an_edited_proposal_is_refused(house, edit):
    data = format_proposal(propose(house.archive, Wanted(lines=[f"seat 2 {RECIPIENT}"]), now=now()))
    with pytest.raises((Refuted, Malformed)):
        sign(house.founded, parse_proposal(edit(data)))
    sign(house.founded, parse_proposal(data))  # the control: unedited, it is signed


def test_the_root_takes_nothing_away_whatever_a_proposal_asks(house):
    proposal = propose(house.archive, Wanted(lines=[f"seat 2 {RECIPIENT}"]), now=now())
    user = next(entry for entry in proposal.before.entries if isinstance(entry, UserKey))
    data = format_proposal(proposal).replace(b"\n\n", f"\ndrop {user.line}\n\n".encode(), 1)
    with pytest.raises(KeylistMalformed):
        parse_proposal(data)


def test_the_root_does_not_sign_two_lists_after_one(house):
    one = propose(house.archive, Wanted(lines=[f"seat 1 {RECIPIENT}"]), now=now())
    other = propose(house.archive, Wanted(lines=[f"seat 2 {RECIPIENT}"]), now=now())
    first = sign(house.founded, one)
    with pytest.raises(KeylistBroken):
        sign(house.founded, other)
    assert sign(house.founded, one) == first  # the answer was lost on the way: the same bytes again


def test_a_list_from_before_is_not_continued(house):
    old = read_keylist(house.archive)
    change_keylist(house.founded, Wanted(lines=[f"seat 1 {RECIPIENT}"]))
    change_keylist(house.founded, Wanted(empty_seats=[1]))
    seat = parse_proposal(
        format_proposal(propose(house.archive, Wanted(lines=[f"seat 3 {RECIPIENT}"]), now=now()))
    ).added
    with pytest.raises(KeylistBroken):
        sign(house.founded, Proposal(before=old, added=seat))


def test_an_offline_folder_that_forgot_continues_the_first_list_only(house):
    (house.founded.offline_dir / "keylist").unlink()
    with pytest.raises(KeylistBroken):
        sign(house.founded, propose(house.archive, Wanted(lines=[f"seat 1 {RECIPIENT}"]), now=now()))


def test_another_archives_root_signs_nothing_of_ours(house, tmp_path):
    other = found_archive(
        tmp_path / "other", archive_name="other.example", desk="d", passphrase=bytearray(PASSPHRASE), cost=CHEAP
    )
    proposal = propose(house.archive, Wanted(lines=[f"seat 1 {RECIPIENT}"]), now=now())
    with pytest.raises(KeysDisagree):
        sign(other, proposal)
    namesake = found_archive(
        tmp_path / "namesake", archive_name="archive.example", desk="d", passphrase=bytearray(PASSPHRASE), cost=CHEAP
    )
    with pytest.raises((Unproven, Refuted)):
        sign(namesake, proposal)


def test_without_the_root_or_its_passphrase_nothing_is_signed(house, tmp_path):
    proposal = propose(house.archive, Wanted(lines=[f"seat 1 {RECIPIENT}"]), now=now())
    with pytest.raises(WrongPassphrase):
        sign(house.founded, proposal, passphrase=b"wrong")
    shutil.move(house.founded.offline_dir / "root.json", tmp_path / "elsewhere")
    with pytest.raises(KeysMissing):
        sign(house.founded, proposal)
    shutil.copy(house.archive.user_key(house.users[0]), house.founded.offline_dir / "root.json")
    with pytest.raises(KeysDisagree):  # a user's key in the root's place, under the same passphrase
        sign(house.founded, proposal)


def test_a_list_that_the_root_did_not_sign_locks_the_archive_out(house):
    listed = house.archive.keylist.read_bytes()
    stranger = VerifierKey(name=f"archive.example/user/{'f' * 32}", public=bytes(32))
    forged = listed.replace(b"\n\n", f"\nuser {'f' * 32} {stranger.vkey}\n\n".encode(), 1)
    put_keylist(house.founded, forged)
    with pytest.raises((Refuted, Malformed)):
        keyring_of(house, 1)
