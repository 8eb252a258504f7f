"""Name keys as a line of text come back as they were; what is none, or of other rules, is refused."""

import pytest

from sviedka.core.base.errors import NotCanonical, UnknownVersion
from sviedka.core.count.names.key_text import KeysMalformed, format_keys, parse_keys
from sviedka.core.count.names.keys import NameKeys, derive_keys

LINE = format_keys(derive_keys("Карпенкаў Мікалай Пятровіч"))


@pytest.mark.parametrize(
    "text", ["Карпенкаў Мікалай Пятровіч", "Алесь Шчарбакоў", "Marchenko", "", "Иванова-Петрова Анна"]
)
def test_a_line_gives_the_keys_back(text):
    keys = derive_keys(text)
    assert parse_keys(format_keys(keys)) == keys


def test_a_line_has_no_letter_of_the_name_as_it_was_written():
    assert not set("КарпенкаўМікалайПятровіч") & set(LINE)
    assert "karpankav" in LINE  # the control: it is of this name


def test_keys_of_other_rules_are_refused():
    with pytest.raises(UnknownVersion):
        parse_keys(LINE.replace('"v":1', '"v":2'))


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "{}",
        LINE.replace('"sex":"m"', '"sex":"x"'),
        LINE.replace('"sex":"m"', '"sex":["m"]'),
        LINE.replace('"father":"piotr"', '"father":1'),
        LINE.replace('["karpankav"]', '"karpankav"'),
        LINE.replace('["karpankav"]', "[1]"),
        LINE.replace('"surname"', '"text"'),
    ],
)
def test_what_is_no_line_of_keys_is_refused(text):
    assert text != LINE
    with pytest.raises(KeysMalformed):
        parse_keys(text)


def test_a_second_spelling_is_refused():
    with pytest.raises(NotCanonical):
        parse_keys(LINE.replace(":", ": ", 1))
    assert parse_keys(format_keys(NameKeys())) == NameKeys()
