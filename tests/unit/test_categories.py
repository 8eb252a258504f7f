# SPDX-License-Identifier: AGPL-3.0-or-later
"""A record comes to the category that its list says, to none where it may mean two, and to nothing no list can tell."""

import pytest

from sviedka.core.count.release.release_errors import PlanRefused
from sviedka.link.categories import BANDS, plain_dimensions, planned_dimensions
from sviedka.store.release.plan import parse_plan

PLAN = """\
plan: 1
title: An invented release
unit: UNIT
population: Invented people
as_of: "2020-12-31"
coverage: Nobody real
method: None
certainty: documented-minimum
counts: counts.csv
dimensions:
  - name: DIMENSION
    title: A dimension
    categories: [CATEGORIES]
tables:
  - {name: one, title: One, across: [DIMENSION]}
"""


def planned(name, categories, unit="persons"):
    text = PLAN.replace("DIMENSION", name).replace("CATEGORIES", categories).replace("UNIT", unit)
    return planned_dimensions(parse_plan(text.encode()))[name].read


@pytest.mark.parametrize(
    ("born", "event", "band"),
    [
        ("2002-08-10", "2020-08-09", "0-17"),  # eighteen tomorrow
        ("2002-08-09", "2020-08-09", "18-29"),
        ("1960-08-09", "2020-08-09", "60+"),
        ("1990", "2020-08", "18-29 or 30-44"),
        ("1985", "2020", "30-44"),
        ("2002-08", "09.08.2020", "0-17 or 18-29"),
        ("2021-01-01", "2020-08-09", "not yet born"),
        ("somewhen", "2020-08-09", "unread"),
        (None, "2020-08-09", "nothing said"),
        ("1985", None, "nothing said"),
    ],
)
def test_an_age_band_is_named_only_if_all_that_the_dates_may_mean_lies_in_it(born, event, band):
    found = plain_dimensions()["age_band"].read(born, event)
    assert found == (band if band in BANDS else None)


def test_a_plan_has_its_own_bands():
    read = planned("age_band", "0-17, 18-34, 35+, unknown")
    assert (read("1990", "2020-12-31"), read("1980", "2020")) == ("18-34", "35+")
    assert planned("age_band", "18-34, unknown")("1980", "2020") is None  # no band holds it


def test_a_place_is_found_by_any_spelling_and_a_region_by_its_towns():
    read = planned("place", "{code: minsk-city, matches: [Минск]}, {code: brest, matches: [Пинск]}, unknown")
    assert [read(text) for text in ("Мінск", "Minsk", "Brest", "Брэст", "Pinsk", "Пінск")] == [
        "minsk-city", "minsk-city", "brest", "brest", "brest", "brest",
    ]  # fmt: skip
    assert (read("Vydumsk"), read(None)) == (None, None)
    assert planned("place", "minsk-region, unknown")("Minsk") is None  # the town is not its region


def test_one_spelling_for_two_categories_is_refused():
    with pytest.raises(PlanRefused):
        planned("place", "{code: a-1, matches: [Минск]}, {code: b-2, matches: [Мінск]}")


@pytest.mark.parametrize("name", ["act", "outcome"])
def test_what_no_list_of_people_tells_is_refused(name):
    with pytest.raises(PlanRefused):
        planned(name, "one, unknown")


def test_a_plan_of_complaints_is_refused_and_one_of_persons_is_not():
    with pytest.raises(PlanRefused):
        planned("sex", "f, m", unit="complaints")
    assert planned("sex", "f, m")("ж") == "f"


def test_a_month_or_a_day_is_one_only_if_the_date_is():
    month, day = (plain_dimensions()[name].read for name in ("month", "day"))
    assert (month("2020-08"), day("2020-08"), month("2020"), month(None)) == ("2020-08", None, None, None)
    assert (month("9.8.2020"), day("9.8.2020")) == ("2020-08", "2020-08-09")
