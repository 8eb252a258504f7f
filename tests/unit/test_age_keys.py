# SPDX-License-Identifier: AGPL-3.0-or-later
"""age keys: one spelling, held in memory that can be wiped, and refused where nobody honest would make them."""

import pyrage
import pytest

from sviedka.core.seal import age_keys
from sviedka.core.seal.age_keys import (
    KeyMalformed,
    Recipient,
    X25519Identity,
    derive_key,
    format_identity,
    parse_identity,
    parse_recipient,
)

TEXT = "AGE-SECRET-KEY-1ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYGSUZRZYL"


def identity(byte=0x11):
    return X25519Identity.from_bytes(bytearray([byte]) * 32)


def test_keys_are_spelt_as_pyrage_spells_them():
    other = pyrage.x25519.Identity.generate()
    ours = parse_identity(str(other))
    assert str(other) == format_identity(ours).decode()
    assert str(other.to_public()) == ours.recipient().text
    assert format_identity(identity()).decode() == TEXT


@pytest.mark.parametrize("text", [TEXT, TEXT.encode(), bytearray(TEXT.encode())], ids=["str", "bytes", "bytearray"])
def test_an_identity_is_read_from_text_or_bytes(text):
    assert identity().recipient() == parse_identity(text).recipient()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "age1",
        TEXT.lower(),
        TEXT[:-1],
        TEXT + "Q",
        TEXT[:-1] + "Q",
        TEXT.replace("ZYG3", "ZYG4", 1),
        TEXT.replace("3", "b", 1),
        " " + TEXT,
        TEXT + "\n",
        TEXT.replace("K", "\u212a"),
        "AGE-SECRET-KEY-PQ-1" + TEXT[16:],
    ],
)
def test_an_identity_in_another_spelling_is_refused_and_not_repeated(text):
    with pytest.raises(KeyMalformed) as failure:
        parse_identity(text)
    assert "ZYG3" not in str(failure.value)


@pytest.mark.parametrize(
    "change",
    [str.upper, str.title, lambda text: text[:-1], lambda text: text + "q"],
    ids=["upper", "title", "cut", "longer"],
)
def test_a_recipient_in_another_spelling_is_refused(change):
    text = identity().recipient().text
    assert parse_recipient(text).text == text
    with pytest.raises(KeyMalformed):
        parse_recipient(change(text))


def respelt(text, change):
    """Return a recipient with its 52 symbols changed and the checksum made right again."""
    alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
    symbols = change([alphabet.index(letter) for letter in text[4:-6]])
    check = age_keys._checksum([*age_keys._expand(b"age"), *symbols, *[0] * 6]) ^ 1
    return "age1" + "".join(
        alphabet[each] for each in [*symbols, *(check >> 5 * (5 - place) & 31 for place in range(6))]
    )


def test_a_recipient_whose_unused_bits_are_set_is_refused():
    text = identity().recipient().text
    assert text == respelt(text, lambda symbols: symbols), "the control"
    for bits in range(1, 16):
        with pytest.raises(KeyMalformed, match="mean nothing"):
            parse_recipient(respelt(text, lambda symbols, bits=bits: [*symbols[:-1], symbols[-1] | bits]))


def test_wiping_overwrites_the_very_buffer_and_ends_the_use_of_the_key():
    secret = bytearray(b"\x11" * 32)
    held = X25519Identity.from_bytes(secret)
    copy = held.secret_bytes()
    held.wipe()
    assert bytes(32) == secret
    assert copy == b"\x11" * 32, "the control: a copy is the caller's to wipe"
    for use in (held.secret_bytes, lambda: held.agree(b"\x09" + bytes(31)), lambda: format_identity(held)):
        with pytest.raises(ValueError, match="wiped"):
            use()
    assert held.recipient() == identity().recipient()


def test_an_identity_never_shows_its_secret():
    assert "1111" not in repr(identity())
    assert TEXT not in repr(identity())


@pytest.mark.parametrize("share", [bytes(32), b"\x01" + bytes(31)])
def test_a_share_of_low_order_is_refused(share):
    assert identity().agree(identity(0x12).recipient().public)
    with pytest.raises(KeyMalformed):
        identity().agree(share)


@pytest.mark.parametrize("size", [0, 31, 33])
def test_an_identity_has_32_bytes(size):
    with pytest.raises(KeyMalformed):
        X25519Identity.from_bytes(bytearray(size))


def test_keys_are_derived_as_rfc_5869_says():
    # RFC 5869 appendix A.1, its first 32 bytes
    okm = derive_key(b"\x0b" * 22, salt=bytes(range(13)), info=bytes(range(0xF0, 0xFA)))
    assert okm.hex() == "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"


def test_recipients_are_values():
    assert Recipient(public=b"x" * 32) == Recipient(public=b"x" * 32)
