# SPDX-License-Identifier: AGPL-3.0-or-later
"""Round trips at every chunk edge, every flipped bit, and parsers that answer anything with a named failure."""

import io
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sviedka.core.base.errors import Failure
from sviedka.core.seal.age_chunks import PLAIN_CHUNK, SEALED_CHUNK
from sviedka.core.seal.age_errors import HeaderForged, HeaderMalformed, NotForThisKey, PayloadForged
from sviedka.core.seal.age_file import decrypt_bytes, encrypt_bytes, encrypt_payload
from sviedka.core.seal.age_grammar import parse_header, parse_slip
from sviedka.core.seal.age_keys import X25519Identity, parse_identity, parse_recipient
from sviedka.core.seal.age_stream import decrypt_stream
from sviedka.core.seal.seal_file import open_stream, seal_stream
from sviedka.vault.listed import parse_list
from sviedka.vault.pack_sums import parse_sums

IDENTITY = X25519Identity.from_bytes(bytearray(b"\x11" * 32))
ACCEPTED = [path.read_bytes() for path in sorted((Path(__file__).parents[2] / "spec/vectors/age/accept").iterdir())]
SMALL = [data for data in ACCEPTED if len(data) < 2_000]

LETTERS = "023456789acdefghjklmnpqrstuvwxyzQPZRY"
LINES = [
    b"%064x  %012d.age\n" % (1, 2),
    b"%064x  %012d.age\n" % (1, 3),
    b"%064x  ab/%032x\n" % (1, 4),
    b"%064x  ab/%032x" % (1, 5),
    b"\n",
]

keys = st.binary(min_size=16, max_size=16)
edges = st.builds(lambda chunks, off: max(0, chunks * PLAIN_CHUNK + off), st.integers(0, 66), st.integers(-20, 20))


def seal(plaintext, file_key=b"k" * 16, nonce=b"n" * 16):
    return encrypt_bytes(plaintext, [IDENTITY.recipient()], file_key=file_key, nonce=nonce, ephemerals=[b"\x22" * 32])


@settings(max_examples=60, deadline=None)
@given(size=edges, fill=st.binary(min_size=1, max_size=40), file_key=keys, nonce=keys)
@example(size=32 * PLAIN_CHUNK, fill=b"a", file_key=b"k" * 16, nonce=b"n" * 16)
def test_what_is_sealed_opens_to_the_same_bytes(size, fill, file_key, nonce):
    plaintext = (fill * (size // len(fill) + 1))[:size]
    payload, out = io.BytesIO(), io.BytesIO()
    sealed = seal_stream(io.BytesIO(plaintext), payload, file_key=file_key, nonce=nonce)
    opened = open_stream(io.BytesIO(payload.getvalue()), out, file_key=file_key)
    assert plaintext == out.getvalue()
    assert (sealed.plain_sha256, size) == (opened.plain_sha256, opened.size_bytes)


@settings(max_examples=300, deadline=None)
@given(plaintext=st.binary(max_size=300), at=st.integers(0, 10**9), bit=st.integers(0, 7))
def test_any_flipped_bit_of_a_small_file_is_seen(plaintext, at, bit):
    file = bytearray(seal(plaintext))
    file[at % len(file)] ^= 1 << bit
    with pytest.raises((HeaderForged, HeaderMalformed, NotForThisKey, PayloadForged)):
        decrypt_bytes(bytes(file), IDENTITY)


@settings(max_examples=60, deadline=None)
@given(at=st.integers(0, 3 * SEALED_CHUNK), bit=st.integers(0, 7))
@example(at=0, bit=0)
@example(at=16 + SEALED_CHUNK - 1, bit=7)
def test_any_flipped_bit_of_a_payload_is_seen_by_each_way_of_opening(at, bit):
    payload = bytearray(encrypt_payload(bytes(3 * PLAIN_CHUNK - 5), file_key=b"k" * 16, nonce=b"n" * 16))
    payload[at % len(payload)] ^= 1 << bit
    for way in (open_stream, decrypt_stream):
        with pytest.raises(PayloadForged):
            way(io.BytesIO(payload), io.BytesIO(), file_key=b"k" * 16)


def answer(read, data):
    """Return the code of the named failure that `read` answers with, or None; anything else comes through."""
    try:
        read(data)
    except Failure as failure:
        return failure.code
    return None


@st.composite
def near_files(draw):
    """Files that are nearly right: cut, doubled, spliced, overwritten."""
    data = bytearray(draw(st.sampled_from(SMALL)))
    for _ in range(draw(st.integers(1, 3))):
        at, length = draw(st.integers(0, len(data))), draw(st.integers(0, 20))
        piece = draw(
            st.sampled_from([b"", b"\n", b" ", b"-> ", b"---", b"A", b"=", b"\r", bytes(data[:40])])
            | st.binary(max_size=8)
        )
        data[at : at + length] = piece
    return bytes(data)


@settings(max_examples=600, deadline=None)
@given(
    data=near_files()
    | st.binary(max_size=400)
    | st.binary(max_size=300).map(lambda tail: b"age-encryption.org/v1\n-> " + tail)
)
def test_readers_answer_anything_with_plaintext_or_a_named_failure(data):
    for read in (parse_header, parse_slip, lambda data: decrypt_bytes(data, IDENTITY)):
        assert answer(read, data) != "failure"


@settings(max_examples=300, deadline=None)
@given(data=near_files())
def test_a_header_that_is_accepted_has_one_spelling(data):
    try:
        header = parse_header(data)
    except Failure:
        return
    text = data[: header.size_bytes].decode("ascii")
    assert text.startswith("age-encryption.org/v1\n-> ")
    assert "\n--- " in text
    assert "=" not in text.partition("\n--- ")[2]


@settings(max_examples=300, deadline=None)
@given(
    text=st.text(max_size=90)
    | st.builds(
        str.__add__,
        st.sampled_from(["age1", "AGE-SECRET-KEY-1"]),
        st.text(LETTERS, min_size=56, max_size=60),
    )
)
def test_key_readers_answer_anything_with_a_named_failure(text):
    for read in (parse_identity, parse_recipient):
        assert answer(read, text) in {None, "malformed.age-key"}


@settings(max_examples=300, deadline=None)
@given(data=st.binary(max_size=200) | st.lists(st.sampled_from(LINES), max_size=4).map(b"".join))
def test_list_readers_answer_anything_with_a_named_failure(data):
    for read in (parse_list, parse_sums):
        assert answer(read, data) in {None, "malformed.list", "malformed.pack-sums"}
