# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whatever bytes come, each reader of the log's and the stamps' formats answers with a named failure or a value."""

import base64
import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sviedka.anchor.cosigner_key import _parse as parse_cosigner_key
from sviedka.anchor.opentimestamps import read_proof_file
from sviedka.anchor.stamp_state import format_state, parse_state
from sviedka.core.base.errors import Failure, Malformed
from sviedka.core.base.instants import format_instant, parse_instant
from sviedka.core.seal.checkpoint import parse_checkpoint
from sviedka.core.seal.cosignature_request import format_cosign_request, parse_cosign_request
from sviedka.core.seal.keylist import parse_keylist
from sviedka.core.seal.note import parse_note, parse_signature_line, parse_vkey
from sviedka.core.seal.policy import AuthorityKind, PinnedAuthority, format_policy, parse_policy
from sviedka.core.seal.stamp import parse_request, verify_stamp
from sviedka.core.seal.stamp_chain import read_certificates, read_revocation_lists
from sviedka.core.seal.stamp_message import parse_reply
from sviedka.core.seal.tiles import parse_tile_path
from sviedka.core.seal.tlog_proof import format_tlog_proof, parse_tlog_proof

VECTORS = Path(__file__).resolve().parents[2] / "spec/vectors"


def samples(topic, member):
    found = []
    for path in sorted((VECTORS / topic / "accept").glob("*.json")):
        value = json.loads(path.read_bytes())["given"].get(member)
        if isinstance(value, str) and value:
            found.append(value.encode() if "BEGIN" in value else base64.b64decode(value))
    return found


NOTES = samples("note", "note") + samples("checkpoint", "checkpoint")
PROOFS, POLICIES, LISTS = samples("tlog-proof", "proof"), samples("policy", "policy"), samples("keylist", "keylist")
TOKENS, CHAINS, CRLS = samples("stamp", "token"), samples("stamp", "chain"), samples("stamp", "crls")
PIECES = [b"\n", b"\n\n", b" ", b"+", b"=", b"\xe2\x80\x94 ", b"0", b"old 0\n", b"\xff", b"\0", b"#sviedka ", b"-----"]
PIN = PinnedAuthority(sha256="ab" * 32, kind=AuthorityKind.EXTERNAL, name="x")


@st.composite
def mutated(draw, originals):
    """Take a good file and change a few places in it; or make bytes up."""
    data = bytearray(draw(st.one_of(st.sampled_from(originals), st.binary(max_size=200))))
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(data)))
        kind = draw(st.sampled_from(["flip", "cut", "put", "piece", "copy"]))
        if kind == "flip" and data:
            data[at % len(data)] ^= draw(st.integers(1, 255))
        elif kind == "cut":
            del data[at : at + draw(st.integers(1, 40))]
        elif kind == "put":
            data[at:at] = draw(st.binary(min_size=1, max_size=8))
        elif kind == "piece":
            data[at:at] = draw(st.sampled_from(PIECES))
        else:
            data[at:at] = data[at // 2 : at // 2 + 60]
    return bytes(data)


def reads(parse, again=None):
    """Return a check that `parse` gives a failure of ours, or what `again` writes back to the same bytes."""

    def check(data):
        try:
            value = parse(data)
        except Malformed:
            return
        if again is not None:
            assert again(value) == data

    return check


@settings(deadline=None)
@given(mutated(NOTES))
def test_notes(data):
    reads(parse_note, lambda note: note.data)(data)
    reads(parse_checkpoint, lambda head: head.data)(data)
    with suppress(Malformed):
        parse_checkpoint(data).digest()


@settings(deadline=None)
@given(mutated(LISTS))
def test_key_lists(data):
    reads(parse_keylist, lambda keylist: keylist.data)(data)


@settings(deadline=None)
@given(mutated(PROOFS))
def test_proofs(data):
    reads(parse_tlog_proof, format_tlog_proof)(data)


@settings(deadline=None)
@given(mutated([b"old 3\n" + base64.b64encode(bytes(32)) + b"\n\n" + NOTES[-1], b"old 0\n\n" + NOTES[-1]]))
def test_requests_for_cosignatures(data):
    reads(parse_cosign_request, format_cosign_request)(data)


@settings(deadline=None)
@given(mutated(POLICIES))
def test_policies(data):
    with suppress(Malformed):
        policy = parse_policy(data)
        assert parse_policy(format_policy(policy)) == policy


@settings(deadline=None)
@given(st.one_of(st.text(max_size=120), mutated(NOTES).map(lambda data: data.decode("utf-8", "replace"))))
def test_keys_and_lines_and_times_and_paths(text):
    reads(parse_vkey, lambda key: key.vkey)(text)
    reads(parse_signature_line, lambda line: line.line)(text)
    reads(parse_instant, format_instant)(text)
    reads(parse_tile_path, lambda tile: tile.path)(text)


@settings(deadline=None)
@given(mutated([b"PRIVATE+KEY+witness.example/w1+20324abe+BCAhIiMkJSYnKCkqKywtLi8wMTIzNDU2Nzg5Ojs8PT4/\n"]))
def test_cosigners_keys(data):
    reads(parse_cosigner_key)(data)


@settings(deadline=None, max_examples=300)
@given(mutated(TOKENS), mutated(CHAINS), mutated([*CRLS, b""]))
def test_tokens_and_what_travels_with_them(token, chain, crls):
    reads(parse_reply)(token)
    reads(parse_request)(token)
    reads(read_certificates)(chain)
    reads(read_revocation_lists)(crls)
    with pytest.raises(Failure):
        verify_stamp(token=token, digest=bytes(32), authorities=(PIN,), chain=chain, crls=crls)


STATE = (
    b'{"authority":"a","checked_by":null,"kind":"internal","last_tried":null,"revocation":null,"signer_until":null,'
    b'"since":"2026-11-21T22:53:00Z","state":"pending","time":null,"tries":0,"v":1,"why":null}'
)


@settings(deadline=None)
@given(mutated([STATE]))
def test_states_of_stamps(data):
    reads(parse_state, format_state)(data)


OTS = bytes.fromhex(
    "004f70656e54696d657374616d7073000050726f6f6600bf89e2e884e89294"  # magic
    "0108" + "22" * 32 + "f010" + "33" * 16 + "08"  # version 1, SHA-256, digest, append 16 bytes, SHA-256
    "0083dfe30d2ef90c8e1110" + b"http://127.0.0.1".hex()  # pending
)


@settings(deadline=None, max_examples=300)
@given(mutated([OTS]))
def test_opentimestamps_files(data):
    with suppress(Failure):
        read_proof_file(data, digest=b"\x22" * 32)
