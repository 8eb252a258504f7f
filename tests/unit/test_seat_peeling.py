# SPDX-License-Identifier: AGPL-3.0-or-later
"""Orders and peels: two seats open one cell together, and every way to open more, or without one of them, fails."""

import os
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from itertools import combinations

import pytest
from seat_house import CELL_KEY, HALF, NOW, SeatHouse, seat_identity

from sviedka.core.base.errors import Malformed, Refuted, Withheld
from sviedka.core.seal.age_file import decrypt_bytes
from sviedka.core.seal.age_keys import X25519Identity
from sviedka.core.seal.identity_order import OrderMalformed, parse_order_file
from sviedka.core.seal.identity_peel import format_peel, parse_peel, verify_peel
from sviedka.core.seal.peel_proof import LayerRefuted, PeelRefuted
from sviedka.seat.errors import OrderForged, OrderWithheld
from sviedka.seat.order_check import check_order
from sviedka.seat.peeling import peel

HOUSE = SeatHouse()


class Office:
    """What the office has of one request: the cell's copies, the order's private key, the order."""

    def __init__(self, house=HOUSE, low=1, high=2, cell_key=CELL_KEY, **changes):
        self.house, self.low, self.high = house, low, high
        self.copies = house.copies(cell_key)
        self.copy = self.copies[low, high]
        self.answer = X25519Identity.from_bytes(bytearray(os.urandom(32)))
        self.order = house.order(self.copy, self.answer, low=low, high=high, **changes)
        self.file = house.file(self.order, self.copy)

    def first(self, number=None):
        return peel(self.file, self.house.seat(number or self.low), before=None, now=NOW)

    def second(self, before, number=None):
        return peel(self.file, self.house.seat(number or self.high), before=before, now=NOW)

    def verify(self, data):
        file = parse_order_file(self.file)
        low, high = (seat_identity(number).recipient() for number in (self.low, self.high))
        verify_peel(parse_peel(data), file, self.answer, low=low, high=high)
        return parse_peel(data).layer


@pytest.mark.parametrize(("low", "high"), list(combinations((1, 2, 3), 2)))
def test_two_seats_open_one_cell_and_the_keeper_comes_last(low, high):
    office = Office(low=low, high=high)
    answer = office.second(office.first())
    layer = office.verify(answer)
    assert decrypt_bytes(layer, HALF) == CELL_KEY
    assert CELL_KEY not in answer


def test_what_travels_opens_for_nobody_but_the_one_who_comes_next():
    office = Office()
    first = parse_peel(office.first())
    second = parse_peel(office.second(format_peel(first)))
    for layer, strangers in (
        (office.copy, [seat_identity(2), seat_identity(3), HALF]),
        (first.layer, [seat_identity(1), seat_identity(3), HALF]),
        (second.layer, [seat_identity(1), seat_identity(2)]),
    ):
        for stranger in strangers:
            with pytest.raises(Withheld):
                decrypt_bytes(layer, stranger)


# --- what a custodian's device refuses


def test_an_order_that_was_edited_is_refused_whatever_was_edited():
    office = Office()
    text = office.order.text
    edits = {
        "person " + "b" * 32: "person " + "e" * 32,
        "cell " + "c" * 32: "cell " + "e" * 32,
        "seats 1 2": "seats 1 3",
        "by " + "d" * 32: "by " + "e" * 32,
        "purpose a lawyer": "purpose another",
        "until 2026-11-29": "until 2027-11-29",
        "order " + "a" * 32: "order " + "e" * 32,
        office.answer.recipient().text: seat_identity(5).recipient().text,
    }
    for old, new in edits.items():
        assert old in text
        with pytest.raises((OrderForged, OrderWithheld)):
            check_order(office.file.replace(old.encode(), new.encode()), HOUSE.facts(1), now=NOW)
    check_order(office.file, HOUSE.facts(1), now=NOW)


def test_the_copy_of_another_cell_cannot_travel_with_an_order():
    office, other = Office(), Office(cell_key=b"\x78" * 32)
    with pytest.raises(OrderMalformed):
        parse_order_file(HOUSE.file(office.order, other.copy))
    with pytest.raises(OrderMalformed):  # also not the same cell's copy for another pair
        parse_order_file(HOUSE.file(office.order, office.copies[1, 3]))


def test_two_orders_in_one_file_are_none():
    office = Office()
    twice = HOUSE.file(office.order, office.copy).replace(
        b"purpose ", b"purpose x\\ncell " + b"e" * 32 + b"\\npurpose ", 1
    )
    for data in (office.file + office.file, b"[" + office.file + b"," + office.file + b"]", twice):
        with pytest.raises(Malformed):
            check_order(data, HOUSE.facts(1), now=NOW)


def test_another_archives_order_is_not_answered():
    foreign = SeatHouse(name="other.example", seed=20)
    office = Office(house=foreign)
    with pytest.raises(OrderWithheld):
        check_order(office.file, HOUSE.facts(1), now=NOW)
    impostor = SeatHouse(seed=20)  # the same name, another root
    with pytest.raises(OrderForged):
        check_order(Office(house=impostor).file, HOUSE.facts(1), now=NOW)
    ours = Office()
    beside = impostor.file(ours.order, ours.copy, keylist=HOUSE.keylist())  # our key list, their signature
    with pytest.raises(OrderForged):
        check_order(beside, HOUSE.facts(1), now=NOW)


def test_an_order_by_a_desk_that_was_taken_back_is_forged():
    house = HOUSE.revoked()
    with pytest.raises(OrderForged):
        check_order(Office(house=house).file, house.facts(1), now=NOW)


def test_an_order_for_other_seats_is_not_answered():
    with pytest.raises(OrderWithheld):
        check_order(Office(low=1, high=2).file, HOUSE.facts(3), now=NOW)


def test_a_seat_that_nobody_holds_answers_nothing_until_it_is_taken_over():
    office = Office(low=2, high=4)
    with pytest.raises(OrderWithheld):
        office.first()
    taken = SeatHouse(holders={2: "2" * 32, 4: "4" * 32})
    same = Office(house=taken, low=2, high=4)
    assert decrypt_bytes(same.verify(same.second(same.first())), HALF) == CELL_KEY


def test_an_order_that_has_ended_is_not_answered():
    office = Office()
    late = NOW + timedelta(days=3, seconds=1)
    with pytest.raises(OrderWithheld):
        check_order(office.file, HOUSE.facts(1), now=late)
    check_order(office.file, HOUSE.facts(1), now=late - timedelta(seconds=1))


def test_a_device_whose_seat_was_given_to_somebody_else_answers_nothing():
    with pytest.raises(OrderWithheld):
        check_order(Office().file, HOUSE.seat(1, holder="9" * 32).facts, now=NOW)


def test_the_same_person_on_two_seats_is_refused_by_the_key_list_itself():
    one = SeatHouse(holders={1: "1" * 32, 2: "1" * 32})
    with pytest.raises(Malformed):
        one.keylist()


def test_seats_open_in_their_order_and_each_once():
    office = Office()
    with pytest.raises(PeelRefuted):
        office.second(None)  # the second before the first
    first = office.first()
    with pytest.raises(PeelRefuted):
        peel(office.file, HOUSE.seat(1), before=first, now=NOW)  # the first again
    second = office.second(first)
    with pytest.raises(PeelRefuted):
        office.second(second)  # the second again


def test_a_peel_for_another_cell_is_not_continued():
    office, other = Office(), Office(cell_key=b"\x78" * 32)
    with pytest.raises(PeelRefuted):
        office.second(other.first())
    moved = replace(parse_peel(other.first()), order=parse_peel(office.first()).order)
    with pytest.raises(PeelRefuted):
        office.second(format_peel(moved))


def test_a_seat_whose_key_does_not_fit_the_cell_says_so():
    stranger = SeatHouse()
    office = Office()
    swapped = stranger.order(office.copies[2, 3], office.answer)
    with pytest.raises(LayerRefuted):
        peel(stranger.file(swapped, office.copies[2, 3]), HOUSE.seat(1), before=None, now=NOW)


# --- what the keeper refuses


def test_a_peel_is_good_for_its_own_order_only():
    office, again = Office(), Office()
    again.copy = office.copy
    again.order = HOUSE.order(office.copy, again.answer, order="e" * 32)
    again.file = HOUSE.file(again.order, office.copy)
    answer = office.second(office.first())
    office.verify(answer)
    with pytest.raises(PeelRefuted):
        again.verify(answer)  # an old peel, replayed
    relabelled = replace(parse_peel(answer), order=parse_order_file(again.file).digest)
    with pytest.raises(PeelRefuted):
        again.verify(format_peel(relabelled))


def test_one_seat_alone_cannot_answer_for_both():
    office = Office()
    answer = parse_peel(office.second(office.first()))
    low, high = answer.proofs
    for proofs in (
        (low,),
        (high,),
        (low, low),
        (high, high),
        (high, low),
        (low, replace(low, seat=2)),
        (replace(high, seat=1), high),
        (replace(low, seat=3), high),
    ):
        with pytest.raises(PeelRefuted):
            office.verify(format_peel(replace(answer, proofs=proofs)))


def test_a_layer_that_the_seats_did_not_give_is_refused():
    office, other = Office(), Office(cell_key=b"\x78" * 32)
    answer = parse_peel(office.second(office.first()))
    stolen = parse_peel(other.second(other.first())).layer
    with pytest.raises(PeelRefuted):
        office.verify(format_peel(replace(answer, layer=stolen)))
    gave = sha256(stolen).digest()
    with pytest.raises(PeelRefuted):
        office.verify(
            format_peel(replace(answer, layer=stolen, proofs=(answer.proofs[0], replace(answer.proofs[1], gave=gave))))
        )


def test_any_flipped_bit_of_a_peel_is_noticed():
    office = Office()
    data = office.second(office.first())
    office.verify(data)
    for place in range(0, len(data), 7):
        flipped = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        with pytest.raises((Malformed, Refuted)):
            office.verify(flipped)


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"\x00" * 40, b'{"what":"identity-peel"}', b"x" * 20_000])
def test_what_is_no_order_or_no_peel_is_malformed(data):
    for read in (parse_peel, parse_order_file):
        with pytest.raises(Malformed):
            read(data)


def test_what_is_refused_is_said_without_a_name():
    canary = "Canary-of-a-purpose"
    office = Office(purpose=canary)
    with pytest.raises((Withheld, Refuted)) as told:
        check_order(office.file, HOUSE.facts(3), now=NOW)
    assert canary not in str(told.value)
