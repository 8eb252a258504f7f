"""Names that can be spellings of one stand in one group; a name that cannot makes a group of its own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sviedka.core.count.names.grouping import group_names
from sviedka.core.count.names.keys import derive_keys

NAMES = [
    "Карпенкаў Мікалай", "Nikolay Karpenkov", "Карпенкаў Іван", "Карпенков Иван Петрович", "Карпенков Иван Иванович",
    "Тарайкоўская Вольга", "Olga Taraikovskaya", "Тарайкоўскі Алесь", "Тарайковский Александр", "",
]  # fmt: skip


def grouped(*people):
    return group_names([[derive_keys(name) for name in names] for names in people])


@pytest.mark.parametrize(
    ("people", "groups"),
    [
        ([["Карпенкаў Мікалай"], ["Nikolay Karpenkov"]], (0, 0)),
        ([["Карпенкаў Мікалай"], ["Ivan Karpenkov"]], (0, 1)),
        ([["Карпенкаў Іван Пятровіч"], ["Карпенков Иван Иванович"]], (0, 1)),  # father and son
        ([["Карпенкаў Іван Пятровіч"], ["Карпенкаў Іван"]], (0, 0)),
        ([["Тарайкоўская Вольга"], ["Тарайкоўская Вольга", "Петрова Ольга"], ["Olga Petrova"]], (0, 0, 0)),
        ([["Тарайкоўскі Алесь"], ["Тарайковский Александр"], ["Тарайковский Алексей"]], (0, 0, 0)),
        ([[], ["Карпенкаў Мікалай"], []], (0, 1, 2)),
        ([], ()),
    ],
)
def test_groups(people, groups):
    assert grouped(*people) == groups


@given(st.permutations(NAMES))
def test_the_order_of_people_changes_no_group(names):
    found = dict(zip(names, grouped(*([name] for name in names)), strict=True))
    usual = dict(zip(NAMES, grouped(*([name] for name in NAMES)), strict=True))
    for left in NAMES:
        for right in NAMES:
            assert (found[left] == found[right]) is (usual[left] == usual[right])
