# SPDX-License-Identifier: AGPL-3.0-or-later
"""A casebook that says something new of a person who was erased is refused with their line and label, and nothing of it is kept."""

import pytest
from erase_kit import MORE, Office

from sviedka.store.connect import disconnect
from sviedka.store.ledger import next_index
from sviedka.store.records.recording import PersonErased, record
from sviedka.store.session import open_store

PEOPLE = MORE.partition("items:")[0]


@pytest.fixture
def office(tmp_path, monkeypatch):
    office = Office(tmp_path)
    office.make_ready()
    office.carry_out(monkeypatch)
    yield office
    disconnect()


def take_in(office, text):
    path = office.folder / "again.yaml"
    path.write_text(text)
    return record(office.archive, office.keeper, path, assertor=office.keeper.assertor)


def test_what_is_said_anew_of_an_erased_person_is_withheld_and_names_the_line(office):
    before = next_index(open_store(office.archive, office.keeper), "minsk-1")
    with pytest.raises(PersonErased) as caught:
        take_in(office, PEOPLE.replace("pseudonym: Beta", "pseudonym: Betta"))
    assert caught.value.exit_status == 40
    assert caught.value.facts == {"line": 5, "label": "p-b"}
    assert "nothing more is recorded" in str(caught.value)
    assert next_index(open_store(office.archive, office.keeper), "minsk-1") == before


def test_control_of_others_it_is_recorded(office):
    text = "".join(line for line in PEOPLE.splitlines(keepends=True) if "p-b" not in line)
    assert take_in(office, text.replace("pseudonym: Alpha", "pseudonym: Alfa")).admitted == 1
