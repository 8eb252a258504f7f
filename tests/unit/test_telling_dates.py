"""A reader of a report reads a date with its doubt, and nothing that was not recorded."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sviedka.core.disclose.dossier_spec import Language
from sviedka.core.disclose.telling import say_place
from sviedka.core.disclose.telling_dates import say_date
from sviedka.core.disclose.wording import find_wording

ENGLISH = find_wording(Language.ENGLISH)


@pytest.mark.parametrize(
    ("recorded", "told"),
    [
        ("2020-08-10", "2020-08-10"),
        ("2020-08", "2020-08"),
        ("2020-08-XX", "2020-08, day not known"),
        ("2020-XX", "2020, month not known"),
        ("2020-XX-XX", "2020, month not known"),
        ("202X", "one of the years 2020 to 2029"),
        ("2020-08-10?", "2020-08-10 (uncertain)"),
        ("2020-08-10~", "about 2020-08-10"),
        ("2020-08-XX%", "about 2020-08, day not known (uncertain)"),
        ("2020-08-09/2020-08-12", "from 2020-08-09 to 2020-08-12"),
        ("2020-08-09/..", "from 2020-08-09, still so when it was told"),
        ("2020-08-09/", "from 2020-08-09, end not known"),
        ("../2020-08-12", "until 2020-08-12, since before what is told"),
        ("/2020-08-12", "until 2020-08-12, beginning not known"),
        ("[2020-08-11,2020-08-12]", "2020-08-11 or 2020-08-12"),
        ("no date", "no date"),
        ({"edtf": "2020-08-11~", "time_text": "at dawn"}, "about 2020-08-11 (at dawn)"),
    ],
)
def test_a_date_is_told_with_its_doubt(recorded, told):
    assert say_date(recorded, ENGLISH) == told


@pytest.mark.parametrize("language", Language)
@given(st.dates(min_value=date(1000, 1, 1), max_value=date(2999, 12, 31)))
def test_two_records_that_differ_are_told_differently(language, day):
    wording, written = find_wording(language), day.isoformat()
    forms = (written, written[:7], f"{written[:7]}-XX", f"{written}?", f"{written}~", f"{written}%", f"{written}/..")
    forms += (f"{written}/", f"../{written}", f"/{written}")
    assert len({say_date(form, wording) for form in forms}) == len(forms)


def test_a_city_that_is_its_own_region_is_said_once_and_a_country_by_its_name():
    place = {"settlement": "Brest", "region": "Brest", "country": "BY"}
    assert say_place(place, ENGLISH) == "Brest, Belarus"
    assert say_place({"country": "XX"}, ENGLISH) == "XX"
