# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where both accept a date, our bounds are those of the `edtf` package; and no text makes our reader stumble."""

from datetime import date
from time import struct_time

from edtf import parse_edtf as parse_elsewhere
from edtf.parser.edtf_exceptions import EDTFParseException
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sviedka.core.base.dates import parse_date, read_date
from sviedka.core.base.edtf import EdtfMalformed
from sviedka.core.base.errors import Malformed

DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31))
EXACT = DAYS.map(date.isoformat)
LOOSE = st.one_of(
    EXACT,
    EXACT.map(lambda day: day[:7]),
    EXACT.map(lambda day: day[:4]),
    EXACT.map(lambda day: day[:8] + "XX"),
    EXACT.map(lambda day: day[:5] + "XX"),
    EXACT.map(lambda day: day[:5] + "XX-XX"),
    EXACT.map(lambda day: day[:3] + "X"),
    EXACT.map(lambda day: day[:2] + "XX"),
)
QUALIFIED = st.tuples(LOOSE, st.sampled_from(["", "", "?", "~", "%"])).map("".join)
INTERVALS = st.tuples(QUALIFIED, QUALIFIED).map("/".join)
HALF_OPEN = st.one_of(QUALIFIED.map("{}/..".format), QUALIFIED.map("../{}".format))
SETS = st.lists(EXACT, min_size=2, max_size=5, unique=True).map(lambda days: f"[{','.join(sorted(days))}]")
TEXTS = st.one_of(QUALIFIED, INTERVALS, HALF_OPEN, SETS)


def day_of(bound):
    return date(bound.tm_year, bound.tm_mon, bound.tm_mday) if isinstance(bound, struct_time) else None


@settings(deadline=None)
@given(TEXTS)
def test_both_readers_agree_on_the_first_and_last_possible_day(text):
    try:
        when = read_date(text)
    except EdtfMalformed:
        assume(False)
    try:
        found = parse_elsewhere(text)
        first, last = day_of(found.lower_strict()), day_of(found.upper_strict())
    except (EDTFParseException, ValueError, TypeError, AttributeError):  # it stumbles over some of its own grammar
        assume(False)
    assert when.earliest == first
    assert when.latest == last or text.endswith("/..")
    if text.endswith("/.."):
        assert last is None
        assert when.latest is None


@settings(deadline=None)
@given(TEXTS, st.none() | DAYS, st.none() | DAYS)
def test_stretches_lie_inside_each_other_and_precise_has_both_ends_or_none(text, said_on, not_after):
    try:
        when = read_date(text, said_on=said_on, not_after=not_after)
    except Malformed:
        return
    assert (when.precise_first is None) is (when.precise_last is None)
    if when.precise_first is not None:
        assert when.precise_first <= when.precise_last
        assert when.imprecise_first is None or when.imprecise_first < when.precise_first
        assert when.imprecise_last is None or when.imprecise_last > when.precise_last
    if when.earliest is not None and when.latest is not None:
        assert when.earliest <= when.latest
    if not_after is not None:
        assert all(day is None or day <= not_after for day in (when.precise_last, when.imprecise_last, when.earliest))
    assert when.edtf == text


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12) | TEXTS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["edtf", "said_on", "not_after", "zone", "time_text", "basis", "starting", "ending", "x"]),
            inner,
            max_size=5,
        )
    ),
    max_leaves=6,
)


@settings(deadline=None)
@given(JSON | st.text(alphabet="0123456789X-/.,[]?~% {}", max_size=30))
def test_no_value_makes_the_reader_stumble(value):
    try:
        when = parse_date(value)
    except Malformed as failure:
        assert failure.code in {"malformed.edtf", "malformed.date"}  # noqa: PT017
    else:
        text = value if isinstance(value, str) else value["edtf"]
        assert when.edtf == text
