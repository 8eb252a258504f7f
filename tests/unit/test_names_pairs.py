"""Two names are scored and explained from their keys alone; a father and a son are not one person for having one name."""

import re

import pytest

from sviedka.core.base.phrases import Phrase
from sviedka.core.count.names.agreement import Degree, explain_pair
from sviedka.core.count.names.columns import KeyColumns, derive_columns, derive_part_columns
from sviedka.core.count.names.keys import KEY_VERSION, NameKeys, derive_keys
from sviedka.core.count.names.scoring import OTHER_FATHER, PART_ONLY, score_pair
from sviedka.core.count.names.spelling import NameMalformed


def explained(left, right):
    return explain_pair(derive_keys(left), derive_keys(right))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Карпенкаў Мікалай", "Nikolay Karpenkov"),
        ("Тарайкоўская Вольга", "Olga Taraikovskaya"),
        ("Шчарбакоў Алесь", "Щербаков Алексей"),
        ("Шчарбакоў Алесь", "Щербаков Александр"),
    ],
)
def test_spellings_of_one_name_score_one(left, right):
    found = explained(left, right)
    assert (found.score, found.surname, found.given) == (1.0, Degree.SAME, Degree.SAME)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Карпенкаў Мікалай", "Карпенкаў Міхаіл"),
        ("Карпенкаў Мікалай", "Сідарэнка Мікалай"),
        ("Марына Карпенка", "Марыя Карпенка"),
        ("Аляксандр Карпенка", "Аляксандра Карпенка"),
    ],
)
def test_control_names_of_two_people_stay_below(left, right):
    assert explained(left, right).score < 0.8


def test_a_slip_of_the_pen_is_close_and_not_the_same():
    found = explained("Карпенкаў Мікалай", "Карпнекаў Мікалай")
    assert found.surname is Degree.CLOSE
    assert 0.9 < found.score < 1


def test_a_father_and_a_son_of_one_name_are_told_apart_by_the_patronymic():
    father, son = "Карпенкаў Іван Пятровіч", "Карпенков Иван Иванович"
    found = explained(father, son)
    assert (found.patronymic, found.score) == (Degree.DIFFERENT, OTHER_FATHER)
    assert explained(father, "Карпенков Иван Петрович").score == 1.0


def test_without_patronymics_the_explanation_says_that_names_cannot_tell_them_apart():
    found = explained("Карпенкаў Іван Пятровіч", "Ivan Karpenkau")
    assert found.patronymic is Degree.MISSING
    assert "father from a son" in found.sentence()
    assert "date of birth" in found.sentence()


def test_a_missing_part_never_makes_a_pair_certain():
    assert score_pair(derive_keys("И. Карпенков"), derive_keys("Карпенкаў Іван")) == PART_ONLY
    assert score_pair(NameKeys(), derive_keys("Карпенкаў Іван")) == 0.0
    assert explained("", "Карпенкаў").surname is Degree.MISSING


def test_an_explanation_shows_the_agreement_and_no_letter_of_a_name():
    said = explained("Карпенкаў Іван Пятровіч", "Karpenkau Ivan").sentence()
    assert isinstance(said, Phrase)
    assert not re.search("[кК]арп|[kK]arp|[iI]van|[іІ]ван", said)
    assert not re.search("karp|ivan", repr(explained("Карпенкаў Іван", "Karpenkau Ivan")))


NAMES = ["Карпенкаў Мікалай Пятровіч", "Olga Taraikovskaya", "", "И. Карпенков", "Алесь Шчарбакоў"] * 5


def test_columns_hold_what_the_names_give_one_by_one():
    columns = derive_columns(NAMES)
    assert columns == KeyColumns.from_keys(derive_keys(name) for name in NAMES)
    assert (len(columns), columns.version) == (len(NAMES), KEY_VERSION)


def test_parts_of_names_give_the_same_columns():
    parts = derive_part_columns(surnames=["Карпенкаў", ""], given=["Мікалай", "Оля"], patronymics=["Пятровіч", ""])
    whole = derive_columns(["Карпенкаў Мікалай Пятровіч", "Оля"])
    assert (parts.given_id, parts.patronymic_id) == (whole.given_id, whole.patronymic_id)
    assert parts.surname_keys == [whole.surname_keys[0], ()]
    with pytest.raises(ValueError, match="zip"):
        derive_part_columns(surnames=["а"], given=["б", "в"])


def test_a_row_that_is_no_name_is_said_by_its_place_alone():
    with pytest.raises(NameMalformed) as refused:
        derive_columns(["Карпенкаў", "сакрэт" * 1000])
    assert str(refused.value) == "Entry 2: a name of 6000 characters is none."


def test_progress_is_told_of_every_name():
    told = []
    derive_columns(["Карпенкаў"] * 25_000, progress=lambda done, expected=0: told.append((done, expected)))
    assert sum(done for done, _ in told) == 25_000
    assert sum(expected for _, expected in told) == 25_000
