# SPDX-License-Identifier: AGPL-3.0-or-later
"""OpenTimestamps proofs are kept beside the checkpoint that they start from, and beside no other."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from opentimestamps.core.notary import PendingAttestation
from opentimestamps.core.op import OpAppend, OpSHA256
from opentimestamps.core.serialize import BytesSerializationContext
from opentimestamps.core.timestamp import DetachedTimestampFile, Timestamp

from sviedka.anchor.opentimestamps import ProofFileMalformed, ProofFileRefuted
from sviedka.anchor.proof_files import CalendarsMalformed, ask_calendars, attach_proof, read_calendars
from sviedka.core.seal.checkpoint import parse_checkpoint, sign_checkpoint
from sviedka.vault.layout import Archive

ORIGIN = "archive.example/office-1"


@pytest.fixture
def archive(tmp_path):
    archive = Archive(root=tmp_path)
    archive.config.write_text("")
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    for size in (3, 7):
        path = archive.frozen_checkpoint("office-1", size)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(sign_checkpoint(origin=ORIGIN, size=size, root=bytes([size] * 32), private_key=key))
    return archive


def proof_of(archive, size):
    stamp = Timestamp(parse_checkpoint(archive.frozen_checkpoint("office-1", size).read_bytes()).digest())
    end = stamp.ops.add(OpAppend(bytes(16))).ops.add(OpSHA256())
    end.attestations.add(PendingAttestation("https://calendar.example"))
    context = BytesSerializationContext()
    DetachedTimestampFile(OpSHA256(), stamp).serialize(context)
    return context.getbytes()


def test_a_proof_is_kept_beside_its_own_checkpoint(archive):
    state = attach_proof(archive, proof_of(archive, 3))
    assert (state.size, state.finding.pending) == (3, ("https://calendar.example",))
    assert (archive.stamps("office-1", 3) / "opentimestamps.ots").is_file()
    assert not (archive.stamps("office-1", 7) / "opentimestamps.ots").exists()


def test_a_proof_of_another_checkpoint_is_refuted_and_not_kept(archive, tmp_path):
    foreign = proof_of(archive, 7)
    archive.frozen_checkpoint("office-1", 7).unlink()
    with pytest.raises(ProofFileRefuted):
        attach_proof(archive, foreign)
    with pytest.raises(ProofFileMalformed):
        attach_proof(archive, b"no proof")
    assert not list(tmp_path.glob("stamps/**/*.ots"))


def test_calendars_that_do_not_answer_leave_a_reason(archive):
    (state,) = ask_calendars(archive, ("http://127.0.0.1:9/", "http://127.0.0.1:9/"), random_bytes=bytes)
    assert state.finding is None
    assert state.size == 7
    assert state.why.startswith("unavailable.")


def test_one_calendar_is_none(archive):
    assert read_calendars(archive) == ()
    archive.config.write_text('opentimestamps_calendars = ["https://one.example"]\n')
    with pytest.raises(CalendarsMalformed):
        read_calendars(archive)
