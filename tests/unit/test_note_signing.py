# SPDX-License-Identifier: AGPL-3.0-or-later
"""Notes we sign: the worked example to the byte, what openssl says of them, and what we refuse to sign."""

import base64
import subprocess

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from sviedka.core.base.errors import TooLarge, UnknownVersion
from sviedka.core.seal.checkpoint import (
    CheckpointMalformed,
    format_checkpoint_text,
    parse_checkpoint,
    sign_checkpoint,
    verify_checkpoint,
)
from sviedka.core.seal.cosignature import add_cosignatures, cosign, verify_cosignatures
from sviedka.core.seal.note import (
    COSIGNATURE_V1,
    KeyMalformed,
    KeyUnknown,
    Note,
    NoteMalformed,
    SignatureRefuted,
    VerifierKey,
    format_note,
    parse_note,
    parse_signature_line,
    parse_vkey,
    sign_note,
    verify_note,
)

LOG = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
WITNESS = Ed25519PrivateKey.from_private_bytes(bytes(range(32, 64)))
ROOT_5 = base64.b64decode("GqaNMHSQWlgfhMu9D3U3lJBP2ARRvEwT5p2aU7xZUCw=")
CHECKPOINT = """log.example/custody
5
GqaNMHSQWlgfhMu9D3U3lJBP2ARRvEwT5p2aU7xZUCw=

\u2014 log.example/custody 500WT5UgtZcJ8t0jxZ7j3C+pUWPLfTydT14TjKPm2rg1X5agsFPTxSiNJ0HVhhCnd4bra3SdrmZ+AjW4vsIKHHrdbgA=
\u2014 witness.example/w1 IDJKvgAAAABlU/EAYC0egXNSubg5QIEX75+MZC+0XCQ+x5AP7dCHexZJaifB4Wt48lLJps2q02uj58+b5WxhrnY08eXhq0/vhhx8BA==
"""
LOG_KEY = "log.example/custody+e74d164f+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
WITNESS_KEY = "witness.example/w1+20324abe+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X"


def key_of(private, name, kind=1):
    return VerifierKey(name=name, key_type=kind, public=private.public_key().public_bytes_raw())


def test_the_worked_example_to_the_byte():
    log, witness = "log.example/custody", "witness.example/w1"
    signed = parse_checkpoint(sign_checkpoint(origin=log, size=5, root=ROOT_5, private_key=LOG))
    line = cosign(signed.note.text, name=witness, private_key=WITNESS, time=1_700_000_000)
    both = add_cosignatures(signed.note, [parse_signature_line(line)])
    assert both.data.decode() == CHECKPOINT
    assert key_of(LOG, log).vkey == LOG_KEY
    assert key_of(WITNESS, witness, COSIGNATURE_V1).vkey == WITNESS_KEY
    assert verify_checkpoint(parse_checkpoint(both.data), [parse_vkey(LOG_KEY)]) == parse_vkey(LOG_KEY)
    assert [item.time for item in verify_cosignatures(both, [parse_vkey(WITNESS_KEY)])] == [1_700_000_000]
    assert parse_checkpoint(both.data).frozen() == signed.data


def test_the_specifications_own_example():
    """C2SP signed-note; the vkey stands in its section on verifier keys."""
    note = parse_note(
        (
            "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n"
            "\u2014 quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0x"
            "McXxj99ihAQwaqP3ZekRwNtIc=\n"
        ).encode()
    )
    assert note.text.endswith("\n\ned è subito sera.\n")
    assert [(line.name, line.key_id) for line in note.signatures] == [("quasimodo.example/salvatore", "367ba04b")]


def test_openssl_verifies_the_logs_signature(tmp_path):
    note = parse_note(CHECKPOINT.encode())
    (tmp_path / "text").write_text(note.text)
    (tmp_path / "signature").write_bytes(note.signatures[0].signature)
    pem = LOG.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "key").write_bytes(pem)
    command = ["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", tmp_path / "key"]
    command += ["-sigfile", tmp_path / "signature", "-in", tmp_path / "text"]
    assert subprocess.run(command, check=False, capture_output=True).returncode == 0
    (tmp_path / "text").write_text(note.text.replace("\n5\n", "\n6\n"))
    assert subprocess.run(command, check=False, capture_output=True).returncode != 0


def test_two_known_keys_of_one_name_and_id_are_both_tried(monkeypatch):
    """Ids have four bytes, so two keys can share one; neither may shut the other out."""
    first, second = key_of(LOG, "x"), key_of(WITNESS, "x")
    monkeypatch.setattr(VerifierKey, "key_id", property(lambda _: "00000000"))
    note = parse_note(format_note("text\n", [sign_note("text\n", name="x", private_key=WITNESS)]))
    assert verify_note(note, [first, second]) == (second,)
    with pytest.raises(SignatureRefuted):
        verify_note(note, [first])


def test_cosignature_keys_do_not_sign_notes_nor_note_keys_cosign():
    note = parse_note(CHECKPOINT.encode())
    with pytest.raises(ValueError, match="cosignature"):
        verify_note(note, [parse_vkey(WITNESS_KEY)])
    with pytest.raises(ValueError, match="cosign"):
        verify_cosignatures(note, [parse_vkey(LOG_KEY)])


def test_what_no_reader_would_accept_is_not_signed():
    for text in ("", "no line feed", "a\ttab\n", "a\r\n"):
        with pytest.raises(NoteMalformed):
            sign_note(text, name="x", private_key=LOG)
    with pytest.raises(TooLarge):
        sign_note("x" * 65_536 + "\n", name="x", private_key=LOG)
    for name in ("", "a b", "a+b", "a\u2003b", "a\nb", "x" * 256):
        with pytest.raises(KeyMalformed):
            sign_note("text\n", name=name, private_key=LOG)


def test_what_no_reader_would_accept_is_no_checkpoint():
    for facts in (
        {"origin": "a b", "size": 1, "root": bytes(32)},
        {"origin": "a", "size": -1, "root": bytes(32)},
        {"origin": "a", "size": 2**63, "root": bytes(32)},
        {"origin": "a", "size": 1, "root": bytes(31)},
    ):
        with pytest.raises(CheckpointMalformed):
            format_checkpoint_text(**facts)


def test_a_checkpoint_with_two_lines_of_its_log_has_no_frozen_form():
    signed = parse_checkpoint(sign_checkpoint(origin="a", size=1, root=bytes(32), private_key=LOG))
    twice = parse_checkpoint(signed.data + signed.note.signatures[0].line.encode())
    other = parse_checkpoint(format_note(signed.note.text, [sign_note(signed.note.text, name="b", private_key=LOG)]))
    for checkpoint in (twice, other):
        with pytest.raises(CheckpointMalformed):
            checkpoint.frozen()


def test_keys_are_of_kinds_that_are_known():
    with pytest.raises(UnknownVersion):
        VerifierKey(name="x", key_type=2, public=bytes(32))
    with pytest.raises(KeyMalformed):
        VerifierKey(name="x", public=bytes(31))


texts = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), include_characters="\n"), min_size=1, max_size=200
).map(lambda text: text + "\n")


@settings(deadline=None)
@given(texts)
def test_what_is_signed_reads_back_and_verifies(text):
    note = parse_note(format_note(text, [sign_note(text, name="log.example/x", private_key=LOG)]))
    assert note.text == text
    assert verify_note(note, [key_of(LOG, "log.example/x")]) == (key_of(LOG, "log.example/x"),)


@settings(deadline=None)
@given(texts, st.integers(0, 10_000), st.integers(0, 7))
def test_any_flipped_bit_is_found(text, at, bit):
    data = bytearray(format_note(text, [sign_note(text, name="log.example/x", private_key=LOG)]))
    data[at % len(data)] ^= 1 << bit
    with pytest.raises((NoteMalformed, SignatureRefuted, KeyUnknown)):
        verify_note(parse_note(bytes(data)), [key_of(LOG, "log.example/x")])


def test_a_note_without_signatures_is_unknown():
    with pytest.raises(KeyUnknown):
        verify_note(Note(text="text\n", signatures=()), [key_of(LOG, "x")])
