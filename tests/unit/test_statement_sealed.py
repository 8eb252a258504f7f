# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sealed disclosures: the key schedule is HKDF's, nesting loses all with one key, padding and shape are strict."""

from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sviedka.core.base.canonical import encode_canonical, parse_canonical
from sviedka.core.base.encoding import encode_base64url
from sviedka.core.base.errors import NotCanonical, TooLarge
from sviedka.core.seal.sealed_disclosures import open_sealed, parse_sealed, seal_groups
from sviedka.core.seal.statement import Group, StatementHead
from sviedka.core.seal.statement_errors import CellKeyAbsent, SealedAltered, SealedForged, SealedMalformed

A, B = "a" * 32, "b" * 32
KEYS = {A: bytes([1]) * 32, B: bytearray([2]) * 32}
JTI = "1" * 32
NONCES = [bytes([number]) * 16 for number in range(8)]
GROUPS = (Group(cells=(A,), disclosures=("one", "two")), Group(cells=(A, B), disclosures=("three",)))


def head_of(sealed, jti=JTI):
    return StatementHead(
        iss="a/b", jti=jti, iat=0, enc=sha256(sealed).digest(), digests=(), kid="", signing_input=b"", signature=b""
    )


def seal(groups=GROUPS):
    return seal_groups(groups, jti=JTI, cell_keys=KEYS, nonces=NONCES)


def open_by_the_book(box, key):
    derived = HKDF(SHA256(), 32, salt=box[:16], info=b"sviedka/disclosures/1\n" + JTI.encode()).derive(bytes(key))
    return ChaCha20Poly1305(derived).decrypt(bytes(12), box[16:], b"")


def test_groups_come_back_and_the_bytes_are_canonical():
    sealed = seal()
    assert open_sealed(sealed, head=head_of(sealed), cell_keys=KEYS) == GROUPS
    assert encode_canonical(parse_canonical(sealed, max_bytes=10_000)) == sealed


def test_the_key_schedule_is_hkdf_and_the_first_cell_is_outermost():
    (_, first), (_, second) = parse_sealed(seal())
    assert open_by_the_book(first, KEYS[A]).rstrip(b" ") == b'["one","two"]'
    assert len(open_by_the_book(first, KEYS[A])) == 256
    inner = open_by_the_book(second, KEYS[A])
    assert open_by_the_book(inner, KEYS[B]).rstrip(b" ") == b'["three"]'


@pytest.mark.parametrize("held", [A, B])
def test_with_one_of_two_keys_a_group_about_two_stays_closed(held):
    sealed = seal()
    groups = open_sealed(sealed, head=head_of(sealed), cell_keys={held: KEYS[held]})
    assert groups[1] == Group(cells=(A, B), disclosures=(), withheld=True)
    assert groups[0].withheld is (held == B)


def test_a_sealing_moved_to_another_statement_does_not_open():
    sealed = seal()
    with pytest.raises(SealedForged):
        open_sealed(sealed, head=head_of(sealed, jti="2" * 32), cell_keys=KEYS)
    open_sealed(sealed, head=head_of(sealed), cell_keys=KEYS)


def test_another_cells_key_under_this_cells_name_is_refuted_and_a_missing_one_is_not():
    sealed = seal()
    with pytest.raises(SealedForged):
        open_sealed(sealed, head=head_of(sealed), cell_keys={A: KEYS[B]})
    assert all(group.withheld for group in open_sealed(sealed, head=head_of(sealed), cell_keys={}))


def test_bytes_that_the_statement_does_not_name_are_refuted_before_they_are_read():
    with pytest.raises(SealedAltered):
        open_sealed(b"not even JSON", head=head_of(seal()), cell_keys=KEYS)


def test_a_cell_without_a_key_cannot_be_sealed_to():
    with pytest.raises(CellKeyAbsent):
        seal([Group(cells=("c" * 32,), disclosures=("x",))])


def test_more_than_a_megabyte_is_refused_when_sealing_and_when_reading():
    with pytest.raises(SealedMalformed):
        seal([Group(cells=(A,), disclosures=("x" * 800_000,))])
    with pytest.raises(TooLarge):
        parse_sealed(b" " * 1_048_577)


def group(cells=(A,), sealed=bytes(288)):
    return {"cells": list(cells), "sealed": encode_base64url(sealed)}


@pytest.mark.parametrize(
    "value",
    [
        [],
        {"groups": [group()]},
        {"groups": [group()], "v": 2},
        {"groups": [group()], "v": True},
        {"groups": [group()], "v": 1, "x": 1},
        {"groups": [], "v": 1},
        {"groups": {}, "v": 1},
        {"groups": [{"cells": [A]}], "v": 1},
        {"groups": [group() | {"x": 1}], "v": 1},
        {"groups": [group(cells=())], "v": 1},
        {"groups": [group(cells=(B, A), sealed=bytes(320))], "v": 1},
        {"groups": [group(cells=(A, A), sealed=bytes(320))], "v": 1},
        {"groups": [group(cells=("A" * 32,))], "v": 1},
        {"groups": [group(cells=[f"{n:032x}" for n in range(65)], sealed=bytes(256 + 65 * 32))], "v": 1},
        {"groups": [group(sealed=bytes(287))], "v": 1},
        {"groups": [group(sealed=bytes(32))], "v": 1},
        {"groups": [group() | {"sealed": 1}], "v": 1},
        {"groups": [group(), group()], "v": 1},
        {"groups": [group(cells=(B,)), group(cells=(A,))], "v": 1},
    ],
)
def test_another_shape_is_malformed(value):
    with pytest.raises(SealedMalformed):
        parse_sealed(encode_canonical(value))


def test_the_right_shape_is_read_in_its_one_spelling_only():
    sealed = encode_canonical({"groups": [group()], "v": 1})
    assert parse_sealed(sealed) == (((A,), bytes(288)),)
    for other in (sealed + b"\n", sealed.replace(b",", b", ", 1), sealed.replace(b'"v"', b'"\\u0076"')):
        with pytest.raises(NotCanonical):
            parse_sealed(other)
    longer = encode_canonical({"groups": [group(cells=(A, B), sealed=bytes(320))], "v": 1})
    assert parse_sealed(longer) == (((A, B), bytes(320)),)
    with pytest.raises(NotCanonical):  # unused bits of the last character
        parse_sealed(longer.replace(b'AAAA"}', b'AAAB"}'))


@pytest.mark.parametrize(
    "plain",
    [
        b'["one"]'.ljust(512),
        b'["one" ]'.ljust(256),
        b' ["one"]'.ljust(256),
        b"[]".ljust(256),
        b'{"a":"b"}'.ljust(256),
        b"[1]".ljust(256),
        b'["one"]x'.ljust(256),
        '["адзін"]'.encode().ljust(256),
        b'["one\\u0061"]'.ljust(256),
        b'["one"]'.ljust(255) + b"\n",
    ],
)
def test_a_group_that_opens_to_anything_but_padded_disclosures_is_malformed(plain):
    def box(content):
        nonce = bytes(16)
        key = HKDF(SHA256(), 32, salt=nonce, info=b"sviedka/disclosures/1\n" + JTI.encode()).derive(KEYS[A])
        return nonce + ChaCha20Poly1305(key).encrypt(bytes(12), content, None)

    def sealed_of(content):
        return encode_canonical({"groups": [{"cells": [A], "sealed": encode_base64url(box(content))}], "v": 1})

    sealed = sealed_of(plain)
    with pytest.raises(SealedMalformed):
        open_sealed(sealed, head=head_of(sealed), cell_keys=KEYS)
    good = sealed_of(b'["one"]'.ljust(256))  # the control
    assert open_sealed(good, head=head_of(good), cell_keys=KEYS)[0].disclosures == ("one",)


def test_a_group_that_fills_its_padding_exactly_is_not_padded_further():
    text = "x" * (256 - len('[""]'))
    sealed = seal([Group(cells=(A,), disclosures=(text,))])
    ((_, box),) = parse_sealed(sealed)
    assert len(box) == 256 + 32
    assert open_sealed(sealed, head=head_of(sealed), cell_keys=KEYS)[0].disclosures == (text,)
