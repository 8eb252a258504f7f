# SPDX-License-Identifier: AGPL-3.0-or-later
"""Headers: written in one spelling, opened by the right key only, and refused before anything costly is done."""

import time

import pyrage
import pytest

from sviedka.core.base.errors import Malformed, TooLarge
from sviedka.core.seal.age_grammar import parse_slip
from sviedka.core.seal.age_header import (
    HeaderForged,
    HeaderMalformed,
    NotForThisKey,
    WorkFactorTooHigh,
    parse_header,
    unwrap_file_key,
    wrap_file_key,
)
from sviedka.core.seal.age_keys import X25519Identity

KEY = bytes(range(16))


def identity(byte):
    return X25519Identity.from_bytes(bytearray([byte]) * 32)


def slip(*holders, key=KEY):
    return wrap_file_key(
        key,
        [identity(holder).recipient() for holder in holders],
        [bytes([0x80 + place]) * 32 for place in range(len(holders))],
    )


def test_a_slip_to_one_recipient_has_168_bytes_and_opens_with_that_key_only():
    made = slip(1)
    assert len(made) == 168
    assert unwrap_file_key(made, identity(1)) == KEY
    with pytest.raises(NotForThisKey):
        unwrap_file_key(made, identity(2))


def test_each_of_several_recipients_opens_a_header():
    made = slip(1, 2, 3)
    for holder in (1, 2, 3):
        assert unwrap_file_key(made, identity(holder)) == KEY


@pytest.mark.parametrize(
    ("key", "holders", "ephemerals"),
    [
        (KEY[:-1], 1, [b"a" * 32]),
        (KEY, 0, []),
        (KEY, 2, [b"a" * 32]),
        (KEY, 2, [b"a" * 32, b"a" * 32]),
    ],
)
def test_a_header_is_not_made_with_too_little_randomness(key, holders, ephemerals):
    with pytest.raises(ValueError, match=r"file key|ephemeral"):
        wrap_file_key(key, [identity(1).recipient()] * holders, ephemerals)


def test_every_changed_bit_of_a_slip_is_seen_by_whoever_holds_the_key():
    made = slip(1, 2)
    for at in range(len(made)):
        for bit in range(8):
            changed = bytearray(made)
            changed[at] ^= 1 << bit
            with pytest.raises((HeaderForged, HeaderMalformed, NotForThisKey)):
                unwrap_file_key(bytes(changed), identity(1))
    assert unwrap_file_key(made, identity(1)) == KEY, "the control"


def test_a_slip_ends_with_its_header():
    parse_slip(slip(1))
    parse_header(slip(1) + b"payload")
    with pytest.raises(HeaderMalformed):
        parse_slip(slip(1) + b"\n")
    with pytest.raises(TooLarge):
        parse_slip(slip(*[1] * 60))


def test_a_header_without_an_end_is_refused_after_64_kib():
    with pytest.raises(TooLarge):
        parse_header(b"age-encryption.org/v1\n-> " + b"a" * 1_000_000)
    with pytest.raises(HeaderMalformed):
        parse_header(b"age-encryption.org/v1\n-> " + b"a" * 1_000)


def test_a_passphrase_file_that_asks_for_much_work_is_refused_without_doing_it():
    # pitfall: a reader without a cap spent 50 s and 8 GB on one small file
    body = "A" * 43
    for factor, failure in ((17, NotForThisKey), (18, NotForThisKey), (19, WorkFactorTooHigh), (30, WorkFactorTooHigh)):
        made = f"age-encryption.org/v1\n-> scrypt {'A' * 22} {factor}\n{body}\n--- {body}\n".encode()
        before = time.process_time()
        with pytest.raises(failure):
            unwrap_file_key(made, identity(1))
        assert time.process_time() - before < 1


def test_a_foreign_file_is_named_for_what_it_is():
    for data, words in (
        (b"%PDF-1.7", "do not begin"),
        (b"age-encryption.org/v9\n", "version"),
        (b"\n-----BEGIN AGE ENCRYPTED FILE-----\n", "armor"),
    ):
        with pytest.raises(HeaderMalformed, match=words):
            parse_header(data)


def test_headers_of_other_programs_are_read():
    other = pyrage.x25519.Identity.generate()
    file = pyrage.encrypt(b"text", [other.to_public()])
    header = parse_header(file)
    assert "X25519" in {stanza.kind for stanza in header.stanzas}
    assert issubclass(HeaderMalformed, Malformed)
