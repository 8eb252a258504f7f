# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whoever handed a seat over may have kept its key: with a second seat they would be the two people by themselves."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext, suppress
from threading import Barrier, BrokenBarrierError

import pytest
from test_identities import LINES, Office

from seats_kit import SEAT_PASSPHRASE, Custodian, answer, make_custodian
from sviedka.core.seal.keylist import KeylistBroken
from sviedka.keeper import keylist_signing
from sviedka.keeper.identity_errors import KeylistMissing, SeatHeldBefore, SeatsMissing
from sviedka.keeper.keylist_proposing import Wanted, propose, read_keylist
from sviedka.keeper.keylist_signing import OLDER_NAME
from sviedka.seat.seat_file import hand_over
from sviedka.store.listing import install_keylist
from sviedka.vault import durable
from sviedka.vault.clock import now
from sviedka.vault.entropy import new_id
from users_kit import CHEAP, change_keylist, put_keylist, sign


@pytest.fixture
def office(tmp_path):
    from sviedka.store.connect import disconnect

    yield Office(tmp_path)
    disconnect()


def given(custodian, holder):
    """Hand a seat over; return it as whoever has it now holds it."""
    data, facts = hand_over(custodian.open(), bytearray(SEAT_PASSPHRASE), holder=holder, cost=CHEAP)
    return Custodian(number=custodian.number, file=data, line=facts.listed.line, holder=holder)


def list_seats(office, *custodians):
    wanted = Wanted(lines=[one.line for one in custodians])
    change_keylist(office.house.founded, wanted, passphrase=office.house.passphrases[0])


def test_the_root_gives_nobody_a_second_seat_whose_first_they_handed_over(office):
    """Controls: somebody new gets it, and whoever handed a seat over can have it back."""
    alice, bob = office.seats[1].holder, new_id()
    list_seats(office, one := given(office.seats[1], bob))
    with pytest.raises(SeatHeldBefore):
        list_seats(office, given(office.seats[2], alice))
    list_seats(office, given(office.seats[2], new_id()))
    list_seats(office, given(one, alice))


def test_nor_two_seats_to_two_people_who_change_places(office):
    first, second = office.seats[1], office.seats[2]
    with pytest.raises(SeatHeldBefore):
        list_seats(office, given(first, second.holder), given(second, first.holder))


def test_the_root_knows_it_over_any_number_of_lists(office):
    alice = office.seats[1].holder
    list_seats(office, given(office.seats[1], new_id()))
    list_seats(office, given(office.seats[3], new_id()))
    with pytest.raises(SeatHeldBefore):
        list_seats(office, given(office.seats[2], alice))


def test_nor_by_a_detour_over_a_list_in_which_the_first_key_does_not_stand(office):
    """Seat 1 has another key while Alice gets seat 2; then it would have the key again that she kept."""
    alice, one = office.seats[1].holder, office.seats[1]
    list_seats(office, make_custodian(office.house.founded.root, 1, new_id()))
    list_seats(office, given(office.seats[2], alice))
    with pytest.raises(SeatHeldBefore):
        list_seats(office, given(one, new_id()))
    list_seats(office, make_custodian(office.house.founded.root, 1, new_id()))


def root_that_forgot(office):
    return office.house.founded.offline_dir / OLDER_NAME


def test_a_root_that_has_forgotten_a_list_signs_none(office):
    """Whoever takes the list away that names Alice would have her given a second seat. Control: with it back, others get one."""
    alice = office.seats[1].holder
    list_seats(office, given(office.seats[1], new_id()))
    lost = root_that_forgot(office) / str(read_keylist(office.archive).number - 1)
    data = lost.read_bytes()
    lost.unlink()
    with pytest.raises(KeylistMissing):
        list_seats(office, given(office.seats[2], alice))
    lost.write_bytes(data)
    list_seats(office, given(office.seats[2], new_id()))


def test_a_root_that_was_killed_while_it_signed_signs_on(office, monkeypatch):
    """What it had not handed out is no list: kept under its number it would stand in the place of the one that is."""
    for name in ("keylists", "keylist"):
        with monkeypatch.context() as patch:
            patch.setattr("sviedka.keeper.keylist_signing.replace", dying_at(name))
            with pytest.raises(Killed):
                list_seats(office, given(office.seats[1], new_id()))
        for _ in range(2):
            list_seats(office, given(office.seats[1], new_id()))


def test_of_two_that_sign_at_once_one_is_told_that_the_other_was_first(office, monkeypatch):
    """Two lists of one number would be a fork for everybody. The control: without the lock both are signed."""
    assert sign_at_once(office, monkeypatch) == [KeylistBroken, bytes]
    monkeypatch.setattr("sviedka.keeper.keylist_signing._alone", lambda _: nullcontext())
    assert sign_at_once(office, monkeypatch) == [bytes, bytes]


def sign_at_once(office, monkeypatch):
    """Let two sign that both have read which list was the last before either has signed, if they can."""
    founded, both = office.house.founded, Barrier(2)
    opened = keylist_signing._require_newest

    def slowly(last, before):
        opened(last, before)
        with suppress(BrokenBarrierError):
            both.wait(0.5)

    def sign_one(proposal):
        try:
            return type(sign(founded, proposal, passphrase=office.house.passphrases[0]))
        except KeylistBroken as refused:
            return type(refused)

    wanted = [Wanted(lines=[given(office.seats[1], new_id()).line]) for _ in range(2)]
    proposals = [propose(office.archive, one, now=now()) for one in wanted]
    with monkeypatch.context() as patch, ThreadPoolExecutor(2) as pool:
        patch.setattr(keylist_signing, "_require_newest", slowly)
        told = list(pool.map(sign_one, proposals))
    put_keylist(founded, (founded.offline_dir / "keylist").read_bytes())
    return sorted(told, key=lambda one: one.__name__)


class Killed(BaseException):
    pass


def dying_at(name):
    def put(path, data):
        if name in {path.name, path.parent.name}:
            raise Killed
        durable.replace(path, data)

    return put


@pytest.fixture
def doubled(office, monkeypatch):
    """Alice kept seat 1, and a root that does not look gave her seat 2."""
    alice = office.seats[1].holder
    list_seats(office, given(office.seats[1], new_id()))
    with monkeypatch.context() as patch:
        patch.setattr("sviedka.keeper.keylist_signing._require_one_seat_each", lambda *_: None)
        list_seats(office, two := given(office.seats[2], alice))
    office.as_user(0)
    office.deposit(subject := office.person())
    return office, subject, office.seats | {2: two}


def list_of_alice(office):
    """Return the kept list that names Alice at seat 1."""
    line = office.seats[1].line.encode()
    return max(one for one in office.archive.keylists.iterdir() if line in one.read_bytes())


def test_the_keeper_asks_no_two_seats_that_one_person_has_held(doubled):
    """The control: with another seat beside hers it opens."""
    office, subject, seats = doubled
    with pytest.raises(SeatsMissing):
        office.request(subject, 1, 2)
    order = office.request(subject, 2, 3).order
    assert office.open(order, answer(seats, order, 2, 3)).lines == LINES


@pytest.mark.parametrize("how", ["taken away", "forged", "another's place"])
def test_a_list_that_tells_of_it_and_is_not_there_is_asked_for(doubled, how):
    """The keeper opens nothing before it knows. Installed again, the list does its work."""
    office, subject, _ = doubled
    path = list_of_alice(office)
    data = path.read_bytes()
    if how == "taken away":
        path.unlink()
    elif how == "forged":
        line = office.seats[1].line.encode()
        path.write_bytes(data.replace(line, line[:-32] + b"0" * 32))
    else:
        path.write_bytes(read_keylist(office.archive).data)
    told = office.keeper.run_job("sviedka.keeper.key_check:job", {})
    assert path.relative_to(office.archive.root).as_posix() in told["broken"], "a full check names it before"
    for pair in ((1, 2), (2, 3)):
        with pytest.raises(KeylistMissing):
            office.request(subject, *pair)
    install_keylist(office.archive, office.keeper, data)
    with pytest.raises(SeatsMissing):
        office.request(subject, 1, 2)
    assert office.request(subject, 2, 3)


def test_no_other_list_is_kept_in_its_place(doubled):
    office, _, _ = doubled
    path = list_of_alice(office)
    older = archive_list(office, 1)
    path.unlink()
    with pytest.raises(KeylistBroken):
        install_keylist(office.archive, office.keeper, older)
    assert not path.exists()


def archive_list(office, number):
    return office.archive.keylist_numbered(number).read_bytes()
