# SPDX-License-Identifier: AGPL-3.0-or-later
"""Messages of the keeper's socket: what goes in comes out, and nothing else gets past the reader."""

import json
import struct
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sviedka.core.base.errors import Failure, Malformed, Withheld
from sviedka.core.seal.statement import Composed, Disclose, Draft, Group, Segment, Text
from sviedka.keeper.errors import CellErased, FrameMalformed
from sviedka.keeper.frames import MAX_FRAME_BYTES, encode_frame, parse_frame, parse_length
from sviedka.keeper.wire import (
    encode_composed,
    encode_drafts,
    encode_failure,
    parse_composed,
    parse_drafts,
    parse_failure,
)

IDS = st.text("0123456789abcdef", min_size=32, max_size=32)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
HEADERS = st.dictionaries(st.text(max_size=12).filter(lambda name: name != "parts"), st.text() | st.integers(0, 2**40))
CELLS = st.lists(IDS, min_size=1, max_size=3).map(tuple)
PARTS = st.lists(
    st.builds(Disclose, name=st.text(min_size=1, max_size=8), value=VALUES, cells=CELLS)
    | st.builds(
        Text,
        name=st.text(min_size=1, max_size=8),
        segments=st.lists(st.builds(Segment, text=st.text(), cells=CELLS), max_size=3).map(tuple),
    ),
    max_size=4,
).map(tuple)
TIMES = st.datetimes(datetime(1970, 1, 1), datetime(2999, 1, 1)).map(lambda at: at.replace(microsecond=0, tzinfo=UTC))  # noqa: DTZ001
DRAFTS = st.builds(
    Draft,
    jti=IDS,
    case=IDS,
    type=st.text(max_size=10),
    subject=IDS,
    heads=st.lists(IDS, max_size=2).map(tuple),
    at=TIMES,
    parts=PARTS,
    archive_cell=IDS,
)
COMPOSED = st.builds(
    Composed,
    jwt=st.binary(max_size=50),
    sealed=st.binary(max_size=50),
    groups=st.lists(
        st.builds(
            lambda cells, told: Group(cells=cells, disclosures=tuple(told), withheld=not told),
            CELLS,
            st.lists(st.text(max_size=9), max_size=3),
        ),
        max_size=3,
    ).map(tuple),
)


def joined(header, parts=()):
    return b"".join(encode_frame(header, tuple(parts)))


def reread(data):
    assert parse_length(data) == len(data) - 4
    return parse_frame(bytearray(data[4:]))


@given(HEADERS, st.lists(st.binary(max_size=60), max_size=8))
def test_a_message_comes_out_as_it_went_in(header, parts):
    frame = reread(joined(header, parts))
    assert header == frame.header
    assert parts == [bytes(part) for part in frame.parts]


@given(st.lists(DRAFTS, min_size=1, max_size=3))
def test_drafts_come_out_as_they_went_in(drafts):
    assert drafts == [draft for part in encode_drafts(drafts) for draft in parse_drafts(part)]


@given(st.lists(COMPOSED, max_size=3))
def test_statements_come_out_as_they_went_in(composed):
    assert composed == parse_composed(*encode_composed(composed))


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_as_a_message_by_name(data):
    try:
        parse_frame(bytearray(data))
    except Malformed:
        return
    assert encode_frame({}, ()) is not None  # only a whole message gets here


@given(st.dictionaries(st.text(max_size=5), VALUES, max_size=4), st.binary(max_size=50))
def test_any_header_is_read_or_refused_by_name(header, rest):
    head = json.dumps(header, separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode()
    with suppress(Malformed):
        parse_frame(bytearray(struct.pack(">I", len(head)) + head + rest))


@given(st.integers(0, 2**32 - 1))
def test_a_length_over_the_cap_is_refused(length):
    data = struct.pack(">I", length)
    if 4 < length <= MAX_FRAME_BYTES:
        assert length == parse_length(data)
        return
    with pytest.raises(FrameMalformed):
        parse_length(data)


@pytest.mark.parametrize(
    ("header", "rest"),
    [
        (b"[]", b""),
        (b'{"ask":"status"}', b""),
        (b'{"ask":"status","parts":[1]}', b""),
        (b'{"ask":"status","parts":[]}', b"x"),
        (b'{"ask":"status","parts":[-1]}', b""),
        (b'{"ask":"status","parts":[true]}', b"x"),
        (b'{"ask":"status","parts":[0,0,0,0,0,0,0,0,0]}', b""),
        (b'{"ask": "status","parts":[]}', b""),
        (b'{"ask":"status","ask":"lock","parts":[]}', b""),
        (b'{"ask":1.5,"parts":[]}', b""),
        (b"\xff", b""),
    ],
)
def test_a_crooked_message_is_refused(header, rest):
    """Control: the straight one is read."""
    straight = b'{"ask":"status","parts":[]}'
    parse_frame(bytearray(struct.pack(">I", len(straight)) + straight))
    with pytest.raises(Malformed):
        parse_frame(bytearray(struct.pack(">I", len(header)) + header + rest))


def test_too_much_is_not_sent_either():
    with pytest.raises(FrameMalformed):
        encode_frame({}, (bytes(MAX_FRAME_BYTES),))
    with pytest.raises(FrameMalformed):
        encode_frame({"long": "x" * 2_000_000})


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_as_drafts_by_name(data):
    with pytest.raises(Failure):
        parse_drafts(data)


@given(st.lists(VALUES | st.lists(VALUES, min_size=8, max_size=8), min_size=1, max_size=2))
def test_any_json_is_refused_as_drafts_by_name(value):
    with pytest.raises(Failure):
        parse_drafts(json.dumps(value).encode())


@given(st.data(), DRAFTS)
def test_a_draft_with_one_part_exchanged_is_read_or_refused_by_name(data, draft):
    (part,) = encode_drafts([draft])
    listed = json.loads(part)
    listed[0][data.draw(st.integers(0, 7))] = data.draw(VALUES)
    with suppress(Failure):
        parse_drafts(json.dumps(listed).encode())


@given(st.binary(max_size=100), st.binary(max_size=100))
def test_any_bytes_are_refused_as_statements_by_name(index, blob):
    with suppress(Failure):
        assert parse_composed(index, blob) == []


@given(VALUES, st.binary(max_size=20))
def test_any_json_is_refused_as_statements_by_name(value, blob):
    with suppress(Failure):
        parse_composed(json.dumps(value).encode(), blob)


def test_a_deep_nest_is_no_way_in():
    with pytest.raises(Failure):
        parse_drafts(b"[" * 100_000)


def test_a_failure_arrives_as_what_it_was():
    told = encode_failure(CellErased("Cell {cell} has no key any more.", cell="ab"))["error"]
    failure = parse_failure(told)
    assert CellErased is type(failure)
    assert str(failure) == "Cell ab has no key any more."


def test_a_failure_of_a_class_that_is_not_known_here_keeps_its_verdict():
    told = {"code": "withheld.from-later", "verdict": "withheld", "message": "No.", "facts": {}}
    assert type(parse_failure(told)) is Withheld


@given(VALUES | st.fixed_dictionaries({"code": VALUES, "verdict": VALUES, "message": VALUES, "facts": VALUES}))
def test_any_tale_of_a_failure_gives_a_failure(told):
    failure = parse_failure(told)
    assert isinstance(failure, Failure)
    str(failure)
