# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whoever handed a seat over may have kept its key: with a second seat they would be the two people by themselves."""

import shutil

import pytest
from test_identities import LINES, Office

from seats_kit import SEAT_PASSPHRASE, Custodian, answer
from sviedka.core.base.errors import Refuted
from sviedka.keeper.identity_errors import SeatHeldBefore, SeatsMissing
from sviedka.keeper.keylist_proposing import Wanted
from sviedka.keeper.keylist_signing import OLDER_NAME
from sviedka.seat.seat_file import hand_over
from sviedka.vault.entropy import new_id
from users_kit import CHEAP, change_keylist


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


@pytest.fixture
def doubled(office):
    """Alice kept seat 1, and a root that had forgotten who held it gave her seat 2."""
    alice = office.seats[1].holder
    list_seats(office, given(office.seats[1], new_id()))
    shutil.rmtree(office.house.founded.offline_dir / OLDER_NAME)
    list_seats(office, two := given(office.seats[2], alice))
    office.as_user(0)
    office.deposit(subject := office.person())
    return office, subject, office.seats | {2: two}


def test_the_keeper_asks_no_two_seats_that_one_person_has_held(doubled):
    """The control: with another seat beside hers it opens."""
    office, subject, seats = doubled
    with pytest.raises(SeatsMissing):
        office.request(subject, 1, 2)
    order = office.request(subject, 2, 3).order
    assert office.open(order, answer(seats, order, 2, 3)).lines == LINES


def test_a_forged_older_list_is_refused(doubled):
    office, subject, _ = doubled
    line = office.seats[1].line.encode()
    (path,) = (one for one in (office.archive.keys / "keylists").iterdir() if line in one.read_bytes())
    path.write_bytes(path.read_bytes().replace(line, line[:-32] + b"0" * 32))
    with pytest.raises(Refuted):
        office.request(subject, 2, 3)
