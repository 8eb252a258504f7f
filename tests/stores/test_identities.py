# SPDX-License-Identifier: AGPL-3.0-or-later
"""Identities: two people for one name, once, recorded first; and every way to open more is tried and fails."""

import json
import shutil
from dataclasses import replace
from datetime import timedelta

import pytest
from archive_kit import CASE, LocalKeeper, admit_all, person

from seats_kit import answer, fill_seats
from sviedka.core.base.errors import Failure, Malformed, Refuted, Unproven, Withheld
from sviedka.core.count.names.key_text import parse_keys
from sviedka.core.count.names.keys import derive_keys
from sviedka.core.seal.age_file import decrypt_bytes, decrypt_secret
from sviedka.core.seal.age_keys import X25519Identity
from sviedka.core.seal.identity_cell import LINK_LABEL
from sviedka.core.seal.identity_order import parse_order_file
from sviedka.core.seal.identity_peel import format_peel, parse_peel
from sviedka.core.seal.peel_proof import PeelRefuted
from sviedka.keeper.asserting import with_passphrase
from sviedka.keeper.errors import AssertionGivenUp, CellErased, OpeningMissing, OpeningRefused, RequestRefused
from sviedka.keeper.identity_errors import (
    CopiesForeign,
    IdentityLimit,
    IdentityRefused,
    JournalRefused,
    SeatsMissing,
)
from sviedka.keeper.identity_journal import identities_record
from sviedka.keeper.identity_lines import Identity
from sviedka.keeper.keylist_proposing import Wanted
from sviedka.keeper.receipts import StatementReceipt
from sviedka.vault.cells import find_cell, find_seat_cell
from sviedka.vault.entropy import new_id
from users_kit import change_keylist, found_with_users, keyring_of

NAME, CONTACT = "Canary Alesia Prykladnaja", "+000 00 000-00-00 canary"
LINES = [("name", NAME), ("contact", CONTACT)]


class Office:
    """An archive with two users and five seats, three held, and what the tests do with it."""

    def __init__(self, folder, **seats):
        from sviedka.store.connect import disconnect

        disconnect()
        self.house = found_with_users(folder, 2)
        self.seats = fill_seats(self.house, **seats)
        self.archive = self.house.archive
        self.keeper = LocalKeeper(self.archive, keyring_of(self.house, 0))

    def as_user(self, place, **config):
        from sviedka.store.connect import disconnect

        disconnect()
        keyring = keyring_of(self.house, place)
        self.keeper = LocalKeeper(self.archive, replace(keyring, config=replace(keyring.config, **config)))
        return self

    def person(self, pseudonym="Alpha"):
        said = person(self.keeper, pseudonym)
        admit_all(self.archive, self.keeper, [said])
        return said.subject

    def deposit(self, subject, lines=LINES):
        from sviedka.store.identities import deposit

        return deposit(self.archive, self.keeper, subject, Identity(lines=lines))

    def request(self, subject, low=1, high=2, purpose="a lawyer has to reach them"):
        from sviedka.store.identities import request

        place = self.house.users.index(self.keeper.keyring.actor)
        return request(
            self.archive, self.keeper, subject, seats=(low, high), purpose=purpose,
            assertor=with_passphrase(
                self.archive, self.keeper.keyring.actor, lambda _: bytearray(self.house.passphrases[place])
            ),
        )  # fmt: skip

    def open(self, order, peel):
        from sviedka.store.identities import open_identity

        return open_identity(self.archive, self.keeper, order, peel)

    def ready(self, **options):
        """A deposited person with an order that two custodians have answered."""
        subject = self.person()
        self.deposit(subject)
        order = self.request(subject, **options).order
        low, high = options.get("low", 1), options.get("high", 2)
        return order, answer(self.seats, order, low, high)


@pytest.fixture
def office(tmp_path):
    from sviedka.store.connect import disconnect

    yield Office(tmp_path)
    disconnect()


def texts_of(folder):
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield path, path.read_bytes()


def dumped(database):
    """Every row of every table as one text, disclosures as they can be read."""
    from sviedka.core.base.encoding import decode_base64url
    from sviedka.store.upkeep.dumping import dump_table

    rows = [row.decode() for name in sorted(database.tables()) for row in dump_table(database, name)]
    words = {word for row in rows for word in row.replace('"', " ").split() if len(word) > 40}
    opened = []
    for word in sorted(words):
        try:
            opened.append(decode_base64url(word).decode("utf-8", "replace"))
        except Malformed:
            continue
    return "\n".join(rows + opened)


# --- what is promised


@pytest.mark.parametrize(("low", "high"), [(1, 2), (1, 3), (2, 3)])
def test_two_seats_and_the_keeper_open_one_identity(office, low, high):
    order, peel = office.ready(low=low, high=high)
    shown = office.open(order, peel)
    assert shown.lines == LINES
    assert NAME not in repr(shown)


def test_it_is_shown_once(office):
    order, peel = office.ready()
    office.open(order, peel)
    for _ in range(2):
        with pytest.raises(IdentityRefused):
            office.open(order, peel)
    office.as_user(0)  # also after a lock
    with pytest.raises(IdentityRefused):
        office.open(order, peel)


def test_request_and_opening_are_in_the_log_before_a_key_is_used(office):
    order, peel = office.ready()
    asked = parse_order_file(order).order
    office.open(order, peel)
    said = {one.type: one for one in told(office, asked.person)}
    assert said["identity.requested/1"].fields["purpose"] == asked.purpose
    assert said["identity.opened/1"].fields == {"request": asked.order, "cell": asked.cell}
    assert said["identity.requested/1"].author == office.house.users[0]


def told(office, subject):
    from sviedka.core.seal.statement import parse_jwt, read_disclosures
    from sviedka.store.models import Passage, Statement
    from sviedka.store.scope import in_cases

    with in_cases(CASE):
        rows = list(Statement.objects.filter(subject=subject).order_by("leaf_index"))
        return [
            read_disclosures(
                parse_jwt(row.jwt.encode()),
                [text for passage in Passage.objects.filter(statement=row) for text in passage.disclosures],
            )
            for row in rows
        ]


def test_nothing_of_an_identity_rests_under_the_vault_key_or_in_the_database(office):
    subject = office.person()
    office.deposit(subject)
    key = derive_keys(NAME).surname_keys[-1]
    assert len(key) > 5
    from sviedka.core.seal.age_file import decrypt_bytes
    from sviedka.store.connect import current_database

    dump = dumped(current_database())
    assert subject in dump  # the control: the dump is of this database
    packs = [
        decrypt_bytes(data, office.keeper.keyring.vault)
        for path, data in texts_of(office.archive.packs)
        if path.suffix == ".age"
    ]
    assert any(b"identity" not in pack and len(pack) > 1000 for pack in packs)
    for canary in (NAME, CONTACT, key, "Alesia"):
        assert canary not in dump
        assert not any(canary.encode() in pack for pack in packs)
        assert not [path for path, data in texts_of(office.archive.root) if canary.encode() in data]


def test_a_rebuild_gives_the_same_and_opens_no_identity(office):
    from sviedka.store.connect import current_database

    order, _ = office.ready()
    before = dumped(current_database())
    office.keeper.run_job("sviedka.store.rebuild:job", {})
    from sviedka.store.session import open_store

    assert dumped(open_store(office.archive, office.keeper)) == before
    cell = parse_order_file(order).order.cell
    assert cell not in office.keeper.keyring.cells  # the keeper's half is no key of it


def test_a_link_cell_is_another_cell_and_its_order_opens_no_name(office):
    subject = office.person()
    office.deposit(subject)
    (said,) = [one for one in told(office, subject) if one.type == "identity.deposited/1"]
    link, cell = said.fields["link_cell"], said.fields["cell"]
    assert link != cell
    for one in (link, cell):
        assert len(list(office.archive.seat_cells(one).iterdir())) == 10
    order = office.request(subject).order
    assert parse_order_file(order).order.cell == cell
    shown = office.open(order, answer(office.seats, order, 1, 2))
    assert [text for _, text in shown.lines] == [NAME, CONTACT]


def sealed_under(office, statement, cell, label):
    """What two seats and the keeper's half find under a cell, opened here by hand: the label at each seat, then the values."""
    from sviedka.store.connect import current_database

    layer = find_seat_cell(office.archive, cell, 1, 2)
    for number in (1, 2):
        found = decrypt_bytes(layer, office.seats[number].open().identity)
        assert found.startswith(LINK_LABEL) is bool(label)
        layer = found.removeprefix(label)
    keyring = office.keeper.keyring
    epoch, half = find_cell(office.archive, cell)
    key = decrypt_secret(layer, X25519Identity.from_bytes(decrypt_secret(half, keyring.epochs.identity(epoch))))
    row = current_database().run("SELECT leaf_index FROM store_statement WHERE jti = ?", (statement,)).fetchone()
    stated = keyring.receipts.read_stated(StatementReceipt(jti=statement, leaf_index=row[0]))
    return dict(keyring.receipts.reveal(stated, {cell: bytes(key)}))


def test_under_a_link_cell_stand_the_keys_of_each_name_and_no_name(office):
    subject = office.person()
    office.deposit(subject, [("name", "Карпенкаў Мікалай"), ("name", "Nikolay Karpenkov"), ("contact", CONTACT)])
    (said,) = [one for one in told(office, subject) if one.type == "identity.deposited/1"]
    keys = sealed_under(office, said.head.jti, said.fields["link_cell"], LINK_LABEL)
    assert [*keys] == ["name_key.1", "name_key.2"]
    assert [parse_keys(text).given_id for text in keys.values()] == ["mikalai", "mikalai"]
    assert "Карпенкаў" not in str(keys)
    own = sealed_under(office, said.head.jti, said.fields["cell"], b"")  # the control: these layers have no label
    assert own["identity.1"] == {"kind": "name", "text": "Карпенкаў Мікалай"}


def test_an_identity_without_a_name_has_no_link_cell(office):
    subject = office.person()
    office.deposit(subject, [("contact", CONTACT)])
    (said,) = [one for one in told(office, subject) if one.type == "identity.deposited/1"]
    assert "link_cell" not in said.fields


def test_no_identity_is_accepted_before_two_people_hold_seats(tmp_path):
    from sviedka.store.connect import disconnect

    for number, options in enumerate(({"held": (1,)}, {"held": ()}, {"held": (1, 2, 3), "all_five": False})):
        office = Office(tmp_path / str(number), **options)
        subject = office.person()
        with pytest.raises(SeatsMissing):
            office.deposit(subject)
        assert not office.archive.seats.exists()
    disconnect()


def test_a_seat_handed_over_opens_what_was_deposited_before(office):
    from sviedka.seat.seat_file import hand_over

    subject = office.person()
    office.deposit(subject)
    copies = dict(texts_of(office.archive.cells))
    data, facts = hand_over(office.seats[1].open(), bytearray(b"new"), holder=new_id(), cost=keyring_cost())
    change_keylist(office.house.founded, Wanted(lines=[facts.listed.line]))
    office.as_user(0)
    order = office.request(subject).order
    from sviedka.seat.errors import OrderWithheld
    from sviedka.seat.peeling import peel
    from sviedka.seat.seat_file import open_seat
    from sviedka.vault.clock import now

    with pytest.raises(OrderWithheld):  # whoever held it before
        peel(order, office.seats[1].open(), before=None, now=now())
    first = peel(order, open_seat(data, bytearray(b"new")), before=None, now=now())
    second = peel(order, office.seats[2].open(), before=first, now=now())
    assert office.open(order, second).lines == LINES
    assert dict(texts_of(office.archive.cells)) == copies  # no cell was made anew


def keyring_cost():
    from users_kit import CHEAP

    return CHEAP


def test_what_was_taken_back_is_asked_of_nobody_and_opens_for_nobody(office):
    from sviedka.vault.cells import find_cell, remove_cell

    order, peel = office.ready()
    cell, subject = parse_order_file(order).order.cell, parse_order_file(order).order.person
    epoch, _ = find_cell(office.archive, cell)
    remove_cell(office.archive, epoch, cell)
    with pytest.raises(CellErased):
        office.open(order, peel)
    with pytest.raises(CellErased):
        office.request(subject)


# --- every way to open more than was asked for


def test_an_edited_order_is_refused(office):
    from sviedka.keeper.identity_openings import IdentityDesk

    order, peel = office.ready()
    text = parse_order_file(order).order.text
    other = office.person("Beta")
    office.deposit(other)
    theirs = office.request(other).order
    edits = [
        (line, f"{line.split(' ')[0]} {value}")
        for line in text.splitlines()
        for name, value in (
            ("person", other), ("cell", parse_order_file(theirs).order.cell), ("by", office.house.users[1]),
            ("until", "2036-01-01T00:00:00Z"), ("order", parse_order_file(theirs).order.order),
        )
        if line.startswith(f"{name} ")
    ]  # fmt: skip
    assert len(edits) == 5
    nowhere = StatementReceipt(jti="0" * 32, leaf_index=0)
    for old, new in edits:
        edited = order.replace(old.encode(), new.encode())
        with pytest.raises((Withheld, Unproven)):
            office.open(edited, peel)
        with pytest.raises(IdentityRefused):  # and by the keeper itself, whatever a desk would let pass
            IdentityDesk(office.keeper.keyring).open(edited, peel, nowhere, nowhere)
    assert office.open(order, peel).lines == LINES  # unedited it opens: none of the attempts used it up


def test_peels_of_one_order_open_no_other(office):
    order, peel = office.ready()
    again = office.request(parse_order_file(order).order.person).order  # the same cell, another order
    with pytest.raises(PeelRefuted):
        office.open(again, peel)
    other = office.person("Beta")
    office.deposit(other, [("name", "Canary Beta")])
    theirs = office.request(other).order
    with pytest.raises(PeelRefuted):
        office.open(theirs, peel)
    relabelled = replace(parse_peel(peel), order=parse_order_file(theirs).digest)
    with pytest.raises(PeelRefuted):
        office.open(theirs, format_peel(relabelled))
    mixed = replace(parse_peel(answer(office.seats, theirs, 1, 2)), layer=parse_peel(peel).layer)
    with pytest.raises(PeelRefuted):
        office.open(theirs, format_peel(mixed))


def test_one_seat_is_not_two(office):
    order, peel = office.ready()
    low, high = parse_peel(peel).proofs
    for proofs in ((low,), (low, low), (high, high), (high, low), (low, replace(low, seat=2))):
        with pytest.raises(PeelRefuted):
            office.open(order, format_peel(replace(parse_peel(peel), proofs=proofs)))
    assert office.open(order, peel).lines == LINES


def test_an_order_for_a_seat_that_nobody_holds_is_not_made(office):
    subject = office.person()
    office.deposit(subject)
    for low, high in ((1, 4), (4, 5)):
        with pytest.raises(SeatsMissing):
            office.request(subject, low=low, high=high)
    with pytest.raises(IdentityRefused):
        office.request(subject, low=3, high=2)


def test_a_seat_that_fell_vacant_meanwhile_opens_nothing(office):
    order, peel = office.ready()
    line = office.seats[2].line.rpartition(" ")[0]
    change_keylist(office.house.founded, Wanted(lines=[line]))
    office.as_user(0)
    with pytest.raises(SeatsMissing):
        office.open(order, peel)


def test_only_whoever_asked_is_shown_it(office):
    order, peel = office.ready()
    office.as_user(1)
    with pytest.raises(IdentityRefused):
        office.open(order, peel)
    office.as_user(0)
    assert office.open(order, peel).lines == LINES


def test_an_order_that_has_ended_opens_nothing(office):
    order, peel = office.ready()
    keyring = office.keeper.keyring
    office.keeper.keyring = replace(keyring, clock=lambda: keyring.clock() + timedelta(days=7, seconds=1))
    with pytest.raises(IdentityRefused):
        office.open(order, peel)


def test_a_foreign_archives_order_opens_nothing(office, tmp_path):
    order, peel = Office(tmp_path / "other").ready()
    office.as_user(0)
    subject = office.person()
    office.deposit(subject)
    with pytest.raises(Failure):
        office.open(order, peel)
    from sviedka.keeper.identity_openings import IdentityDesk

    nowhere = StatementReceipt(jti="0" * 32, leaf_index=0)
    with pytest.raises(IdentityRefused):
        IdentityDesk(office.keeper.keyring).open(order, peel, nowhere, nowhere)


def places(office, subject):
    from sviedka.store.models import Statement
    from sviedka.store.scope import in_cases

    with in_cases(CASE):
        rows = Statement.objects.filter(subject=subject).order_by("leaf_index")
        return {row.type: StatementReceipt(jti=row.jti, leaf_index=row.leaf_index) for row in rows}


def test_the_keeper_is_asked_without_a_record(office):
    from sviedka.keeper.identity_openings import IdentityDesk

    order, peel = office.ready()
    subject = parse_order_file(order).order.person
    found, keeper = places(office, subject), IdentityDesk(office.keeper.keyring)
    deposit, request = found["identity.deposited/1"], found["identity.requested/1"]
    person_statement = found["person/1"]
    nowhere = StatementReceipt(jti="0" * 32, leaf_index=10_000)
    for record in (nowhere, request, deposit, person_statement, replace(request, leaf_index=request.leaf_index + 1)):
        with pytest.raises((IdentityRefused, OpeningRefused)):
            keeper.open(order, peel, record, deposit)
    for record in (nowhere, deposit, person_statement):
        with pytest.raises((IdentityRefused, OpeningRefused)):
            keeper.order(record, deposit)
    with pytest.raises((IdentityRefused, OpeningRefused)):
        keeper.order(request, request)
    with pytest.raises(IdentityRefused):
        keeper.order(request, deposit)  # a second order for one request
    assert office.open(order, peel).lines == LINES


def test_an_opening_recorded_for_one_order_is_not_used_for_another(office):
    from sviedka.keeper.identity_openings import IdentityDesk
    from sviedka.store.admission import admit
    from sviedka.store.drafting import Drafter, Saying
    from sviedka.store.session import open_store
    from sviedka.vault.clock import now

    order, peel = office.ready()
    asked = parse_order_file(order).order
    other = office.person("Beta")
    office.deposit(other, [("name", "Canary Beta")])
    theirs = parse_order_file(office.request(other).order).order
    saying = Saying(
        jti=new_id(), case=CASE, type="identity.opened/1", subject=theirs.person,
        fields={"request": theirs.order, "cell": theirs.cell},
    )  # fmt: skip
    facts = office.keeper.facts()
    draft = Drafter(open_store(office.archive, office.keeper), archive_cell=facts.archive_cell).draft(saying, now())
    (admitted,) = admit(office.archive, office.keeper, [draft])
    record = StatementReceipt(jti=admitted.jti, leaf_index=admitted.leaf_index)
    deposit = places(office, asked.person)["identity.deposited/1"]
    with pytest.raises(IdentityRefused):
        IdentityDesk(office.keeper.keyring).open(order, peel, record, deposit)


def test_a_deposit_cannot_be_stated_by_a_desk_itself(office):
    from archive_kit import drafts

    from sviedka.store.drafting import Saying

    subject = office.person()
    cell = office.deposit(subject).cell
    saying = Saying(
        jti=new_id(), case=CASE, type="identity.deposited/1", subject=office.person("Harmless"),
        fields={"cell": cell, "cell_sha256": "0" * 64},
    )  # fmt: skip
    with pytest.raises(RequestRefused):
        office.keeper.compose(drafts(office.archive, office.keeper, [saying]))


def test_nothing_can_be_sealed_under_an_identity_cell_by_a_desk(office):
    from archive_kit import claim, drafts

    from sviedka.core.seal.statement import Disclose

    cell = office.deposit(office.person()).cell
    (draft,) = drafts(office.archive, office.keeper, [claim()])
    part = Disclose(name="value", value="a name", cells=(cell,))
    with pytest.raises(CellErased):
        office.keeper.compose([replace(draft, parts=(part,))])


def test_copies_exchanged_for_another_persons_are_found_before_anybody_is_asked(office):
    first, second = office.person("Alpha"), office.person("Beta")
    one, two = office.deposit(first).cell, office.deposit(second, [("name", "Canary Beta")]).cell
    ours, theirs = office.archive.seat_cells(one), office.archive.seat_cells(two)
    kept = {path.name: path.read_bytes() for path in ours.iterdir()}
    for path in theirs.iterdir():
        (ours / path.name).unlink()
        (ours / path.name).write_bytes(path.read_bytes())
    with pytest.raises(CopiesForeign):
        office.request(first)
    for name, data in kept.items():
        (ours / name).unlink()
        (ours / name).write_bytes(data)
    order = office.request(first).order
    assert office.open(order, answer(office.seats, order, 1, 2)).lines == LINES


def test_the_keepers_half_exchanged_for_anothers_opens_nothing(office):
    from sviedka.vault.cells import find_cell

    order, peel = office.ready()
    other = office.person("Beta")
    theirs = office.deposit(other, [("name", "Canary Beta")]).cell
    cell = parse_order_file(order).order.cell
    epoch, data = find_cell(office.archive, theirs)
    path = office.archive.cell(epoch, cell)
    path.unlink()
    path.write_bytes(data)
    with pytest.raises(Refuted):
        office.open(order, peel)


def test_a_person_asks_for_no_more_than_a_day_allows(office):
    office.as_user(0, identities_per_day=2)
    subjects = [office.person(name) for name in ("Alpha", "Beta", "Gamma")]
    for subject in subjects:
        office.deposit(subject)
    for subject in subjects[:2]:
        office.request(subject)
    with pytest.raises(IdentityLimit):
        office.request(subjects[2])
    office.as_user(0, identities_per_day=2)  # also over a lock
    with pytest.raises(IdentityLimit):
        office.request(subjects[2])
    office.as_user(1, identities_per_day=2)
    office.request(subjects[2])  # another person's limit is their own


def test_a_request_that_was_not_asserted_is_not_recorded(office):
    from archive_kit import drafts

    from sviedka.keeper.errors import AssertionNeeded
    from sviedka.store.drafting import Saying
    from sviedka.store.identities import request

    subject = office.person()
    cell = office.deposit(subject).cell

    def unwilling(_pending):
        raise AssertionGivenUp("no")

    with pytest.raises(AssertionGivenUp):
        request(office.archive, office.keeper, subject, seats=(1, 2), purpose="x", assertor=unwilling)
    fields = {"cell": cell, "first_seat": 1, "second_seat": 2, "purpose": "x"}
    saying = Saying(jti=new_id(), case=CASE, type="identity.requested/1", subject=subject, fields=fields)
    with pytest.raises(AssertionNeeded):
        office.keeper.compose(drafts(office.archive, office.keeper, [saying]))
    assert "identity.requested/1" not in places(office, subject)


@pytest.mark.parametrize("harm", ["missing", "emptied", "a line taken out", "a line changed"])
def test_without_its_own_record_the_keeper_opens_nothing(office, harm):
    order, peel = office.ready()
    journal = identities_record(office.archive, "minsk-1")
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.unlink()
    if harm == "emptied":
        journal.write_bytes(b"")
    elif harm == "a line taken out":
        journal.write_bytes(lines[0])
    elif harm == "a line changed":
        journal.write_bytes(b"".join([lines[0], lines[1].replace(b"ordered", b"forgotten")]))
    with pytest.raises((JournalRefused, IdentityRefused)):
        office.open(order, peel)
    if harm == "missing":
        with pytest.raises(JournalRefused):  # and it is not begun anew where there are identities
            office.deposit(office.person("Beta"))


@pytest.mark.parametrize("kept", [0, 1])
def test_an_older_record_is_not_taken_while_the_keys_are_held(office, kept):
    """Control: with the record as it is it is an ordinary refusal."""
    order, peel = office.ready()
    journal = identities_record(office.archive, "minsk-1")
    office.open(order, peel)
    with pytest.raises(IdentityRefused):
        office.open(order, peel)
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(lines[: 1 + kept]))
    with pytest.raises(JournalRefused):
        office.open(order, peel)


def test_a_torn_last_line_is_dropped_and_does_not_join_the_next(office):
    order, peel = office.ready()
    journal = identities_record(office.archive, "minsk-1")
    with journal.open("ab") as file:
        file.write(b"1764201600 opened 0123")
    assert office.open(order, peel).lines == LINES
    assert b"0123\n" not in journal.read_bytes()


def test_an_opening_that_was_stopped_leaves_a_record_that_cannot_go_missing(office, monkeypatch):
    from sviedka.keeper.identity_openings import IdentityDesk
    from sviedka.store.checkpointing import make_checkpoint

    order, peel = office.ready()
    make_checkpoint(office.archive, office.keeper)

    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(IdentityDesk, "_values", stop)
    with pytest.raises(KeyboardInterrupt):
        office.open(order, peel)
    monkeypatch.undo()
    with pytest.raises(IdentityRefused):
        office.open(order, peel)  # it counts as answered
    newest = max(office.archive.desk_packs("minsk-1").glob("*.age"))
    heads, kept = office.keeper.keyring.heads, office.keeper.keyring.heads.open_records.indexes()
    assert kept  # the keeper remembers what the next head must hold
    shutil.move(newest, office.archive.root / "gone")
    last = heads.last()
    with pytest.raises(OpeningMissing):  # the same head again, without the record
        heads.sign(size=last.size, root=last.root, consistency=(), openings={})


def test_two_openings_of_one_order_at_once_show_it_once(office):
    from sviedka.keeper.identity_openings import IdentityDesk
    from sviedka.store.admission import admit
    from sviedka.store.drafting import Drafter, Saying
    from sviedka.store.session import open_store
    from sviedka.vault.clock import now

    order, peel = office.ready()
    asked, facts = parse_order_file(order).order, office.keeper.facts()
    drafter = Drafter(open_store(office.archive, office.keeper), archive_cell=facts.archive_cell)
    sayings = [
        Saying(jti=new_id(), case=CASE, type="identity.opened/1", subject=asked.person,
               fields={"request": asked.order, "cell": asked.cell})
        for _ in range(4)
    ]  # fmt: skip
    admitted = admit(office.archive, office.keeper, [drafter.draft(one, now()) for one in sayings])
    deposit = places(office, asked.person)["identity.deposited/1"]
    shown = 0
    for one in admitted:  # the keeper answers one request after the other (one thread); each has a record of its own
        record = StatementReceipt(jti=one.jti, leaf_index=one.leaf_index)
        try:
            shown += IdentityDesk(office.keeper.keyring).open(order, peel, record, deposit) == LINES
        except IdentityRefused:
            continue
    assert shown == 1


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [("name", "")],
        [("name", "two\nlines")],
        [("name", "x" * 501)],
        [("role", "x")],
        [("name", "\u202eabc")],
        [("name", "x")] * 33,
    ],
    ids=["nothing", "empty", "two lines", "too long", "no known kind", "a direction turned", "too many"],
)
def test_what_cannot_be_deposited_is_refused_without_being_repeated(office, lines):
    subject = office.person()
    with pytest.raises(RequestRefused) as refused:
        office.deposit(subject, lines)
    assert "xxx" not in str(refused.value)
    assert not office.archive.seats.exists()


def test_an_order_and_an_answer_that_are_none_are_malformed(office):
    order, peel = office.ready()
    for one, other in ((b"", peel), (b"{}", peel), (peel, peel), (order, b"{}"), (order, order)):
        with pytest.raises(Malformed):
            office.open(one, other)
    document = json.loads(order)
    document["copies"] = []
    with pytest.raises(Malformed):
        office.open(json.dumps(document, sort_keys=True, separators=(",", ":")).encode(), peel)


def test_no_dossier_takes_a_statement_about_an_identity():
    from sviedka.core.catalogue import all_types
    from sviedka.store.dossier.choice import _OF_EXHIBITS, _OF_RECORD

    ours = {kind.name for kind in all_types() if kind.name.startswith("identity.")}
    assert len(ours) == 3
    assert not ours & (_OF_EXHIBITS | _OF_RECORD)


def test_a_rotation_carries_the_keepers_half_and_touches_no_copy(office):
    from sviedka.store.taking_back.rotation import rotate
    from sviedka.vault.cells import find_cell

    order, peel = office.ready()
    cell = parse_order_file(order).order.cell
    before = find_cell(office.archive, cell)[0]
    copies = {path: path.read_bytes() for path in office.archive.seat_cells(cell).iterdir()}
    rotate(office.archive, office.keeper)
    assert find_cell(office.archive, cell)[0] != before
    assert {path: path.read_bytes() for path in office.archive.seat_cells(cell).iterdir()} == copies
    assert office.open(order, peel).lines == LINES  # an order from before


def test_a_lost_seat_made_again_from_its_shares_opens_what_was_deposited_before(office):
    from sviedka.core.seal.note import parse_vkey
    from sviedka.keeper.keylist_proposing import read_keylist
    from sviedka.seat.copies import restore_seat, share_seat
    from sviedka.seat.peeling import peel
    from sviedka.seat.seat_file import open_seat
    from sviedka.vault.clock import now

    subject = office.person()
    office.deposit(subject)
    pages = [page.decode() for page in share_seat(office.seats[2].open())]
    data, facts = restore_seat(
        [pages[4], pages[0], pages[2]], bytearray(b"new"), keylist=read_keylist(office.archive),
        root=parse_vkey(office.house.founded.root), holder=new_id(), cost=keyring_cost(),
    )  # fmt: skip
    change_keylist(office.house.founded, Wanted(lines=[facts.listed.line]))
    office.as_user(0)
    order = office.request(subject).order
    first = peel(order, office.seats[1].open(), before=None, now=now())
    second = peel(order, open_seat(data, bytearray(b"new")), before=first, now=now())
    assert office.open(order, second).lines == LINES
