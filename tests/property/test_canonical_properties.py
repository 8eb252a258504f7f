# SPDX-License-Identifier: AGPL-3.0-or-later
"""Canonical bytes: round trips, one spelling each, the same as another implementation, and no input makes a reader stumble."""

import json
from datetime import UTC

import pytest
import rfc8785
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sviedka.core.base import encoding
from sviedka.core.base.canonical import MAX_INTEGER, encode_canonical, parse_any_spelling, parse_canonical
from sviedka.core.base.errors import Malformed, NotCanonical, TooLarge
from sviedka.core.base.instants import format_instant, parse_instant, unix_day

# With surrogates excluded these are all texts that UTF-8 can hold; keys beyond the basic plane sort differently.
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
KEYS = st.one_of(TEXT, st.text(st.sampled_from("a\ud7ff\ue000\uffff\U00010000\U0010ffff"), max_size=3))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)


@settings(deadline=None)
@given(JSON)
@example({"\U00010000": 1, "\uffff": {"\ue000": [], "\ud7ff": None}})
def test_what_was_written_is_read_back_and_another_implementation_writes_the_same(value):
    data = encode_canonical(value)
    assert data == rfc8785.dumps(value)
    assert parse_canonical(data, max_bytes=len(data)) == value
    assert parse_any_spelling(b"".join([data, b" "]), max_bytes=len(data) + 1) == value


@settings(deadline=None)
@given(JSON, st.data())
def test_any_other_spelling_of_a_value_is_refused(value, data):
    spelt = encode_canonical(value)
    other = json.dumps(
        value,
        ensure_ascii=data.draw(st.booleans()),
        indent=data.draw(st.sampled_from([None, 1])),
        sort_keys=data.draw(st.booleans()),
        separators=data.draw(st.sampled_from([(",", ":"), (", ", ": ")])),
    ).encode("utf-8")
    if other == spelt:
        return
    with pytest.raises(NotCanonical):
        parse_canonical(other, max_bytes=10_000)


@settings(deadline=None)
@given(st.binary(max_size=60) | st.text(alphabet='{}[]",:0123456789.-+eEtrufalsn\\ \n', max_size=40).map(str.encode))
@example(b"[" * 50_000)
@example(b'{"":' * 20_000)
@example(b"1" * 5_000)
def test_no_bytes_make_the_reader_stumble_and_what_it_takes_is_canonical(data):
    try:
        value = parse_canonical(data, max_bytes=100_000)
    except Malformed:
        return
    assert encode_canonical(value) == data


@settings(deadline=None)
@given(st.floats() | st.tuples() | st.dictionaries(st.integers(), st.none(), min_size=1) | st.just("\ud800"))
def test_what_has_no_canonical_form_is_refused(value):
    for wrapped in (value, [value], {"a": value}):
        with pytest.raises(Malformed):
            encode_canonical(wrapped)


def test_a_value_that_holds_itself_and_one_over_the_cap_are_refused():
    knot = []
    knot.append(knot)
    with pytest.raises(Malformed):
        encode_canonical(knot)
    with pytest.raises(TooLarge):
        parse_canonical(b"[1,2]", max_bytes=4)
    assert parse_canonical(b"[1,2]", max_bytes=5) == [1, 2]


CODECS = [
    (encoding.encode_base64, encoding.decode_base64),
    (encoding.encode_base64_bare, encoding.decode_base64_bare),
    (encoding.encode_base64url, encoding.decode_base64url),
    (bytes.hex, encoding.decode_hex),
]


@pytest.mark.parametrize(("encode", "decode"), CODECS)
@settings(deadline=None)
@given(data=st.binary(max_size=40), text=st.text(alphabet="AQgwz09+/-_=ß \n", max_size=8) | st.text(max_size=8))
def test_bytes_come_back_and_every_accepted_text_is_the_one_spelling(encode, decode, data, text):
    assert decode(encode(data)) == data
    try:
        found = decode(text)
    except NotCanonical:
        return
    assert encode(found) == text


@settings(deadline=None)
@given(st.datetimes(timezones=st.just(UTC)))
def test_moments_come_back_in_whole_seconds(moment):
    text = format_instant(moment)
    assert parse_instant(text) == moment.replace(microsecond=0)
    day = unix_day(moment)
    assert day % 86_400 == 0
    assert 0 <= moment.timestamp() - day < 86_401


@settings(deadline=None)
@given(st.text(max_size=24) | st.text(alphabet="0123456789-T:Z", max_size=22))
def test_no_text_makes_the_reader_of_moments_stumble(text):
    try:
        assert format_instant(parse_instant(text)) == text
    except Malformed:
        return


@settings(deadline=None)
@given(st.sampled_from([16, 32]), st.binary(max_size=400))
def test_many_short_values_are_spelt_at_once_as_they_are_one_by_one(width, data):
    whole = data[: len(data) // width * width]
    pieces = [whole[place : place + width] for place in range(0, len(whole), width)]
    assert encoding.encode_base64url_each(whole, width=width) == [encoding.encode_base64url(piece) for piece in pieces]
