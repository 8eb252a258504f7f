"""The columns that names come to: keys that meet, no key where there is no name, the same however the work is shared."""

import numpy as np
import pyarrow as pa
import pytest

from sviedka.bench.invented_lists import invent_lists
from sviedka.bench.linking import as_read
from sviedka.link import distinct
from sviedka.link.name_columns import name_columns
from sviedka.link.near_keys import with_near_keys


def columns(*names):
    fields = ("family", "given", "patronymic", "full_name")
    return name_columns(
        pa.table({field: pa.array([name.get(field) for name in names], pa.string()) for field in fields})
    )


def test_three_spellings_of_one_name_share_their_keys():
    found = columns(
        {"family": "Выдуманцаў", "given": "Мікалай"},
        {"family": "Выдуманцев", "given": "Николай"},
        {"full_name": "Vydumantsau Mikalai"},
    )
    keys = [set(one) for one in found["surname_keys"].to_pylist()]
    assert keys[0] & keys[1] & keys[2]
    codes = [set(one) for one in found["given_codes"].to_pylist()]
    assert codes[0] & codes[1] & codes[2]


@pytest.mark.parametrize(
    "name",
    [
        {"given": "Алесь"},
        {"family": "М."},
        {"family": "«Зубр»"},
        {"full_name": "псевдоним Студент"},
        {"family": None},
    ],
)
def test_a_pseudonym_has_no_surname_key(name):
    assert columns(name)["surname_key"].to_pylist() == [None]
    assert columns({"family": "Выдуманцаў"})["surname_key"].to_pylist() != [None]


def test_names_in_each_others_column_meet():
    found = columns({"family": "Выдуманцаў", "given": "Іван"}, {"family": "Іван", "given": "Выдуманцаў"})[
        "name_pair"
    ].to_pylist()
    assert found[0] == found[1] is not None


def test_a_slip_leads_to_the_commoner_key_and_not_back():
    keys = pa.array([["karpenk"], ["karpenk"], ["karpnk"], ["sarok"], None], pa.list_(pa.string()))
    assert with_near_keys(keys).to_pylist() == [["karpenk"], ["karpenk"], ["karpenk", "karpnk"], ["sarok"], None]


def test_shared_work_gives_the_same_columns(monkeypatch):
    invented, _ = invent_lists(300, np.random.default_rng(4))
    raw = pa.concat_tables([one.records for one in as_read(invented)]).combine_chunks()
    alone = name_columns(raw)
    monkeypatch.setattr(distinct, "WORTH_SHARING", 10)
    shared = name_columns(raw, processes=2)
    assert {name: column.to_pylist() for name, column in shared.items()} == {
        name: column.to_pylist() for name, column in alone.items()
    }
