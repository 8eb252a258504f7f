# SPDX-License-Identifier: AGPL-3.0-or-later
"""Dates with doubt: nothing is added to what the source says, and what other readers get wrong is refused."""

from datetime import UTC, date, datetime

import pytest
from edtf import parse_edtf as parse_elsewhere
from edtf.parser.edtf_exceptions import EDTFParseException

from sviedka.core.base.dates import DateRefused, is_night, night_of, parse_date, read_date, utc_span
from sviedka.core.base.edtf import Doubt, Edge, EdtfMalformed, parse_edtf


def test_a_tenth_of_a_month_parses_elsewhere_and_fails_when_asked_for_bounds_so_it_is_refused_here():
    found = parse_elsewhere("2020-08-1X")
    with pytest.raises(ValueError, match="1X"):  # the control: the other reader accepts it and breaks later
        found.lower_strict()
    with pytest.raises(EdtfMalformed):
        parse_edtf("2020-08-1X")


def test_a_day_of_an_unknown_month_becomes_a_misleading_range_elsewhere_so_it_is_refused_here():
    found = parse_elsewhere("2020-XX-10")
    assert (found.lower_strict().tm_mon, found.upper_strict().tm_mon) == (1, 12)
    with pytest.raises(EdtfMalformed):
        parse_edtf("2020-XX-10")


def test_an_open_end_is_infinite_elsewhere_and_open_here():
    assert parse_elsewhere("2020-08-09/..").upper_strict() == float("inf")
    when = read_date("2020-08-09/..")
    assert (when.ends, when.latest, when.earliest) == (Edge.OPEN, None, date(2020, 8, 9))


def test_an_interval_of_clock_times_is_refused_by_both_and_hours_stay_in_words():
    text = "2020-08-10T22:00:00/2020-08-11T02:00:00"
    with pytest.raises(EDTFParseException):
        parse_elsewhere(text)
    with pytest.raises(EdtfMalformed):
        parse_edtf(text)
    when = parse_date({"edtf": "[2020-08-10,2020-08-11]", "time_text": "from ten in the evening to two at night"})
    assert when.time_text == "from ten in the evening to two at night"
    assert when.precise_first is None


def test_an_unknown_day_stays_unknown_and_is_never_the_first():
    when = read_date("2020-08-XX")
    assert (when.precise_first, when.precise_last) == (None, None)
    assert (when.earliest, when.latest) == (date(2020, 8, 1), date(2020, 8, 31))
    assert when.edtf == "2020-08-XX"
    known = read_date("2020-08-01")  # the control: the first of August is another date
    assert known.precise_first == date(2020, 8, 1)
    assert known != when


def test_a_night_is_one_of_two_days():
    text = night_of(date(2020, 8, 9))
    assert text == "[2020-08-09,2020-08-10]"
    when = read_date(text)
    assert is_night(when)
    assert when.precise_first is None
    assert (when.earliest, when.latest) == (date(2020, 8, 9), date(2020, 8, 10))
    assert not is_night(read_date("2020-08-09/2020-08-10"))
    assert not is_night(read_date("[2020-08-09,2020-08-12]"))
    assert night_of(date(2020, 8, 31)) == "[2020-08-31,2020-09-01]"


def test_a_date_cannot_lie_after_what_the_source_can_have_known():
    cut = read_date("2020-08-XX", not_after=date(2020, 8, 20))
    assert cut.latest == date(2020, 8, 20)
    with pytest.raises(DateRefused):
        read_date("2020-08-21", not_after=date(2020, 8, 20))
    assert read_date("2020-08-20", not_after=date(2020, 8, 20)).precise_last == date(2020, 8, 20)


def test_what_still_lasted_was_so_until_it_was_told_and_no_longer():
    when = read_date("2020-08-09/..", said_on=date(2020, 8, 13), starting=True)
    assert (when.precise_first, when.precise_last) == (date(2020, 8, 9), date(2020, 8, 13))
    assert when.starting
    published_only = read_date("2020-08-09/..", not_after=date(2020, 8, 13))
    assert published_only.precise_last == date(2020, 8, 9)  # that it was printed later does not stretch the claim
    assert not published_only.starting  # only the source says that it began then


def test_a_doubtful_date_is_never_precise_and_keeps_its_doubt():
    assert read_date("2020-08-10?").doubt is Doubt.UNCERTAIN
    assert read_date("2020-08-10~/2020-08-20").precise_first is None
    assert read_date("2020-08-10~/2020-08-20?").doubt is Doubt.BOTH
    assert read_date("2020-08-10").doubt is Doubt.NONE


def test_days_are_counted_in_minsk_unless_said_otherwise():
    assert utc_span(read_date("2020-08-10")) == (
        datetime(2020, 8, 9, 21, tzinfo=UTC),
        datetime(2020, 8, 10, 21, tzinfo=UTC),
    )
    assert utc_span(read_date("../2020-08-10", zone="UTC")) == (None, datetime(2020, 8, 11, tzinfo=UTC))
    with pytest.raises(DateRefused):
        utc_span(read_date("2010-08-10"))  # then the clock still changed with the season
    assert utc_span(read_date("2010-08-10", zone="UTC"))[0] == datetime(2010, 8, 10, tzinfo=UTC)
    assert utc_span(read_date("2999"))[1] is not None


def test_an_interval_cut_off_where_certainty_ends_has_no_doubtful_end():
    when = read_date("2000-01-01/2000-01", not_after=date(2000, 1, 1))
    assert (when.precise_last, when.imprecise_last) == (date(2000, 1, 1), None)
    control = read_date("2000-01-01/2000-01", not_after=date(2000, 1, 2))
    assert control.imprecise_last == date(2000, 1, 2)
