# SPDX-License-Identifier: AGPL-3.0-or-later
"""The shortcut gives what the strict readers give, or nothing: whatever it accepts, they accept, and say the same."""

import base64
import json
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_dossier import SmallDesk, make_id

from sviedka.core.base.errors import Failure
from sviedka.core.seal.quick_head import read_head
from sviedka.core.seal.quick_reading import read_plain
from sviedka.core.seal.statement import digest_text, parse_jwt, read_disclosures

DESK = SmallDesk()
KEPT = [
    DESK.admit(
        "claim/1", make_id("c"), value="A sentence, «сказ», \U0001f511.", persons__1={"person": make_id("p")}, n=3
    ),
    DESK.admit(
        "act/1", make_id("a"), text=("one", "two"), methods=["burns"], role__1={"role": "victim", "x": [1, None, True]}
    ),
    DESK.admit(
        "consent.given/1", make_id("p"), grants=[{"purpose": "media", "until": None}], deep=[[[["x"]]]], big=2**53 - 1
    ),
]


def url(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def disclosure(*parts, **spelling):
    options = {"ensure_ascii": False, "separators": (",", ":"), "sort_keys": True} | spelling
    return url(json.dumps(list(parts), **options).encode("utf-8", "surrogatepass"))


SALT = url(bytes(16))


def head_for(disclosures):
    """Return the head of a statement that vouches for these disclosures, unsigned: signatures are checked elsewhere."""
    digests = {digest_text(text) for text in disclosures}
    number = 0
    while len(digests) < 16:
        digests.add(url(sha256(str(number).encode()).digest()))
        number += 1
    good = parse_jwt(KEPT[0].jwt)
    parts = KEPT[0].jwt.split(b".")
    payload = json.loads(base64.urlsafe_b64decode(parts[1] + b"=="))
    payload["_sd"] = sorted(digests)
    spelt = json.dumps(payload, separators=(",", ":"), sort_keys=True).encode()
    assert good.iss == payload["iss"]
    return parse_jwt(b".".join((parts[0], url(spelt).encode(), parts[2])))


def strictly(head, disclosures):
    try:
        return read_disclosures(head, disclosures)
    except Failure as reason:
        return type(reason)


def quickly(head, disclosures):
    try:
        return read_plain(head, disclosures)
    except Failure as reason:
        return type(reason)


def agree(head, disclosures):
    quick = quickly(head, disclosures)
    if quick is not None:
        assert strictly(head, disclosures) == quick
    return quick


@pytest.mark.parametrize("kept", KEPT, ids=lambda kept: kept.jti)
def test_statements_as_they_are_written_are_read_alike(kept):
    head = parse_jwt(kept.jwt)
    assert read_head(kept.jwt) == head == read_head(kept.jwt), "the first reading and one that takes the shortcut"
    shown = sorted(kept.disclosures.values())
    agree(head, shown)
    plain = [
        text for name, text in kept.disclosures.items() if name in {"type", "subject", "at", "n", "value", "author_sig"}
    ]
    assert agree(head, sorted(plain)) is not None


def test_the_shortcut_is_taken_for_the_usual_form():
    desk = SmallDesk()
    kept = desk.admit("claim/1", make_id("k"), about={"act": make_id("a")}, value="five hours", credibility=3)
    shown = sorted(kept.disclosures.values())
    assert read_plain(parse_jwt(kept.jwt), shown) is not None
    assert read_plain(parse_jwt(kept.jwt), []) is not None


@pytest.mark.parametrize(
    "odd",
    [
        [disclosure(SALT, "a", 1.5)],
        [disclosure(SALT, "a", 2**53)],
        [disclosure(SALT, "a", -(2**53))],
        [disclosure(SALT, "a", {"x": [2**60]})],
        [disclosure(SALT, "a", float("nan"))],
        [disclosure(SALT, "a", "x", separators=(", ", ": "))],
        [disclosure(SALT, "a", "é", ensure_ascii=True)],
        [disclosure(SALT, "a", {"b": 1, "a": 2}, sort_keys=False)],
        [disclosure(SALT, "a", {"\ue000": 1, "\U0001f511": 2})],
        [disclosure(SALT, "a", {"\U0001f511": 1, "\ue000": 2}, sort_keys=False)],
        [disclosure(SALT, "a", "\ud800")],
        [disclosure(SALT, "a", "\ud800", ensure_ascii=True)],
        [disclosure(SALT, "_sd", [])],
        [disclosure(SALT, "...", [])],
        [disclosure(SALT, "a", {"_sd": []})],
        [disclosure(SALT, "a", [{"...": url(bytes(32))}])],
        [disclosure(SALT, "iss", "x")],
        [disclosure(SALT, "type", 7)],
        [disclosure(SALT, "at", "yesterday")],
        [disclosure(SALT, "author_sig", {"by": "nobody"})],
        [disclosure(SALT, "a")],
        [disclosure(SALT)],
        [disclosure(SALT, "a", "b", "c")],
        [disclosure(SALT[:-1], "a", "b")],
        [disclosure(SALT[:-1] + "B", "a", "b")],
        [disclosure(7, "a", "b")],
        [disclosure(SALT, 7, "b")],
        [disclosure(SALT, "a", "b"), disclosure(url(b"1" * 16), "a", "c")],
        [disclosure(SALT, "a", [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]])],
        [url(b'["' + SALT.encode() + b'","a",[["x"]'), url(b'["y"]]],["' + SALT.encode() + b'","n","v"]')],
        [url(b'["' + SALT.encode() + b'","a",01]')],
        [url(b'["' + SALT.encode() + b'","a",-0]')],
        [url(b'["' + SALT.encode() + b'","a",{"x":1,"x":1}]')],
        [url(b'["' + SALT.encode() + b'","a","tab\tinside"]')],
        [url(b'["' + SALT.encode() + b'","a","\xff"]')],
        [url(b'["' + SALT.encode() + b'","a","b"] ')],
        [url(b'["' + SALT.encode() + b'","a","b"]\n'), disclosure(SALT, "n", "v")],
        [url(b'["' + SALT.encode() + b'","a","b"]\n["' + SALT.encode() + b'","n","v"]')],
        [url(b'["' + SALT.encode() + b'","a","one'), url(b'two"]')],
        [url(b'["' + SALT.encode() + b'","a",""'), disclosure(SALT, "n", "v")],
        [url(b'["' + SALT.encode() + b'","a",]')],
        [url(b'["' + SALT.encode() + b'","a","b","c"]')],
        [url(b'["' + SALT.encode() + b'","a",1],["b"]')],
        [url(b'["' + SALT.encode() + b'","a","b\xe2\x80\xa8\xc2\x85c"]')],
        [disclosure(SALT, "a", 'said "so"'), disclosure(SALT, "b", ""), disclosure(SALT, "", "c")],
        [disclosure(SALT, "a", '"...":'), disclosure(SALT, "b", "\U0001f511")],
        [url(b"not JSON at all")],
        ["AAAAA"],
        [disclosure(SALT, "a", "b") + "A"],
        [disclosure(SALT, "ab", "b")[:-1] + "."],
    ],
)
def test_whatever_is_odd_is_left_to_the_strict_reader_or_read_alike(odd):
    agree(head_for(odd), odd)


def test_a_disclosure_that_no_digest_leads_to_is_left_to_the_strict_reader():
    stranger = [disclosure(SALT, "a", "b")]
    assert read_plain(head_for([]), stranger) is None
    assert read_plain(head_for(stranger), stranger) is not None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**54), 2**54) | st.text(max_size=8) | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
names = st.sampled_from(["a", "b", "type", "at", "heads", "subject", "case", "iss", "_sd", "author_sig"]) | st.text(
    max_size=3
)


@given(parts=st.lists(st.tuples(names, json_values, st.booleans()), max_size=6), cut=st.integers(0, 5))
@settings(max_examples=400)
def test_the_shortcut_never_disagrees(parts, cut):
    texts = [
        disclosure(url(bytes([number]) * 16), name, value, sort_keys=tidy)
        for number, (name, value, tidy) in enumerate(parts)
    ]
    agree(head_for(texts[: max(len(texts) - cut, 0)] if cut > 3 else texts), sorted(set(texts)))


@given(data=st.data())
@settings(max_examples=400)
def test_a_damaged_head_is_never_read_otherwise(data):
    jwt = bytearray(data.draw(st.sampled_from(KEPT)).jwt)
    read_head(bytes(jwt))
    alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."
    for _ in range(data.draw(st.integers(0, 2))):
        place = data.draw(st.integers(0, len(jwt) - 1))
        kind = data.draw(st.sampled_from(["change", "cut", "add"]))
        if kind == "cut":
            del jwt[place]
        elif kind == "add":
            jwt.insert(place, data.draw(st.sampled_from(list(alphabet))))
        else:
            jwt[place] = data.draw(st.sampled_from(list(alphabet)))
    expected = actual = None
    try:
        expected = parse_jwt(bytes(jwt))
    except Failure as reason:
        expected = type(reason)
    try:
        actual = read_head(bytes(jwt))
    except Failure as reason:
        actual = type(reason)
    assert expected == actual


@given(data=st.data())
@settings(max_examples=300)
def test_a_payload_changed_inside_is_never_read_otherwise(data):
    first, payload, last = KEPT[0].jwt.split(b".")
    read_head(KEPT[0].jwt)
    spelt = bytearray(base64.urlsafe_b64decode(payload + b"=="))
    for _ in range(data.draw(st.integers(1, 2))):
        place = data.draw(st.integers(0, len(spelt) - 1))
        spelt[place : place + data.draw(st.integers(0, 2))] = data.draw(
            st.sampled_from([b"", b"0", b" ", b'"', b",", b"a", b"\xff"])
        )
    jwt = b".".join((first, url(bytes(spelt)).encode(), last))
    try:
        expected = parse_jwt(jwt)
    except Failure:
        with pytest.raises(Failure):
            read_head(jwt)
    else:
        assert expected == read_head(jwt)
