# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whatever is changed about an assertion that holds, no reader takes it any more."""

import base64
import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sviedka.core.base.errors import Failure
from sviedka.core.seal.assertion import assertion_message, format_assertion, parse_assertion, verify_assertion
from sviedka.core.seal.assertion_errors import AssertionMalformed
from sviedka.core.seal.keylist import parse_keylist
from sviedka.core.seal.statement import parse_jwt, read_disclosures
from sviedka.core.seal.webauthn import flatten_es256

FOLDER = Path(__file__).resolve().parents[2] / "spec/vectors/assertion/accept"
NAMES = ("asserted-with-the-user-s-own-key", "asserted-with-an-es256-credential", "asserted-with-an-ed25519-credential")


def load(name):
    """Return an assertion that holds, as a value, with its message and key list."""
    given = json.loads((FOLDER / f"{name}.json").read_text())["given"]
    statement = read_disclosures(parse_jwt(given["statement"].encode()), given["disclosures"])
    left_out = {statement.author_digest, statement.assertion_digest}
    others = [digest for digest in statement.head.digests if digest not in left_out]
    message = assertion_message(statement.head.jti, others)
    return statement.assertion, message, parse_keylist(base64.b64decode(given["keylist"]))


CASES = [load(name) for name in NAMES]


def holds(value, message, keylist):
    try:
        verify_assertion(parse_assertion(value), message, keylist=keylist)
    except Failure:
        return False
    return True


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_as_it_is_it_holds_and_comes_back_in_the_same_spelling(case):
    value, message, keylist = case
    assert holds(value, message, keylist)
    assert format_assertion(parse_assertion(value)) == value


@given(st.sampled_from(CASES), st.data())
def test_no_bit_of_it_may_change(case, data):
    value, message, keylist = case
    name = data.draw(st.sampled_from(sorted(set(value) - {"by", "kind"})))
    raw = bytearray(base64.urlsafe_b64decode(value[name] + "=" * (-len(value[name]) % 4)))
    place = data.draw(st.integers(0, 8 * len(raw) - 1))
    raw[place // 8] ^= 1 << place % 8
    changed = base64.urlsafe_b64encode(raw).decode().rstrip("=")
    assert not holds(value | {name: changed}, message, keylist)


@given(st.sampled_from(CASES), st.binary(min_size=0, max_size=80))
def test_it_holds_for_no_other_message(case, other):
    value, message, keylist = case
    assert other == message or not holds(value, other, keylist)


@given(st.sampled_from(CASES), st.data())
def test_no_character_of_it_has_a_second_spelling(case, data):
    value, message, keylist = case
    name = data.draw(st.sampled_from(sorted(value)))
    place = data.draw(st.integers(0, len(value[name])))
    more = data.draw(st.sampled_from("=A-_ .\n"))
    assert not holds(value | {name: value[name][:place] + more + value[name][place:]}, message, keylist)


@given(st.binary(max_size=90))
def test_what_is_no_der_signature_is_refused_by_name(data):
    with suppress(AssertionMalformed):
        assert len(flatten_es256(data)) == 64
