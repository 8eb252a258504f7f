"""A table of captures is read as it was meant, or refused with the line at which it is none."""

import pytest

from sviedka.core.base.errors import TooLarge
from sviedka.core.count.capture import CaptureMalformed
from sviedka.core.count.estimate import capture_csv
from sviedka.core.count.estimate.capture_csv import parse_capture_csv

GOOD = "court,clinic,people\n1,0,30\n0,1,20\n1,1,7\n"


def people(text):
    return [table.people.tolist() for table in parse_capture_csv(text.encode() if isinstance(text, str) else text)]


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        GOOD.replace(",", ";"),
        GOOD.replace(",", "\t"),
        GOOD.replace("\n", "\r\n"),
        "\ufeff" + GOOD,
        "people,court,clinic\n30,1,0\n7,1,1\n\n20,0,1\n0,0,0\n",
        '"court", clinic ,people\n1,0,"30"\n0,1,20\n1,1,7',
    ],
)
def test_the_ways_in_which_people_save_a_table_are_read(text):
    assert people(text) == [[0, 20, 30, 7]]
    assert parse_capture_csv(text.encode())[0].lists == ("court", "clinic")


def test_draws_are_tables_of_their_own():
    text = "draw,a,b,people\n0,1,0,3\n1,1,0,4\n1,0,1,1\n2,1,1,5\n"
    assert people(text) == [[0, 0, 3, 0], [0, 1, 4, 0], [0, 0, 0, 5]]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        ("\n \n", "empty"),
        ("court,clinic\n1,0\n", "one column people"),
        ("a,people,people\n1,0,2\n", "one column people"),
        ("people\n3\n", "each named once"),
        ("a,a,people\n1,0,3\n", "each named once"),
        (",b,people\n1,0,3\n", "printable"),
        ("a\u202e,b,people\n1,0,3\n", "printable"),
        ("a,b,people\n", "numbered 0"),
        ("a,b,people\n1,0\n", "Line 2: 2 cells, not 3"),
        ("a,b,people\n1,2,5\n", "Line 2: a list is marked"),
        ("a,b,people\n1,yes,5\n", "Line 2: a list is marked"),
        ("a,b,people\n1,0,-5\n", "Line 2: a whole number"),
        ("a,b,people\n1,0,5.5\n", "Line 2: a whole number"),
        ("a,b,people\n1,0,=1+1\n", "Line 2: a whole number"),
        ("a,b,people\n1,0,\u0665\n", "Line 2: a whole number"),
        ("a,b,people\n1,0,99999999999999999999\n", "Line 2: a whole number"),
        ("a,b,people\n1,0,5\n1,0,6\n", "Line 3: these lists were named before"),
        ("a,b,people\n0,0,5\n", "Line 2: nobody is known"),
        ("draw,a,people\n1,1,5\n", "numbered 0"),
        ("draw,a,people\n0,1,5\n2,1,5\n", "numbered 0"),
        ('a,b,people\n1,0,"5\n', "no row of a CSV"),
    ],
)
def test_what_is_no_table_is_refused_at_its_line(text, says):
    with pytest.raises(CaptureMalformed) as refused:
        people(text)
    assert says in str(refused.value)


def test_another_encoding_is_named():
    with pytest.raises(CaptureMalformed, match="UTF-8"):
        people("суд,people\n1,3\n".encode("cp1251"))


def test_a_huge_file_is_not_read(monkeypatch):
    monkeypatch.setattr(capture_csv, "MAX_BYTES", 10)
    with pytest.raises(TooLarge):
        people(GOOD)
