"""A linkage over identities: two seats for its link cells, recorded first, once; groups come out, no name and no key."""

import json

import pytest
from archive_kit import admit_all, person
from test_identities import CONTACT, Office, texts_of, told

from seats_kit import answer
from sviedka.core.base.errors import Refuted, Withheld
from sviedka.core.base.ids import CellId
from sviedka.core.count.names.keys import derive_keys
from sviedka.core.seal.link_order import parse_link_order_file
from sviedka.core.seal.peel_proof import PeelRefuted
from sviedka.keeper.asserting import with_passphrase
from sviedka.keeper.errors import OpeningRefused, RequestRefused
from sviedka.keeper.identity_errors import CopiesForeign, IdentityLimit, IdentityRefused
from sviedka.keeper.link_runs import LinkDesk
from sviedka.keeper.service import LINKAGE_JOB
from sviedka.vault.frozen import freeze

NAMES = [
    "Карпенкаў Мікалай Пятровіч",
    "Nikolay Karpenkov",
    "Карпенков Иван Петрович",
    "Вольга Тарайкоўская",
    "Olga Taraikovskaya",
]


class LinkOffice(Office):
    """An office with people whose names were deposited."""

    def fill(self, names=NAMES):
        self.people = []
        for number, name in enumerate(names):
            said = person(self.keeper, f"P{number}")
            admit_all(self.archive, self.keeper, [said])
            self.deposit(said.subject, [("name", name), ("contact", CONTACT)])
            self.people.append(said.subject)
        return self

    def ask(self, low=1, high=2, purpose="how many people these are"):
        from sviedka.store.identity_linkage import request_linkage

        return request_linkage(self.archive, self.keeper, self.asked(low, high, purpose))

    def asked(self, low=1, high=2, purpose="how many people these are"):
        from sviedka.store.identity_linkage import Asked

        place = self.house.users.index(self.keeper.keyring.actor)
        assertor = with_passphrase(
            self.archive, self.keeper.keyring.actor, lambda _: bytearray(self.house.passphrases[place])
        )
        return Asked(seats=(low, high), purpose=purpose, assertor=assertor)

    def link(self, order, peel):
        from sviedka.store.identity_linkage import run_linkage

        return run_linkage(self.archive, self.keeper, order, peel)

    def answered(self):
        order = self.ask().order
        return order, answer(self.seats, order, 1, 2)


@pytest.fixture
def office(tmp_path):
    from sviedka.store.connect import disconnect

    yield LinkOffice(tmp_path).fill()
    disconnect()


def test_people_whose_names_can_be_spellings_of_one_are_grouped_and_no_name_comes_out(office):
    found = office.link(*office.answered())
    groups = [found.group_of[one] for one in office.people]
    assert groups[0] == groups[1]  # Мікалай, Nikolay
    assert groups[3] == groups[4]  # Вольга, Olga
    assert len(set(groups)) == found.groups == 3
    said = str(found) + json.dumps(found.group_of)
    assert not any(key in said for name in NAMES for key in derive_keys(name).surname_keys)


def test_request_and_opening_are_recorded_with_what_for_and_which_cells(office):
    order, peel = office.answered()
    office.link(order, peel)
    from sviedka.store.connect import current_database

    types = {row[0] for row in current_database().run("SELECT type FROM store_statement", ()).fetchall()}
    assert {"linkage.requested/1", "linkage.opened/1"} <= types
    assert "identity.opened/1" not in types  # the control: no identity was


def test_nothing_of_a_linkage_rests_on_the_disk(office):
    office.link(*office.answered())
    keys = [key.encode() for name in NAMES for key in derive_keys(name).surname_keys]
    assert any(b"minsk-1" in data for _, data in texts_of(office.archive.root))  # the control: files are read
    assert not [path for path, data in texts_of(office.archive.root) for key in keys if key in data]


def test_an_order_is_answered_once(office):
    order, peel = office.answered()
    office.link(order, peel)
    with pytest.raises(IdentityRefused):
        office.link(order, peel)


def test_an_answer_to_another_run_opens_nothing(office):
    order, _ = office.answered()
    _, other = office.answered()
    with pytest.raises(PeelRefuted):
        office.link(order, other)


def test_one_seat_s_answer_opens_nothing(office):
    from sviedka.seat.peeling import peel
    from sviedka.vault.clock import now

    order = office.ask().order
    with pytest.raises(PeelRefuted):
        office.link(order, peel(order, office.seats[1].open(), before=None, now=now()))


def test_the_keeper_asks_for_no_identity_cell_and_no_cell_more_than_was_recorded(office):
    """A desk that lies about which deposits, or about which cells, gets no order."""
    from sviedka.keeper.receipts import StatementReceipt
    from sviedka.store.asserted_admission import admit_asserted
    from sviedka.store.connect import current_database
    from sviedka.store.drafting import Drafter
    from sviedka.store.identity_linkage import _link_cells, _saying, digest_cells
    from sviedka.vault.clock import now

    facts = office.keeper.facts()
    found = _link_cells(office.archive, current_database(), facts)
    receipts = [one.receipt for one in found]
    own = [
        CellId(str(one.fields["cell"])) for who in office.people for one in told(office, who) if "cell" in one.fields
    ]

    def recorded(cells):
        fields = {
            "cells": len(cells), "cells_sha256": digest_cells(cells), "first_seat": 1, "second_seat": 2, "purpose": "p"
        }  # fmt: skip
        draft = Drafter(current_database(), archive_cell=facts.archive_cell).draft(
            _saying(facts, "linkage.requested/1", fields), now()
        )
        (admitted,) = admit_asserted(
            office.archive, office.keeper, [draft],
            with_passphrase(office.archive, facts.actor, lambda _: bytearray(office.house.passphrases[0])),
        )  # fmt: skip
        return StatementReceipt(jti=admitted.jti, leaf_index=admitted.leaf_index)

    desk, cells = LinkDesk(office.keeper.keyring), [one.cell for one in found]
    for named, brought in ((own, receipts), (cells[:2], receipts), (cells, receipts[:2]), (cells, receipts * 2)):
        with pytest.raises(IdentityRefused):
            desk.order(recorded(named), brought)
    assert desk.order(recorded(cells), receipts)  # the control


def test_a_request_of_another_kind_or_age_is_no_request(office):
    from sviedka.store.connect import current_database
    from sviedka.store.identity_linkage import _link_cells

    found = _link_cells(office.archive, current_database(), office.keeper.facts())
    with pytest.raises((IdentityRefused, OpeningRefused)):
        LinkDesk(office.keeper.keyring).order(found[0].receipt, [one.receipt for one in found])


def test_copies_that_were_exchanged_are_found_before_anybody_is_asked(office):
    order = parse_link_order_file(office.ask().order)
    first, second = list(order.copies)[:2]
    source, target = office.archive.seat_cells(first) / "1-2", office.archive.seat_cells(second) / "1-2"
    target.write_bytes(source.read_bytes())
    with pytest.raises((CopiesForeign, Refuted)):
        office.ask()


def test_an_identity_order_s_journal_does_not_answer_for_a_linkage_and_the_limit_is_its_own(office):
    office.ask()
    office.ask()
    with pytest.raises(IdentityLimit):
        office.ask()
    assert office.request(office.people[0]).order  # the control: identities are counted apart


def test_whoever_took_back_what_they_gave_is_not_in_it(office):
    freeze(office.archive, [office.people[1]])
    order, peel = office.answered()
    assert parse_link_order_file(order).order.cells == 4
    freeze(office.archive, [office.people[0]])  # after the order was made: nothing of it is opened
    with pytest.raises(Withheld):
        office.link(order, peel)


def test_the_job_by_itself_opens_nothing(office):
    with pytest.raises(RequestRefused):
        office.keeper.run_job(LINKAGE_JOB, None)


def test_without_names_there_is_nothing_to_link(tmp_path):
    from sviedka.store.connect import disconnect
    from sviedka.store.identity_linkage import NothingToLink

    empty = LinkOffice(tmp_path)
    with pytest.raises(NothingToLink):
        empty.ask()
    disconnect()
