"""The invented lists are what their recipe says: same seed, same lists; shares as stated; traps there and visible."""

import unicodedata

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from sviedka.bench.invented_given import MEN, WOMEN, daughter_of
from sviedka.bench.invented_lists import (
    COLUMNS,
    COPIED,
    FIVE_LISTS,
    LOOKALIKE,
    PSEUDONYM,
    invent_lists,
    people_for_records,
)
from sviedka.bench.invented_people import FATHER_AND_SON, SIBLINGS, invent_people
from sviedka.bench.invented_spellings import SPELLINGS, spell
from sviedka.bench.invented_surnames import HOW_MANY, invent_surname

PEOPLE = 20_000


@pytest.fixture(scope="module")
def made():
    return invent_lists(PEOPLE, np.random.default_rng(4), copied=True)


@pytest.fixture(scope="module")
def records(made):
    return pa.concat_tables(made[0].tables[:5])


def share(mask) -> float:
    return float(np.mean(np.asarray(mask)))


def test_a_seed_gives_the_same_lists_and_another_seed_others():
    first, again, other = (invent_lists(300, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert all(left.equals(right) for left, right in zip(first[0].tables, again[0].tables, strict=True))
    assert (first[1].person_of == again[1].person_of).all()
    assert not first[0].tables[0].equals(other[0].tables[0])


def test_the_truth_lies_beside_the_lists_and_not_in_them(made):
    lists, truth = made
    assert [table.num_rows for table in lists.tables] == np.bincount(truth.list_of).tolist()
    for table in lists.tables:
        assert tuple(table.column_names) == COLUMNS
        assert table.schema.metadata[b"invented"] == b"nobody in this table exists"


def test_capture_is_as_the_plan_says_and_uneven(made):
    _, truth = made
    for number, plan in enumerate(FIVE_LISTS):
        seen = np.unique(truth.person_of[truth.list_of == number])
        assert len(seen) / PEOPLE == pytest.approx(plan.capture, rel=0.06)
    lists_of = np.bincount(np.unique(np.stack([truth.person_of, truth.list_of]), axis=1)[0], minlength=PEOPLE)
    alone = np.prod([1 - plan.capture for plan in FIVE_LISTS])  # unseen, were all equally likely to be seen
    assert share(lists_of == 0) > alone + 0.03
    records = np.bincount(truth.list_of)[:5].sum()
    assert people_for_records(int(records)) == pytest.approx(PEOPLE, rel=0.03)


def test_dates_and_cities_are_missing_as_often_as_stated(records):
    born = records["born"].to_pylist()
    assert share([not text for text in born]) == pytest.approx(0.30, abs=0.02)
    assert share([len(text) == 4 for text in born]) == pytest.approx(0.20, abs=0.02)
    assert {len(text) for text in born} == {0, 4, 10}
    assert share(pc.equal(records["city"], "")) == pytest.approx(0.15, abs=0.02)
    assert share(pc.equal(records["event"], "")) == pytest.approx(0.10, abs=0.02)
    for text in set(born) | set(records["event"].to_pylist()):
        if len(text) == 10:
            np.datetime64(text, "D")  # raises if there is no such day


def test_the_court_writes_russian_and_the_first_organisation_mostly_belarusian(made):
    lists, _ = made
    cyrillic = [
        share(["CYRILLIC" in unicodedata.name(name[0], "") for name in table["surname"].to_pylist() if name])
        for table in lists.tables
    ]
    assert cyrillic[2] > 0.98
    assert 0.6 < cyrillic[0] < 0.8
    short_u = [share(["ў" in name for name in table["surname"].to_pylist()]) for table in lists.tables]
    assert short_u[0] > 0.15
    assert short_u[2] < 0.05


def test_fathers_and_sons_share_a_name_and_never_a_year():
    people = invent_people(4_000, np.random.default_rng(2))
    sons = np.flatnonzero(people.trap == FATHER_AND_SON)[::2]
    assert len(sons) >= 10
    for name in (people.surname, people.given, people.city, people.event):
        assert (name[sons] == name[sons + 1]).all()
    assert (people.father[sons + 1] == people.given[sons]).all()
    assert ((people.born[sons + 1] - people.born[sons]).astype(int) >= 20 * 365).all()
    twins = np.flatnonzero(people.trap == SIBLINGS)[::2]
    assert (people.born[twins] == people.born[twins + 1]).all()
    assert (people.given[twins] != people.given[twins + 1]).all()


def test_every_record_of_a_father_and_a_son_can_be_told_apart(made):
    lists, truth = made
    born = np.array(pa.concat_tables(lists.tables)["born"].to_pylist())
    assert all(born[(truth.trap_of & (FATHER_AND_SON | SIBLINGS)) != 0])
    assert not any(born[(truth.trap_of & PSEUDONYM) != 0])


def test_pseudonyms_are_shared_by_people_and_carry_no_surname(made):
    lists, truth = made
    table = pa.concat_tables(lists.tables)
    hidden = np.flatnonzero((truth.trap_of & PSEUDONYM) != 0)
    chosen = table.take(pa.array(hidden))
    assert set(chosen["surname"].to_pylist()) == {""}
    assert len(set(chosen["given"].to_pylist())) < len(np.unique(truth.person_of[hidden]))


def test_lookalikes_mix_two_alphabets_in_one_word(made):
    lists, truth = made
    marked = (truth.trap_of & LOOKALIKE) != 0
    names = pa.concat_tables(lists.tables)["surname"].to_pylist()
    mixed = [len({unicodedata.name(letter).split()[0] for letter in name if letter.isalpha()}) == 2 for name in names]
    assert share(np.array(mixed)[marked]) > 0.9
    assert share(np.array(mixed)[~marked]) == 0.0


def test_the_copied_list_repeats_the_first_and_says_so(made):
    lists, truth = made
    assert dict(lists.copied_from) == {"digest": "ngo-1"}
    first = {tuple(row.values()) for row in lists.tables[0].to_pylist()}
    assert {tuple(row.values()) for row in lists.tables[5].to_pylist()} <= first
    assert ((truth.trap_of & COPIED) != 0).tolist() == (truth.list_of == 5).tolist()
    plain, _ = invent_lists(100, np.random.default_rng(4))
    assert (len(plain.names), dict(plain.copied_from)) == (5, {})


def test_one_name_in_its_spellings():
    spelt = {spelling: spell("Мікалай", "Николай", spelling) for spelling in SPELLINGS}
    assert spelt == {
        "be": "Мікалай", "ru": "Николай", "passport": "Mikalai", "lacinka": "Mikałaj",
        "ru-latin": "Nikolay", "ru-passport": "Nikolai", "en": "Nikolay",
    }  # fmt: skip
    assert spell("Юльянаў", "Ульянов", "lacinka") == "Juljanaŭ"
    assert spell("Яўген", "Евгений", "passport") == "Yauhen"
    assert spell("Яўген", "Евгений", "ru-latin") == "Yevgeny"


def test_surnames_are_distinct_and_differ_between_the_languages():
    names = [invent_surname(number, woman=False) for number in range(0, HOW_MANY, 97)]
    assert len({name.be for name in names}) > 0.99 * len(names)
    assert share([name.be != name.ru for name in names]) > 0.5
    women = [invent_surname(number, woman=True) for number in range(0, HOW_MANY, 97)]
    assert 0.3 < share([man != woman for man, woman in zip(names, women, strict=True)]) < 0.7


def test_patronymics_of_daughters():
    assert daughter_of("Іванавіч", be=True) == "Іванаўна"
    assert daughter_of("Андрэевіч", be=True) == "Андрэеўна"
    assert daughter_of("Иванович", be=False) == "Ивановна"
    assert daughter_of("Ильич", be=False) == "Ильинична"
    assert len(MEN) == 40
    assert len(WOMEN) == 30
