# SPDX-License-Identifier: AGPL-3.0-or-later
"""The archive's own people linked with lists from outside: two seats, these lists only, and nothing but numbers comes out."""

import csv
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from test_identities import texts_of
from test_identity_linkage import LinkOffice

from seats_kit import answer
from sviedka.core.base.progress import unwatched
from sviedka.core.count.estimate.capture_csv import format_capture_csv, parse_capture_csv
from sviedka.core.count.names.keys import derive_keys
from sviedka.core.seal.link_order import parse_link_order_file
from sviedka.keeper.asserting import with_passphrase
from sviedka.keeper.errors import RequestRefused
from sviedka.keeper.identity_errors import IdentityRefused
from sviedka.keeper.service import LISTS_JOB
from sviedka.link.archive_people import link_with_lists, request_with_lists, told_of_people
from sviedka.link.key_lists import FEWEST, ListsChanged, ListTooShort, key_list, read_outside
from sviedka.store.records.recording import record

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "three-lists"
PEOPLE = 60


def own_rows():
    """The first records of the organisation's list, which stand for people who came to the archive."""
    with (EXAMPLE / "organisation.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["Дата затрымання"]][:PEOPLE]


def casebook(rows):
    """A case with an act for each of them; the last agrees to no statistics."""
    lines = ["casebook: 1", "case: {label: many, title: An invented case}", "persons:"]
    lines += [f"  - {{label: p-{n}, pseudonym: Person {n}, counting_unit: individual}}" for n in range(len(rows))]
    lines += ["events:", '  - {label: e-1, title: Detention, date: "2020-08-10"}', "acts:"]
    for n, row in enumerate(rows):
        place = f"{{country: BY, settlement: {row['Горад'] or 'Нейкі'}}}"
        lines.append(
            f'  - {{label: d-{n}, event: e-1, act_type: detention, date: "{row["Дата затрымання"]}", place: {place}, '
            f"roles: [{{role: victim, person: p-{n}}}]}}"
        )
    lines += ["consents:"]
    for n in range(len(rows) - 1):
        grant = "{purpose: statistics, recipients: [public], level: aggregate, material: [statement-text], until: null}"
        lines.append(
            f"  - {{label: g-{n}, person: p-{n}, event: given, form: f-1, language: be, method: signed, "
            f"informed: [risks], grants: [{grant}]}}"
        )
    return "\n".join(lines) + "\n"


class ListsOffice(LinkOffice):
    """An office with a case of people whose identities were deposited, and two lists from outside."""

    def __init__(self, folder):
        super().__init__(folder / "office")
        self.folder = folder
        rows = own_rows()
        (folder / "case.yaml").write_text(casebook(rows), "utf-8")
        place = self.house.users.index(self.keeper.keyring.actor)
        willing = with_passphrase(
            self.archive, self.keeper.keyring.actor, lambda _: bytearray(self.house.passphrases[place])
        )
        record(self.archive, self.keeper, folder / "case.yaml", assertor=willing)
        from sviedka.store.labels import LabelIds, parse_label

        ids = LabelIds(self.keeper.label_key())
        case = ids.case(parse_label("many"))
        self.names = {}
        for n, row in enumerate(rows):
            name = " ".join(filter(None, (row["Прозвішча"], row["Імя"], row["Імя па бацьку"])))
            subject = ids.subject(case, parse_label(f"p-{n}"))
            self.deposit(subject, [("name", name)])
            self.names[subject] = name
        for name in ("court.xlsx", "press.parquet"):
            shutil.copy(EXAMPLE / name, folder / name)
        text = (EXAMPLE / "lists.yaml").read_text("utf-8")
        (folder / "lists.yaml").write_text(
            text.split("  - name: organisation")[0] + "  - name: court" + text.split("  - name: court")[1], "utf-8"
        )

    def outside(self):
        return read_outside(self.folder / "lists.yaml", unwatched)

    def answered(self):
        order = request_with_lists(self.archive, self.keeper, self.asked(), self.outside(), "many").order
        return order, answer(self.seats, order, 1, 2)

    def run(self, answered, outside=None):
        return link_with_lists(
            self.archive, self.keeper, outside or self.outside(), answered=answered, case="many", name="archive", seed=1
        )


@pytest.fixture
def office(tmp_path):
    from sviedka.store.connect import disconnect

    yield ListsOffice(tmp_path)
    disconnect()


@pytest.mark.timeout(600)
def test_two_seats_two_lists_and_numbers(office, tmp_path):
    answered = office.answered()
    order = parse_link_order_file(answered[0])
    assert "(with court: 152, press: 119)" in order.order.purpose  # custodians read how long each is
    assert len(order.copies) == PEOPLE - 1  # who agreed to no statistics is not asked for

    # Attacks, each before the order is spent. The custodians answered for these lists and no others.
    with pytest.raises(IdentityRefused):
        office.link(*answered)  # for no lists at all
    shorter = replace(office.outside(), sha256="0" * 64)
    with pytest.raises(IdentityRefused):
        office.run(answered, shorter)
    with pytest.raises(RequestRefused):
        office.keeper.run_job(LISTS_JOB, {"lists": str(tmp_path / "lists.yaml")})

    jti, tables = office.run(answered)
    assert jti
    assert tables[0].lists == ("archive", "court", "press")
    assert len(tables) >= 21
    bits = [f"{pattern:03b}" for pattern in range(8)]
    on = {
        name: sum(int(tables[0].people[p]) for p, mark in enumerate(bits) if mark[place] == "1")
        for place, name in enumerate(tables[0].lists)
    }
    assert PEOPLE - 6 <= on["archive"] <= PEOPLE - 1
    both = sum(int(tables[0].people[p]) for p, mark in enumerate(bits) if mark[:2] == "11")
    true = true_overlap("court")
    assert abs(both - true) <= max(3, 0.15 * true), (both, true)
    assert parse_capture_csv(format_capture_csv(tables))[3].people.tolist() == tables[3].people.tolist()
    with pytest.raises(IdentityRefused):
        office.run(answered)  # once


def true_overlap(other):
    """Return how many of the archive's people the truth has on the other list as well."""
    with (EXAMPLE / "truth" / "truth.csv").open(encoding="utf-8", newline="") as file:
        truth = list(csv.DictReader(file))
    whose = {(row["list"], int(row["row"])): row["person"] for row in truth if row["row"]}
    with (EXAMPLE / "organisation.csv").open(encoding="utf-8", newline="") as file:
        dated = [n for n, row in enumerate(csv.DictReader(file), start=1) if row["Дата затрымання"]][: PEOPLE - 1]
    ours = {whose["organisation", row] for row in dated}
    return len(ours & {person for (name, _), person in whose.items() if name == other})


def shorten(path):
    """Leave the last record of a Parquet file out."""
    import pyarrow.parquet as pq

    table = pq.read_table(path)
    pq.write_table(table.slice(0, table.num_rows - 1), path)


@pytest.mark.timeout(600)
def test_files_that_changed_after_the_answer_open_nothing_that_is_told(office):
    answered, outside = office.answered(), office.outside()
    shorten(office.folder / "press.parquet")
    with pytest.raises(ListsChanged):
        office.run(answered, outside)


@pytest.mark.timeout(600)
def test_no_name_and_no_key_rests_on_the_disk_or_leaves(office):
    _, tables = office.run(office.answered())
    said = format_capture_csv(tables).decode()
    keys = {key for name in office.names.values() for key in derive_keys(name).surname_keys if len(key) > 5}
    assert keys
    assert not any(key in said for key in keys)
    found = [path for path, data in texts_of(office.archive.root) for key in keys if key.encode() in data]
    assert found == []


def test_a_list_that_would_ask_for_one_person_is_refused(tmp_path):
    (tmp_path / "one.csv").write_text("name\n" + "Prydumski\n" * (FEWEST - 1))
    (tmp_path / "lists.yaml").write_text(
        "counted: {unit: person, what: detained, where: an invented place, until: 2020-12-31}\n"
        "lists:\n  - {name: one, file: one.csv, holder: h, provenance: p, columns: {full_name: name}}\n"
    )
    with pytest.raises(ListTooShort):
        read_outside(tmp_path / "lists.yaml", unwatched)
    (tmp_path / "one.csv").write_text("name\n" + "Prydumski\n" * FEWEST)  # the control
    first = read_outside(tmp_path / "lists.yaml", unwatched)
    (tmp_path / "one.csv").write_text("name\n" + "Prydumski\n" * FEWEST + "Vydumka\n")
    assert read_outside(tmp_path / "lists.yaml", unwatched).sha256 != first.sha256  # one name more is another digest
    with pytest.raises(ListTooShort):
        key_list((("a", ()),) * (FEWEST - 1), {}, name="archive", origin="o")


def test_what_is_told_of_a_person_is_month_place_and_facility_only(office):
    told = told_of_people(office.archive, office.keeper, "many")
    assert len(told) == PEOPLE - 1
    assert {name for one in told.values() for name in one} <= {"event_date", "place", "facility"}
    assert all(len(one.get("event_date", "2020-08")) == 7 for one in told.values())


@pytest.mark.timeout(600)
def test_the_commands_with_a_keeper_of_its_own_process(office, tmp_path, capsys):
    """The engine of the linkage runs in a process that the real keeper forks, and what comes out is what estimation reads."""
    import json

    from sviedka.cli.main import main
    from sviedka.keeper.client import Keeper
    from sviedka.store.connect import disconnect
    from users_kit import unlock_as

    disconnect()
    unlock_as(office.house, 0)
    (tmp_path / "word").write_bytes(office.house.passphrases[0])
    with_lists = ["--case", "many", "--lists", str(tmp_path / "lists.yaml"), "--archive", str(office.archive.root)]

    def typed(*words, status=0):
        assert main([*map(str, words), "--json"]) == status
        return json.loads(capsys.readouterr().out)

    ask = ("identity", "ask-linkage", "--seats", 1, 2, "--purpose", "how many", "--passphrase-file", tmp_path / "word")
    typed(*ask, "-o", tmp_path / "order", "--lists", tmp_path / "lists.yaml", status=2)  # whose people?
    assert typed(*ask, "-o", tmp_path / "order", *with_lists)["people"] == PEOPLE - 1
    (tmp_path / "answer").write_bytes(answer(office.seats, (tmp_path / "order").read_bytes(), 1, 2))
    link = ("identity", "link", tmp_path / "order", tmp_path / "answer")
    typed(*link, *with_lists, status=2)  # where to?
    told = typed(*link, *with_lists, "-o", tmp_path / "captures.csv")
    assert told["people_drawn"][0] <= told["people"] <= told["people_drawn"][1] + 5
    assert "group_of" not in told  # no cluster of anybody
    with Keeper.connect(office.archive) as keeper:
        keeper.lock()
    tables = parse_capture_csv((tmp_path / "captures.csv").read_bytes())
    assert tables[0].observed == told["people"]
