"""Orders for a linkage: two seats take their layers off its link cells, and of nothing else, whatever the order says."""

import os
from dataclasses import replace
from datetime import timedelta
from itertools import combinations

import pytest
from seat_house import CELL_KEY, HALF, NOW, SeatHouse, private, seat_identity

from sviedka.core.base.errors import Malformed, Refuted, Withheld
from sviedka.core.base.ids import CellId, StatementId, UserId
from sviedka.core.seal.age_file import decrypt_bytes
from sviedka.core.seal.age_keys import X25519Identity
from sviedka.core.seal.identity_cell import LINK_LABEL
from sviedka.core.seal.identity_order import OrderMalformed
from sviedka.core.seal.link_order import (
    MOST_CELLS,
    LinkOrder,
    digest_link_copies,
    format_link_order_file,
    parse_link_order_file,
)
from sviedka.core.seal.link_peel import (
    format_link_peel,
    parse_link_peel,
    verify_link_peel,
)
from sviedka.core.seal.note import format_note, sign_note
from sviedka.core.seal.peel_proof import LayerRefuted, PeelMalformed, PeelRefuted
from sviedka.seat.errors import OrderForged, OrderWithheld
from sviedka.seat.order_check import check_link_order, check_order
from sviedka.seat.peeling import peel

HOUSE = SeatHouse()


class Run:
    """One linkage over some cells: what the office has of it."""

    def __init__(self, cells=3, low=1, high=2, **changes):
        self.low, self.high = low, high
        self.keys = [bytes([number]) * 32 for number in range(1, cells + 1)]
        names = [CellId(f"{number:032x}") for number in range(1, cells + 1)]
        self.copies = {
            name: HOUSE.copies(key, LINK_LABEL)[low, high] for name, key in zip(names, self.keys, strict=True)
        }
        self.answer = X25519Identity.from_bytes(bytearray(os.urandom(32)))
        self.order = LinkOrder(
            **{
                "origin": f"{HOUSE.name}/minsk-1",
                "order": StatementId("a" * 32),
                "cells": cells,
                "copies_sha256": digest_link_copies(self.copies),
                "low": low,
                "high": high,
                "answer": self.answer.recipient(),
                "by": UserId("d" * 32),
                "until": NOW + timedelta(days=3),
                "purpose": "how many people these are",
            }
            | changes
        )

    def file(self, *, order=None, copies=None, seed=None):
        order = order or self.order
        key = private(HOUSE.seed + 1 if seed is None else seed)
        note = format_note(order.text, [sign_note(order.text, name=f"{order.origin}/statements", private_key=key)])
        return format_link_order_file(note=note, keylist=HOUSE.keylist(), copies=copies or self.copies)

    def with_cell(self, copy):
        """The run with one cell exchanged by a desk that lies and signs what it likes: all digests are right."""
        copies = {**self.copies, next(iter(self.copies)): copy}
        return self.file(order=replace(self.order, copies_sha256=digest_link_copies(copies)), copies=copies)

    def first(self, number=None, file=None):
        return peel(file or self.file(), HOUSE.seat(number or self.low), before=None, now=NOW)

    def second(self, before, number=None, file=None):
        return peel(file or self.file(), HOUSE.seat(number or self.high), before=before, now=NOW)

    def verify(self, data, file=None):
        low, high = (seat_identity(number).recipient() for number in (self.low, self.high))
        verify_link_peel(
            parse_link_peel(data), parse_link_order_file(file or self.file()), self.answer, low=low, high=high
        )
        return parse_link_peel(data).layers


RUN = Run()
ANSWER = RUN.second(RUN.first())


@pytest.mark.parametrize(("low", "high"), list(combinations((1, 2, 3), 2)))
def test_two_seats_open_the_cells_of_a_run_and_the_keeper_comes_last(low, high):
    run = Run(low=low, high=high)
    answer = run.second(run.first())
    assert [decrypt_bytes(layer, HALF) for layer in run.verify(answer)] == run.keys
    assert not any(key in answer for key in run.keys)


# --- an identity cell smuggled into a link order


def test_an_identity_cell_in_an_order_for_a_linkage_is_not_answered():
    """The order, its digests and its signature are all right; what the seat decrypts is not."""
    file = RUN.with_cell(HOUSE.copies(CELL_KEY)[1, 2])
    check_link_order(file, HOUSE.facts(1), now=NOW)  # nothing shows before the layer is opened
    with pytest.raises(LayerRefuted, match="not of a link cell"):
        RUN.first(file=file)


def test_an_identity_cell_that_was_made_to_look_like_a_link_cell_outside_stops_at_the_second_seat():
    """Somebody who controls the first seat puts the label on an identity's layer; the second seat's layer has none."""
    inner = decrypt_bytes(HOUSE.copies(CELL_KEY)[1, 2], seat_identity(1))
    from sviedka.keeper.sealing import seal_small

    file = RUN.with_cell(seal_small(LINK_LABEL + inner, (seat_identity(1).recipient(),)))
    before = RUN.first(file=file)
    with pytest.raises(LayerRefuted, match="not of a link cell"):
        RUN.second(before, file=file)


def test_a_link_cell_in_an_order_for_an_identity_is_not_answered():
    copy = HOUSE.copies(CELL_KEY, LINK_LABEL)[1, 2]
    order = HOUSE.order(copy, RUN.answer)
    with pytest.raises(LayerRefuted, match="link cell"):
        peel(HOUSE.file(order, copy), HOUSE.seat(1), before=None, now=NOW)


def test_the_two_kinds_of_order_are_not_read_as_each_other():
    with pytest.raises(OrderMalformed):
        check_order(RUN.file(), HOUSE.facts(1), now=NOW)
    copy = HOUSE.copies()[1, 2]
    with pytest.raises(OrderMalformed):
        check_link_order(HOUSE.file(HOUSE.order(copy, RUN.answer), copy), HOUSE.facts(1), now=NOW)


# --- more cells than asked for, other cells, an order for another run


def test_more_fewer_or_other_cells_than_the_order_names_are_refused():
    more = {**RUN.copies, CellId("f" * 32): HOUSE.copies(b"\x09" * 32, LINK_LABEL)[1, 2]}
    fewer = dict(list(RUN.copies.items())[:2])
    renamed = {CellId(f"{number:032x}"): copy for number, copy in enumerate(RUN.copies.values(), start=7)}
    for copies in (more, fewer, renamed):
        with pytest.raises(OrderMalformed):
            RUN.first(file=RUN.file(copies=copies))
    with pytest.raises(OrderMalformed):
        RUN.first(file=RUN.file(order=replace(RUN.order, cells=MOST_CELLS + 1)))
    RUN.first()


def test_an_answer_to_one_run_is_none_to_another():
    other = Run()
    with pytest.raises(PeelRefuted):
        other.verify(ANSWER)
    with pytest.raises(PeelRefuted):
        other.second(RUN.first())
    RUN.verify(ANSWER)


def test_what_only_one_seat_has_peeled_is_no_answer():
    with pytest.raises(PeelRefuted):
        RUN.verify(RUN.first())


def test_a_run_of_a_single_cell_is_answered():
    run = Run(cells=1)
    assert [decrypt_bytes(layer, HALF) for layer in run.verify(run.second(run.first()))] == run.keys


def test_an_answer_to_another_order_over_the_same_cells_is_none():
    again = replace(RUN.order, order=StatementId("b" * 32))
    file = RUN.file(order=again)
    with pytest.raises(PeelRefuted):
        RUN.verify(ANSWER, file)
    with pytest.raises(PeelRefuted):
        RUN.second(RUN.first(), file=file)


# --- one seat twice, wrong places, changed answers


def test_one_seat_cannot_answer_twice():
    first = RUN.first()
    with pytest.raises(PeelRefuted):
        RUN.second(first, number=1)
    twice = replace(parse_link_peel(first), proofs=parse_link_peel(first).proofs * 2)
    with pytest.raises(PeelRefuted):
        RUN.verify(format_link_peel(twice))
    with pytest.raises(OrderMalformed):
        parse_link_order_file(RUN.file(order=replace(RUN.order, low=2, high=2)))


def test_the_second_seat_opens_after_the_first_and_no_third_seat_does():
    with pytest.raises(PeelRefuted):
        RUN.second(None)
    with pytest.raises(PeelRefuted):
        peel(RUN.file(), HOUSE.seat(1), before=RUN.first(), now=NOW)
    with pytest.raises(OrderWithheld):
        RUN.first(number=3)


def changed(answer, **changes):
    return format_link_peel(replace(parse_link_peel(answer), **changes))


def test_layers_that_were_exchanged_dropped_or_turned_are_noticed():
    first, whole = RUN.first(), parse_link_peel(ANSWER)
    layers = parse_link_peel(first).layers
    for wrong in (layers[::-1], layers[:2], (*layers, layers[0]), (layers[1], *layers[1:])):
        with pytest.raises(PeelRefuted):
            RUN.second(changed(first, layers=wrong))
    for wrong in (whole.layers[::-1], whole.layers[:2], (*whole.layers, whole.layers[0])):
        with pytest.raises(PeelRefuted):
            RUN.verify(changed(ANSWER, layers=wrong))


def test_a_proof_by_another_key_or_for_another_kind_of_peel_is_none():
    whole = parse_link_peel(ANSWER)
    forged = replace(whole.proofs[1], mac=bytes(32))
    with pytest.raises(PeelRefuted):
        RUN.verify(changed(ANSWER, proofs=(whole.proofs[0], forged)))
    with pytest.raises(PeelRefuted):
        RUN.verify(changed(ANSWER, proofs=whole.proofs[::-1]))


# --- whose order it is


def test_an_order_that_was_edited_or_signed_by_somebody_else_is_refused():
    for old, new in {
        "seats 1 2": "seats 1 3",
        "by " + "d" * 32: "by " + "e" * 32,
        "purpose how many": "purpose how few",
        "until 2026-11-29": "until 2027-11-29",
        "order " + "a" * 32: "order " + "e" * 32,
    }.items():
        assert old in RUN.order.text
        with pytest.raises((OrderForged, OrderWithheld)):
            check_link_order(RUN.file().replace(old.encode(), new.encode()), HOUSE.facts(1), now=NOW)
    with pytest.raises(OrderForged):
        check_link_order(RUN.file(seed=77), HOUSE.facts(1), now=NOW)
    with pytest.raises(OrderWithheld):
        check_link_order(RUN.file(), HOUSE.facts(1), now=NOW + timedelta(days=4))
    check_link_order(RUN.file(), HOUSE.facts(1), now=NOW)


@pytest.mark.parametrize("cut", [0, 1, 50, -1])
def test_files_that_were_cut_are_malformed(cut):
    with pytest.raises((Malformed, Withheld, Refuted)):
        peel(RUN.file()[:cut], HOUSE.seat(1), before=None, now=NOW)
    with pytest.raises(Malformed):
        parse_link_peel(ANSWER[:cut])
    with pytest.raises(PeelMalformed):
        parse_link_peel(b"{}")
