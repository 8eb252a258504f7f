# SPDX-License-Identifier: AGPL-3.0-or-later
"""A slip says, to who can open it, which payload it was made for; to others it says nothing, and to age it is a header."""

import os
from hashlib import sha256

import pyrage
import pytest

from sviedka.core.seal.age_header import parse_slip, unwrap_file_key, wrap_file_key
from sviedka.core.seal.age_keys import X25519Identity, format_identity
from sviedka.core.seal.seal_file import seal_bytes
from sviedka.core.seal.slip import FRESH_BYTES, SlipForeign, make_slip, open_held, open_slip, rewrap_slip

KEY = bytes(range(16))
OLD = X25519Identity.from_bytes(bytearray(b"o" * 32))
NEW = X25519Identity.from_bytes(bytearray(b"n" * 32))
SEALED = seal_bytes(b"what a witness saw", file_key=KEY, nonce=bytes(16))
PAYLOAD = SEALED.facts.payload_sha256
OTHER = sha256(b"another payload").digest()


def slip(payload=PAYLOAD):
    return make_slip(KEY, OLD.recipient(), payload_sha256=payload, fresh=os.urandom(FRESH_BYTES))


def test_it_opens_for_its_own_payload_and_for_no_other():
    made = slip()
    assert len(made) == 257
    assert bytes(open_slip(made, OLD, payload_sha256=PAYLOAD)) == KEY
    with pytest.raises(SlipForeign):
        open_slip(made, OLD, payload_sha256=OTHER)


def test_the_same_payload_twice_does_not_show():
    one, other = (parse_slip(slip()).stanzas[1] for _ in range(2))
    assert not set(one.arguments[1:]) & set(other.arguments[1:])
    assert PAYLOAD.hex() not in repr(one)


def test_another_programs_age_opens_slip_and_payload_together(tmp_path):
    identity = pyrage.x25519.Identity.from_str(format_identity(OLD).decode("ascii"))
    assert pyrage.decrypt(slip() + bytes(SEALED.payload), [identity]) == b"what a witness saw"


def test_moved_to_another_epoch_it_is_bound_to_the_same_payload():
    made = slip()
    moved = rewrap_slip(made, OLD, NEW.recipient(), ephemeral=os.urandom(32))
    assert bytes(open_slip(moved, NEW, payload_sha256=PAYLOAD)) == KEY
    assert parse_slip(moved).stanzas[1] == parse_slip(made).stanzas[1]
    with pytest.raises(SlipForeign):
        open_slip(moved, NEW, payload_sha256=OTHER)


def test_control_a_header_without_the_binding_opens_as_age_and_not_as_a_slip():
    bare = wrap_file_key(KEY, [OLD.recipient()], [os.urandom(32)])
    assert bytes(unwrap_file_key(bare, OLD)) == KEY
    with pytest.raises(SlipForeign):
        open_slip(bare, OLD, payload_sha256=PAYLOAD)
    with pytest.raises(SlipForeign):
        rewrap_slip(bare, OLD, NEW.recipient(), ephemeral=os.urandom(32))


def test_what_it_holds_is_the_same_in_every_epoch_and_differs_by_key_and_by_payload():
    made = slip()
    moved = rewrap_slip(made, OLD, NEW.recipient(), ephemeral=os.urandom(32))
    held = open_held(made, OLD)
    assert held[:16] == KEY
    assert open_held(moved, NEW) == held
    assert open_held(slip(), OLD) != held  # another salt: another deposit
    assert open_held(slip(OTHER), OLD) != held


def test_one_that_is_bound_to_no_payload_holds_nothing():
    bare = wrap_file_key(KEY, [OLD.recipient()], [os.urandom(32)])
    with pytest.raises(SlipForeign):
        open_held(bare, OLD)
