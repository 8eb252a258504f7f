# SPDX-License-Identifier: AGPL-3.0-or-later
"""A secret under a passphrase: opens with it, with nothing else, and not after any change."""

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sviedka.core.base.canonical import encode_canonical
from sviedka.core.base.errors import Failure, Malformed
from sviedka.keeper.errors import KeyFileDamaged, WrappedMalformed, WrongPassphrase
from sviedka.keeper.wrapping import FULL_COST, KdfCost, parse_wrapped, unwrap_secret, wrap_secret

CHEAP = KdfCost(memory_kib=8, passes=1)
SECRET = bytes(range(32))
BOUND = {"archive": "archive.example", "recipient": "age1example"}


def wrap(passphrase=b"a passphrase", *, what="vault", bound=BOUND, cost=CHEAP, salt=b"s" * 16):
    return wrap_secret(bytearray(SECRET), bytearray(passphrase), what=what, bound=bound, cost=cost, salt=salt)


def unwrap(data, passphrase=b"a passphrase"):
    return unwrap_secret(parse_wrapped(data), bytearray(passphrase))


def rewritten(data, **changes):
    """Return the file with members changed and its checksum made to fit: what a forger without the passphrase can do."""
    document = json.loads(data) | changes
    document.pop("sha256")
    return encode_canonical(document | {"sha256": hashlib.sha256(encode_canonical(document)).hexdigest()})


def test_the_right_passphrase_gives_the_secret_back():
    assert unwrap(wrap()) == SECRET


def test_a_wrong_passphrase_is_withheld_and_says_so():
    with pytest.raises(WrongPassphrase) as caught:
        unwrap(wrap(), b"a passphrasf")
    assert caught.value.exit_status == 40


@pytest.mark.parametrize("passphrase", [b"", b"\x00", b"a passphrase\n", "п’ятніца".encode(), b"x" * 1024])
def test_any_bytes_are_a_passphrase(passphrase):
    data = wrap(passphrase)
    assert unwrap(data, passphrase) == SECRET
    with pytest.raises(WrongPassphrase):
        unwrap(data, passphrase + b"!")


def test_every_flipped_bit_is_found_without_the_passphrase():
    """So that a damaged file is not taken for a wrong passphrase. Control: the file itself is read."""
    data = wrap()
    parse_wrapped(data)
    for place in range(len(data)):
        for bit in range(8):
            with pytest.raises((KeyFileDamaged, Malformed)):
                parse_wrapped(data[:place] + bytes((data[place] ^ 1 << bit,)) + data[place + 1 :])


@pytest.mark.parametrize(
    "changes",
    [
        {"bound": BOUND | {"recovery": "age1attacker"}},
        {"what": "user"},
        {"kdf": {"lanes": 1, "memory_kib": 16, "name": "argon2id", "passes": 1, "salt": "c3Nzc3Nzc3Nzc3Nzc3Nzcw=="}},
        {"kdf": {"lanes": 1, "memory_kib": 8, "name": "argon2id", "passes": 2, "salt": "c3Nzc3Nzc3Nzc3Nzc3Nzcw=="}},
        {"kdf": {"lanes": 1, "memory_kib": 8, "name": "argon2id", "passes": 1, "salt": "dHNzc3Nzc3Nzc3Nzc3Nzcw=="}},
        {"sealed": "AAAA" * 16},
    ],
)
def test_a_file_rewritten_without_the_passphrase_does_not_open(changes):
    """The checksum fits; the seal does not. Control: rewritten unchanged it opens."""
    assert unwrap(rewritten(wrap())) == SECRET
    with pytest.raises(WrongPassphrase):
        unwrap(rewritten(wrap(), **changes))


@pytest.mark.parametrize(
    "cost",
    [
        {"memory_kib": 2 * 1024 * 1024 + 1},
        {"memory_kib": 7},
        {"memory_kib": True},
        {"memory_kib": "8"},
        {"passes": 17},
        {"passes": 0},
        {"lanes": 0},
        {"lanes": 17},
        {"lanes": 2},
    ],
)
def test_a_file_cannot_make_its_reader_work_for_ever(cost):
    kdf = json.loads(wrap())["kdf"]
    parse_wrapped(rewritten(wrap(), kdf=kdf))
    with pytest.raises(WrappedMalformed):
        parse_wrapped(rewritten(wrap(), kdf=kdf | cost))


@pytest.mark.parametrize("cost", [{"memory_kib": 2 * 1024 * 1024 + 1}, {"passes": 17}])
def test_nor_can_it_be_written_so(cost):
    with pytest.raises(WrappedMalformed):
        KdfCost(**cost)


def test_the_usual_cost_is_a_quarter_of_a_gibibyte_three_times():
    assert KdfCost(memory_kib=256 * 1024, passes=3, lanes=1) == FULL_COST


def test_each_salt_gives_another_file():
    assert wrap(salt=b"t" * 16) != wrap()
    assert wrap() == wrap()


def test_neither_passphrase_nor_secret_stands_in_the_file():
    data = wrap(b"canary-passphrase")
    for canary in (b"canary-passphrase", SECRET, SECRET.hex().encode()):
        assert canary not in data


def test_what_was_made_for_one_use_says_so_under_the_seal():
    """A user's file put in the vault key's place opens with the same passphrase; what it says it is cannot be changed."""
    assert parse_wrapped(wrap(what="user")).what == "user"
    with pytest.raises(WrongPassphrase):
        unwrap(rewritten(wrap(what="user"), what="vault"))


@given(st.binary(max_size=400))
def test_any_bytes_give_a_named_error(data):
    with pytest.raises(Failure):
        parse_wrapped(data)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(["bound", "cipher", "kdf", "sealed", "v", "what"]), _JSON)
def test_any_member_of_any_kind_gives_a_named_error_or_a_file_that_does_not_open(name, value):
    data = wrap()
    try:
        assert unwrap(rewritten(data, **{name: value})) == SECRET
    except Failure:
        return
    assert json.loads(data)[name] == value


@given(st.sampled_from(["lanes", "memory_kib", "name", "passes", "salt", "more"]), _JSON)
def test_any_cost_of_any_kind_gives_a_named_error_or_a_file_that_does_not_open(name, value):
    data = wrap()
    kdf = json.loads(data)["kdf"] | {name: value}
    if isinstance(value, int) and name in {"memory_kib", "passes", "lanes"} and value > 64:
        value = kdf[name] = 2**40  # allowed costs over this are only slow
    try:
        assert unwrap(rewritten(data, kdf=kdf)) == SECRET
    except Failure:
        return
    assert json.loads(data)["kdf"][name] == value
