# SPDX-License-Identifier: AGPL-3.0-or-later
"""Statements: what is composed is read back, any change is detected, and no bytes make a reader stumble."""

import json
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256, shake_128

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from sviedka.core.base.canonical import MAX_INTEGER
from sviedka.core.base.encoding import encode_base64url
from sviedka.core.base.errors import Failure, Malformed, Refuted
from sviedka.core.seal.statement import (
    Disclose,
    Draft,
    Segment,
    Text,
    compose,
    digest_text,
    format_kid,
    format_sdjwt,
    open_sealed,
    parse_disclosure,
    parse_jwt,
    parse_sdjwt,
    parse_sealed,
    read_disclosures,
    verify_author,
    verify_signature,
)

DESK = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
AUTHOR = Ed25519PrivateKey.from_private_bytes(bytes(range(32, 64)))
DESK_PUBLIC = DESK.public_key().public_bytes_raw()
AUTHOR_PUBLIC = AUTHOR.public_key().public_bytes_raw()
ORIGIN = "archive.example/minsk-1"
KID = format_kid(ORIGIN, DESK_PUBLIC)
ARCHIVE = "a" * 32
CELLS = [ARCHIVE, "b" * 32, "c" * 32, "d" * 32]
KEYS = {cell: sha256(cell.encode()).digest() for cell in CELLS}

IDS = st.integers(0, 2**128 - 1).map("{:032x}".format)
SOME_CELLS = st.lists(st.sampled_from(CELLS), min_size=1, max_size=3).map(tuple)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
NAMES = st.text("abcdefgh_.1", min_size=1, max_size=6).map("x{}".format)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | TEXT,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(TEXT.filter(lambda key: key not in {"_sd", "..."}), inner, max_size=3)
    ),
    max_leaves=6,
)
DISCLOSED = st.builds(Disclose, name=st.just("x"), value=VALUES, cells=SOME_CELLS)
SEGMENTS = st.lists(st.builds(Segment, text=TEXT, cells=SOME_CELLS), min_size=1, max_size=20).map(tuple)
TEXTS = st.builds(Text, name=st.just("x"), segments=SEGMENTS)
PARTS = st.lists(DISCLOSED | TEXTS, max_size=14).map(
    lambda parts: tuple(replace(part, name=f"field.{number}") for number, part in enumerate(parts, start=1))
)
DRAFTS = st.builds(
    Draft,
    jti=IDS,
    case=IDS,
    type=st.just("claim/1"),
    subject=IDS,
    heads=st.lists(IDS, max_size=3, unique=True).map(lambda heads: tuple(sorted(heads))),
    at=st.datetimes(datetime(1970, 1, 1), datetime(9999, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001
    parts=PARTS,
    archive_cell=st.just(ARCHIVE),
)


def finish(draft, seed=b""):
    return compose(
        draft,
        origin=ORIGIN,
        desk_key=DESK,
        desk_kid=KID,
        author="9" * 32,
        author_key=AUTHOR,
        cell_keys=KEYS,
        entropy=lambda count: shake_128(draft.jti.encode() + seed).digest(count),
    )


def read_back(composed, keys=KEYS):
    head = parse_jwt(composed.jwt)
    verify_signature(head, DESK_PUBLIC)
    groups = open_sealed(composed.sealed, head=head, cell_keys=keys)
    statement = read_disclosures(head, [text for group in groups for text in group.disclosures])
    return statement, groups


def written(part):
    return part.value if isinstance(part, Disclose) else [segment.text for segment in part.segments]


@settings(deadline=None)
@given(DRAFTS)
def test_what_was_composed_is_read_back(draft):
    composed = finish(draft)
    statement, groups = read_back(composed)
    verify_author(statement, AUTHOR_PUBLIC)
    assert groups == composed.groups
    assert statement.fields == {part.name: written(part) for part in draft.parts}
    said = (statement.type, statement.subject, statement.heads, statement.case, statement.author)
    assert said == (draft.type, draft.subject, draft.heads, draft.case, "9" * 32)
    assert statement.at == draft.at.replace(microsecond=0)
    assert statement.head.jti == draft.jti
    assert len(statement.head.digests) in {16, 64, 256}
    serial = format_sdjwt(composed.jwt, [text for group in groups for text in group.disclosures])
    assert parse_sdjwt(serial) == (composed.jwt, tuple(text for group in groups for text in group.disclosures))


@settings(deadline=None)
@given(DRAFTS, st.sets(st.sampled_from(CELLS[1:])))
def test_without_a_key_exactly_its_parts_are_withheld(draft, lost):
    composed = finish(draft)
    statement, groups = read_back(composed, {cell: key for cell, key in KEYS.items() if cell not in lost})
    verify_author(statement, AUTHOR_PUBLIC)  # the author is known whatever is withheld
    assert [group.withheld for group in groups] == [not lost.isdisjoint(group.cells) for group in groups]
    for part in draft.parts:
        if isinstance(part, Disclose):
            assert (part.name in statement.fields) is lost.isdisjoint(part.cells)
            continue
        shown = [(i, s.text) for i, s in enumerate(part.segments) if lost.isdisjoint(s.cells)]
        assert statement.fields[part.name] == [text for _, text in shown]
        assert statement.positions[part.name] == tuple(index for index, _ in shown)


@settings(deadline=None)
@given(DRAFTS)
def test_nothing_but_counts_in_steps_shows_on_the_outside(draft):
    composed = finish(draft)
    again = finish(draft, seed=b"other")
    for cells, box in parse_sealed(composed.sealed):
        assert (len(box) - 32 * len(cells)) % 256 == 0
    head, other = parse_jwt(composed.jwt), parse_jwt(again.jwt)
    assert set(head.digests).isdisjoint(other.digests)  # not even equal content gives an equal digest


@settings(deadline=None, max_examples=300)
@given(DRAFTS, st.data())
def test_a_changed_character_of_the_signed_part_is_detected(draft, data):
    composed = finish(draft)
    place = data.draw(st.integers(0, len(composed.jwt) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda byte: byte != composed.jwt[place]))
    changed = composed.jwt[:place] + bytes([byte]) + composed.jwt[place + 1 :]
    with pytest.raises((Refuted, Malformed)):
        verify_signature(parse_jwt(changed), DESK_PUBLIC)
    verify_signature(parse_jwt(composed.jwt), DESK_PUBLIC)  # the control


@settings(deadline=None, max_examples=300)
@given(DRAFTS, st.data())
def test_a_changed_character_of_a_disclosure_is_detected(draft, data):
    composed = finish(draft)
    shown = [text for group in composed.groups for text in group.disclosures]
    which = data.draw(st.integers(0, len(shown) - 1))
    place = data.draw(st.integers(0, len(shown[which]) - 1))
    letter = data.draw(st.characters().filter(lambda letter: letter != shown[which][place]))
    changed = shown[which][:place] + letter + shown[which][place + 1 :]
    head = parse_jwt(composed.jwt)
    with pytest.raises(Refuted):
        read_disclosures(head, [*shown[:which], changed, *shown[which + 1 :]])
    read_disclosures(head, shown)  # the control


@settings(deadline=None, max_examples=200)
@given(DRAFTS, st.data())
def test_a_changed_byte_of_the_sealed_part_is_detected(draft, data):
    composed = finish(draft)
    place = data.draw(st.integers(0, len(composed.sealed) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda byte: byte != composed.sealed[place]))
    changed = composed.sealed[:place] + bytes([byte]) + composed.sealed[place + 1 :]
    head = parse_jwt(composed.jwt)
    with pytest.raises(Refuted):
        open_sealed(changed, head=head, cell_keys=KEYS)
    # Even if a head named the changed bytes: no group opens to anything else.
    try:
        groups = open_sealed(changed, head=replace(head, enc=sha256(changed).digest()), cell_keys=KEYS)
    except Failure:
        return
    shown = {text for group in groups for text in group.disclosures}
    assert shown < {text for group in composed.groups for text in group.disclosures}


ANY_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["A" * 43, "a" * 32]),
    lambda inner: (
        st.lists(inner, max_size=17)
        | st.dictionaries(
            st.sampled_from(["_sd", "...", "iat", "cells", "groups", "v", "by", "sig"]) | st.text(max_size=3), inner
        )
    ),
    max_leaves=24,
)


def spelt(value):
    return encode_base64url(json.dumps(value, separators=(",", ":"), sort_keys=True).encode())


@settings(deadline=None, max_examples=300)
@given(st.binary(max_size=200) | st.lists(ANY_JSON.map(spelt), min_size=2, max_size=4).map(".".join).map(str.encode))
def test_no_bytes_make_the_reader_of_the_signed_part_stumble(data):
    with pytest.raises(Failure):
        parse_jwt(data)


@settings(deadline=None, max_examples=300)
@given(
    st.fixed_dictionaries(
        {name: ANY_JSON for name in ("_sd", "_sd_alg", "enc", "iat", "iss", "jti", "vct")}  # noqa: C420
        | {"vct": st.just("sviedka/statement/1"), "_sd_alg": st.just("sha-256"), "iss": st.just(ORIGIN) | ANY_JSON}
    )
)
def test_no_payload_of_the_right_members_makes_it_stumble(payload):
    header = spelt({"alg": "EdDSA", "kid": KID, "typ": "sviedka+sd-jwt"})
    with pytest.raises(Malformed):
        parse_jwt(f"{header}.{spelt(payload)}.{encode_base64url(bytes(64))}".encode())


@settings(deadline=None, max_examples=300)
@given(ANY_JSON.map(spelt) | st.text(max_size=40), st.data())
def test_no_disclosure_makes_the_reader_stumble_even_if_the_desk_signed_it(text, data):
    salt = encode_base64url(bytes(16))
    signed = spelt([salt, data.draw(st.sampled_from(["x", "at", "heads", "author_sig", "type"])), data.draw(ANY_JSON)])
    head = parse_jwt(finish(Draft(**EMPTY)).jwt)
    for one in (text, signed):
        with suppress(Malformed):
            parse_disclosure(one)
        digests = tuple(sorted([*head.digests[:15], digest_text(one)])) if one.isascii() else head.digests
        with suppress(Failure):
            read_disclosures(replace(head, digests=digests), [one])


EMPTY = {
    "jti": "1" * 32,
    "case": "2" * 32,
    "type": "claim/1",
    "subject": "3" * 32,
    "heads": (),
    "at": datetime(2026, 11, 21, 22, 53, tzinfo=UTC),
    "parts": (),
    "archive_cell": ARCHIVE,
}


@settings(deadline=None, max_examples=300)
@given(
    st.binary(max_size=100)
    | ANY_JSON.map(lambda value: json.dumps(value, separators=(",", ":"), sort_keys=True).encode())
    | st.lists(
        st.fixed_dictionaries({"cells": st.lists(st.sampled_from(CELLS), max_size=3), "sealed": st.text(max_size=8)}),
        max_size=3,
    ).map(lambda groups: json.dumps({"groups": groups, "v": 1}, separators=(",", ":"), sort_keys=True).encode())
)
def test_no_bytes_make_the_reader_of_the_sealed_part_stumble(data):
    with pytest.raises(Failure):
        parse_sealed(data)


@settings(deadline=None)
@given(st.text(max_size=60) | st.text(alphabet="a~.", max_size=20))
def test_no_text_makes_the_reader_of_the_serial_form_stumble(text):
    try:
        jwt, disclosures = parse_sdjwt(text)
    except Malformed:
        return
    assert format_sdjwt(jwt, disclosures) == text
