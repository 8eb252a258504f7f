# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every vector of sealed items answers as its index says, the vectors are as made, and other readers agree where they should."""

import hashlib
import io
import json
import subprocess
import sys
from pathlib import Path

import pyrage
import pytest

from sviedka.core.base.errors import Failure
from sviedka.core.seal.age_errors import NotForThisKey, PayloadForged
from sviedka.core.seal.age_file import decrypt_bytes, decrypt_payload, encrypt_bytes
from sviedka.core.seal.age_grammar import MAX_HEADER_BYTES
from sviedka.core.seal.age_header import parse_header, unwrap_file_key
from sviedka.core.seal.age_keys import Recipient, X25519Identity, format_identity, parse_identity, parse_recipient
from sviedka.core.seal.age_stream import decrypt_stream
from sviedka.core.seal.seal_file import open_stream

ROOT = Path(__file__).resolve().parents[2]
VECTORS = ROOT / "spec/vectors/age"
INDEX = json.loads((VECTORS / "index.json").read_text())
CASES = INDEX["cases"]

# spec/02-item.md §2.7: what these readers accept and C2SP age or our caps do not
ACCEPTED_BY_PYRAGE = {
    "reject/a-full-body-line-without-a-shorter-one-behind-it.age",
    "reject/a-header-of-513-stanzas.age",
    "reject/a-header-of-more-than-64-KiB.age",
    "reject/a-malformed-x25519-stanza-behind-the-one-that-is-ours.age",
    "reject/ascii-armor-is-refused-by-name.age",
    "reject/no-body-line.age",
}
ACCEPTED_BY_AGE = {
    "reject/a-header-of-513-stanzas.age",
    "reject/a-header-of-more-than-64-KiB.age",
    "reject/a-malformed-x25519-stanza-behind-the-one-that-is-ours.age",
    "reject/a-passphrase-stanza-beside-another.age",
    "reject/ascii-armor-is-refused-by-name.age",
}


def by_stream(opener):
    def run(data, identity):
        header = parse_header(data[:MAX_HEADER_BYTES])
        file_key = unwrap_file_key(header, identity)
        out = io.BytesIO()
        opener(io.BytesIO(data[header.size_bytes :]), out, file_key=file_key)
        return out.getvalue()

    return run


WAYS = {"whole": decrypt_bytes, "stream": by_stream(decrypt_stream), "fast": by_stream(open_stream)}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("case", CASES, ids=[case["file"] for case in CASES])
def test_each_vector_answers_as_its_index_says_in_all_three_ways_of_opening(case, way):
    data = (VECTORS / case["file"]).read_bytes()
    assert hashlib.sha256(data).hexdigest() == case["sha256"]
    try:
        plaintext = WAYS[way](data, parse_identity(INDEX["identity"]))
    except Failure as failure:
        answer = {"verdict": failure.verdict, "code": failure.code}
    else:
        digest = hashlib.sha256(plaintext).hexdigest()
        answer = {"verdict": "holds", "plaintext_bytes": len(plaintext), "plaintext_sha256": digest}
    assert case["expect"] == answer


@pytest.mark.parametrize("case", CASES, ids=[case["file"] for case in CASES])
def test_pyrage_agrees_but_for_the_exceptions_that_the_spec_lists(case):
    identity = pyrage.x25519.Identity.from_str(INDEX["identity"])
    try:
        pyrage.decrypt((VECTORS / case["file"]).read_bytes(), [identity])
        accepted = True
    except pyrage.DecryptError:
        accepted = False
    assert (case["expect"]["verdict"] == "holds" or case["file"] in ACCEPTED_BY_PYRAGE) == accepted


def test_the_age_command_agrees_but_for_the_exceptions_that_the_spec_lists(tmp_path):
    key = tmp_path / "identity.txt"
    key.write_text(INDEX["identity"] + "\n")
    accepted = set()
    for case in CASES:
        command = ["age", "-d", "-i", key, "-o", tmp_path / "out", VECTORS / case["file"]]
        if subprocess.run(command, capture_output=True, check=False).returncode == 0:
            accepted.add(case["file"])
    assert {case["file"] for case in CASES if case["expect"]["verdict"] == "holds"} | ACCEPTED_BY_AGE == accepted


def test_the_vectors_are_what_their_maker_makes():
    made = subprocess.run(
        [sys.executable, ROOT / "tools/vectors_age.py", "--check"], capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stdout


def test_the_worked_file_comes_out_byte_for_byte():
    recipient = parse_recipient(INDEX["recipient"])
    file = encrypt_bytes(
        b"sviedka test vector\n", [recipient], file_key=b"\x33" * 16, nonce=b"\x44" * 16, ephemerals=[b"\x22" * 32]
    )
    assert (VECTORS / "accept/the-worked-file.age").read_bytes() == file
    assert len(file) == 220
    assert hashlib.sha256(file).hexdigest() == "c9b9b15ca2971b82f3e8fe38dee1c415a1d96bf65f13854fd055cdeae5f1c89b"


def layer(data, recipient, place):
    return encrypt_bytes(
        data,
        [recipient],
        file_key=bytes([0x80 + place]) * 16,
        nonce=bytes([0xA0 + place]) * 16,
        ephemerals=[bytes([0x90 + place]) * 32],
    )


def test_the_identity_cell_comes_out_byte_for_byte_and_pyrage_peels_it_step_by_step():
    cell = INDEX["cell"]
    names = ("epoch_identity", "high_seat_identity", "low_seat_identity")
    epoch, high, low = (parse_identity(cell[name]).recipient() for name in names)
    secret = bytes.fromhex(cell["keepers_half_secret_hex"])
    half = X25519Identity.from_bytes(bytearray(secret))
    files = [(VECTORS / cell[name]).read_bytes() for name in ("keepers_half", "copy")]
    inner = layer(bytes.fromhex(cell["cell_key_hex"]), half.recipient(), 0)
    assert files == [layer(secret, epoch, 3), layer(layer(inner, high, 1), low, 2)]

    keepers_half, peeled = files
    opened = pyrage.decrypt(keepers_half, [pyrage.x25519.Identity.from_str(cell["epoch_identity"])])
    held = format_identity(X25519Identity.from_bytes(bytearray(opened))).decode()
    sizes = [len(peeled)]
    for identity in (cell["low_seat_identity"], cell["high_seat_identity"], held):
        peeled = pyrage.decrypt(peeled, [pyrage.x25519.Identity.from_str(identity)])
        sizes.append(len(peeled))
    assert sizes == [*cell["layer_bytes"], 32]
    assert peeled.hex() == cell["cell_key_hex"]


def test_no_seat_alone_and_no_keeper_alone_opens_the_identity_cell():
    cell = INDEX["cell"]
    copy = (VECTORS / cell["copy"]).read_bytes()
    half = X25519Identity.from_bytes(bytearray.fromhex(cell["keepers_half_secret_hex"]))
    for identity in (parse_identity(cell["high_seat_identity"]), parse_identity(cell["epoch_identity"]), half):
        with pytest.raises(NotForThisKey):
            decrypt_bytes(copy, identity)
    outer = decrypt_bytes(copy, parse_identity(cell["low_seat_identity"]))
    for identity in (parse_identity(cell["low_seat_identity"]), half):
        with pytest.raises(NotForThisKey):
            decrypt_bytes(outer, identity)


def test_one_payload_opens_with_either_of_its_two_slips_and_with_no_third():
    shared = INDEX["shared"]
    payload = (VECTORS / shared["payload"]).read_bytes()
    slips = [(VECTORS / name).read_bytes() for name in shared["slips"]]
    identity = parse_identity(INDEX["identity"])
    keys = {bytes(unwrap_file_key(slip, identity)) for slip in slips}
    assert slips[0] != slips[1]
    assert len(keys) == 1
    for slip in slips:
        assert shared["plaintext_sha256"] == hashlib.sha256(decrypt_bytes(slip + payload, identity)).hexdigest()
    with pytest.raises(PayloadForged):
        decrypt_payload(payload, file_key=bytes(16))


def test_the_keys_of_the_index_belong_together():
    identity = parse_identity(INDEX["identity"])
    assert identity.recipient() == parse_recipient(INDEX["recipient"])
    assert isinstance(identity, X25519Identity)
    assert identity.recipient() != Recipient(public=bytes(32))
