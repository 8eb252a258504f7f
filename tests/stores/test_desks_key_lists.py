# SPDX-License-Identifier: AGPL-3.0-or-later
"""Desks lay the key lists that they go by side by side: two of one number are shown, a newer one is named."""

import json
import shutil
from datetime import timedelta

import pytest
from archive_kit import PASSPHRASE, LocalKeeper, source
from two_desks import exchange, fresh, second_desk

from sviedka.cli.console import Console
from sviedka.cli.exchange_telling import tell_received
from sviedka.keeper.keylist_proposing import Wanted, propose, read_keylist
from sviedka.keeper.keylist_signing import sign_keylist
from sviedka.keeper.login import open_keyring
from sviedka.keeper.user_keys import new_user
from sviedka.keeper.wrapping import KdfCost
from sviedka.store.connect import disconnect
from sviedka.store.desks.errors import KeylistBehind, KeylistForked
from sviedka.store.desks.key_lists import known_digests
from sviedka.store.listing import install_keylist
from sviedka.store.pack_reading import PackRefuted
from sviedka.store.session import open_store
from sviedka.store.upkeep.checking import _forked_lists
from sviedka.vault.clock import now
from sviedka.vault.layout import Archive
from sviedka.vault.packs import list_packs

OWN = b"an own passphrase at the other desk"


@pytest.fixture
def roots(minsk, vilnius):
    """The root's offline folder and a copy of it: what one signs, the other does not remember."""
    root = minsk.archive.root.with_name("archive.offline")
    shutil.copytree(root, root.with_name("copied.offline"))
    return root, root.with_name("copied.offline")


def sign(desk, offline, *, later=0, **wanted):
    """Have the root sign the next list after the desk's."""
    at = now() + timedelta(seconds=later)
    return sign_keylist(offline, propose(desk.archive, Wanted(**wanted), now=at), bytearray(PASSPHRASE), now=at)


def install(desk, keylist):
    disconnect()
    install_keylist(desk.archive, desk.keeper, keylist)
    act_as(desk, desk.keeper.keyring.actor, PASSPHRASE)


def somebody(desk):
    """Make a user's key at a desk."""
    return new_user(desk.archive, bytearray(OWN), cost=KdfCost(memory_kib=8, passes=1)).user


def act_as(desk, user, passphrase=OWN):
    keyring = open_keyring(
        desk.archive, bytearray(PASSPHRASE), clock=now, user=user, user_passphrase=bytearray(passphrase)
    )
    desk.keeper = LocalKeeper(desk.archive, keyring)


def found_by_check(desk):
    disconnect()
    return list(_forked_lists(desk.archive, open_store(desk.archive, desk.keeper)))


def told(received, capsys):
    console = Console(json_only=True)
    status = tell_received(console, received)
    console.close()
    done = capsys.readouterr()
    return status, done.err, json.loads(done.out)


def test_two_key_lists_of_one_number_are_shown_at_either_desk(minsk, vilnius, roots, folder, capsys):
    install(minsk, sign(minsk, roots[0], users=[somebody(minsk)]))
    install(vilnius, sign(vilnius, roots[1], users=[somebody(vilnius)]))
    minsk.admit(source("one"))
    for desk in (minsk, vilnius):
        desk.send(folder)
    digests = {desk: read_keylist(desk.archive).digest.hex() for desk in (minsk, vilnius)}
    assert digests[minsk] != digests[vilnius]
    for desk, other, name in ((minsk, vilnius, "vilnius-1"), (vilnius, minsk, "minsk-1")):
        received = desk.receive(folder)
        assert received[0].failure is None  # it is that desk's log, whatever list it goes by
        (fork,) = received[0].list_forks
        assert isinstance(fork, KeylistForked)
        assert fork.facts == {"number": 3, "desk": name, "theirs": digests[other], "ours": digests[desk]}
        status, text, document = told(received, capsys)
        assert status == 10
        assert digests[minsk] in text
        assert digests[vilnius] in text
        assert document["code"] == "refuted.keylist-fork"
        assert document["desks"][0]["list_forks"][0]["facts"]["theirs"] == digests[other]
        again = desk.receive(folder)
        assert len(again[0].list_forks) == 1, "it is not forgotten once it was told"
        (finding,) = found_by_check(desk)
        assert (finding.verdict, finding.code) == ("refuted", "refuted.keylist-fork")


def test_control_one_list_at_both_desks_is_no_fork_and_a_newer_one_is_named(minsk, vilnius, roots, folder, capsys):
    keylist = sign(minsk, roots[0], users=[somebody(minsk)])
    install(minsk, keylist)
    minsk.send(folder)
    received = vilnius.receive(folder)
    assert (received[0].failure, received[0].list_forks, received[0].newer_list) == (None, (), 3)
    status, text, document = told(received, capsys)
    assert status == 0
    assert "key list 3" in text
    assert document["desks"][0]["newer_list"] == 3
    install(vilnius, keylist)
    exchange(folder, minsk, vilnius)
    for desk in (minsk, vilnius):
        (one,) = desk.receive(folder)
        assert (one.failure, one.list_forks, one.newer_list) == (None, (), 0)
        assert found_by_check(desk) == []


def test_a_statement_that_only_another_list_can_prove_is_explained_by_the_two_lists(minsk, vilnius, roots, folder):
    user = somebody(vilnius)
    install(minsk, sign(minsk, roots[0], users=[somebody(minsk)]))
    install(vilnius, sign(vilnius, roots[1], users=[user]))
    act_as(vilnius, user)
    vilnius.admit(source("by somebody whom one list names"))
    vilnius.send(folder)
    before = minsk.digests()
    (received,) = minsk.receive(folder)
    assert isinstance(received.failure, KeylistForked)
    assert minsk.digests() == before


def test_a_statement_that_only_a_newer_list_can_prove_is_unproven_until_it_is_installed(minsk, vilnius, roots, folder):
    user = somebody(vilnius)
    keylist = sign(vilnius, roots[0], users=[user])
    install(vilnius, keylist)
    act_as(vilnius, user)
    vilnius.admit(source("by somebody whom the newer list names"))
    vilnius.send(folder)
    (received,) = minsk.receive(folder)
    assert isinstance(received.failure, KeylistBehind), received.failure.facts
    assert received.failure.facts == {"desk": "vilnius-1", "number": 3, "current": 2}
    install(minsk, keylist)
    assert fresh(minsk.receive(folder)) > 0


def test_control_a_changed_pack_of_a_desk_with_a_newer_list_stays_refuted(minsk, vilnius, roots, folder):
    install(vilnius, sign(vilnius, roots[0], users=[somebody(vilnius)]))
    vilnius.admit(source("one"))
    vilnius.send(folder)
    sent = Archive(root=folder / "vilnius-1")
    pack = sent.pack("vilnius-1", max(list_packs(sent, "vilnius-1")))
    data = bytearray(pack.read_bytes())
    data[-1] ^= 1
    pack.chmod(0o600)
    pack.write_bytes(data)
    (received,) = minsk.receive(folder)
    assert isinstance(received.failure, PackRefuted)


def test_two_lists_at_two_other_desks_are_shown_at_a_third_that_has_neither(minsk, vilnius, roots, folder):
    gomel = second_desk(minsk, "gomel-1")
    shutil.copytree(roots[0], roots[0].with_name("copied.again"))
    install(vilnius, minsk.archive.keylist.read_bytes())
    install(minsk, sign(minsk, roots[0], users=[somebody(minsk)]))
    install(vilnius, sign(vilnius, roots[0].with_name("copied.again"), users=[somebody(vilnius)]))
    for desk in (minsk, vilnius):
        desk.send(folder)
    received = gomel.receive(folder)
    assert [one.failure for one in received] == [None, None]
    forks = [fork for one in received for fork in one.list_forks]
    assert {fork.facts["number"] for fork in forks} == {4}
    assert {fork.facts["other"] for fork in forks} <= {"minsk-1", "vilnius-1"}


def test_only_what_the_list_in_force_leads_to_is_known_of_older_ones(minsk, roots):
    first = read_keylist(minsk.archive)
    install(minsk, sign(minsk, roots[0], users=[somebody(minsk)]))
    current = read_keylist(minsk.archive)
    assert known_digests(minsk.archive, current)[2] == first.digest.hex()
    kept = minsk.archive.keylist_numbered(2)
    kept.chmod(0o600)
    kept.write_bytes(first.data + b"\n")
    assert known_digests(minsk.archive, current) == {3: current.digest.hex(), 2: first.digest.hex()}
