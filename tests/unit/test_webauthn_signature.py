# SPDX-License-Identifier: AGPL-3.0-or-later
"""An authenticator's ECDSA signature gets its one spelling, or is refused by name."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from sviedka.core.seal.assertion_errors import AssertionMalformed
from sviedka.core.seal.webauthn import flatten_es256

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # SEC 2 §2.4.2


def flat(first, second):
    return first.to_bytes(32, "big") + second.to_bytes(32, "big")


@pytest.mark.parametrize(
    ("first", "second", "lower"),
    [
        (1, 1, 1),
        (ORDER - 1, 1, 1),
        (1, ORDER - 1, 1),
        (1, ORDER // 2, ORDER // 2),
        (1, ORDER // 2 + 1, ORDER // 2),
        (1, ORDER - 7, 7),
    ],
)
def test_s_comes_into_the_lower_half(first, second, lower):
    assert flatten_es256(encode_dss_signature(first, second)) == flat(first, lower)


@pytest.mark.parametrize(
    "der",
    [
        encode_dss_signature(0, 1),
        encode_dss_signature(1, 0),
        encode_dss_signature(ORDER, 1),
        encode_dss_signature(1, ORDER),
        encode_dss_signature(2**256, 1),
        encode_dss_signature(1, 1) + b"\0",
        encode_dss_signature(1, 1)[:-1],
        bytes.fromhex("3007020200010201 01".replace(" ", "")),  # an integer with a zero in front
        bytes.fromhex("308106020101020101"),  # a length in its long form
        bytes.fromhex("3006020181020101"),  # a negative number
        b"",
        flat(1, 1),
    ],
    ids=lambda der: der.hex()[:40],
)
def test_what_is_no_signature_in_der_is_refused(der):
    with pytest.raises(AssertionMalformed):
        flatten_es256(der)


def test_either_of_the_two_that_verify_comes_to_one():
    key = ec.derive_private_key(7, ec.SECP256R1())
    first, second = [], []
    for number in range(8):
        der = key.sign(bytes([number]), ec.ECDSA(SHA256()))
        one = flatten_es256(der)
        r, s = int.from_bytes(one[:32], "big"), int.from_bytes(one[32:], "big")
        first.append(one)
        second.append(flatten_es256(encode_dss_signature(r, ORDER - s)))
    assert first == second
