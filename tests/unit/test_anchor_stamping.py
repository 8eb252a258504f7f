# SPDX-License-Identifier: AGPL-3.0-or-later
"""The queue of stamps: what is wanted is read off the files, a failure is a stored fact, nothing is kept unverified."""

import socket
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sviedka.anchor.authority import Authority
from sviedka.anchor.cosigner import Cosigner
from sviedka.anchor.cosigner_key import CosignerKey
from sviedka.anchor.cosigner_server import CosignerServer
from sviedka.anchor.internal_authority import InternalAuthority, create_internal_authority, serve_authority
from sviedka.anchor.stamp_files import StampFiles, frozen_checkpoints
from sviedka.anchor.stamp_state import StampWord
from sviedka.anchor.stamping import find_wanted, get_stamp, prepare, stamp_all
from sviedka.core.seal.checkpoint import parse_checkpoint, sign_checkpoint
from sviedka.core.seal.merkle import Tree
from sviedka.core.seal.policy import AuthorityKind
from sviedka.core.seal.stamp import (
    StampMalformed,
    StampRequest,
    format_request,
    parse_request,
    verify_renewals,
    verify_stamp,
)
from sviedka.vault.clock import now
from sviedka.vault.durable import write_new
from sviedka.vault.entropy import random_bytes
from sviedka.vault.layout import Archive

pytestmark = pytest.mark.network

TREE = Tree.from_leaves(b"leaf %d" % number for number in range(64))
LOG = Ed25519PrivateKey.from_private_bytes(b"\1" * 32)
COSIGNER = Cosigner(key=CosignerKey(name="x", private_key=LOG), logs=(), memory=Path())


@pytest.fixture
def archive(tmp_path):
    archive = Archive(root=tmp_path / "archive")
    freeze(archive, 5)
    return archive


def freeze(archive, size):
    data = sign_checkpoint(origin="archive.example/minsk-1", size=size, root=TREE.root(size), private_key=LOG)
    write_new(archive.frozen_checkpoint("minsk-1", size), data)


@contextmanager
def running(server):
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def online(folder, *, name="first", start=None, end=None):
    """Run an internal authority; its certificate names where its revocation list is."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    begin = start or now() - timedelta(days=1)
    made = create_internal_authority(
        folder, name=name, start=begin, end=end, crl_url=f"http://127.0.0.1:{port}/crl.pem"
    )
    with running(serve_authority(made, port=port)) as url:
        yield made, Authority(name=name, url=url, kind=AuthorityKind.INTERNAL, root_pem=made.root_pem)


def offline(authority):
    return Authority(name=authority.name, url="http://127.0.0.1:9/", kind=authority.kind, root_pem=authority.root_pem)


def run(archive, *authorities, at=None):
    return stamp_all(archive, authorities, at=at or now(), random_bytes=random_bytes)


def files(archive, authority="first", size=5):
    return StampFiles(archive=archive, desk="minsk-1", size=size, authority=authority)


def test_two_authorities_stamp_one_checkpoint(archive, tmp_path):
    with online(tmp_path / "a") as (_, first), online(tmp_path / "b", name="second") as (_, second):
        states = run(archive, first, second)
        assert [(state.authority, state.state) for state in states] == [("first", "stamped"), ("second", "stamped")]
        assert run(archive, first, second) == ()
        for authority in (first, second):
            kept = files(archive, authority.name)
            (stamp,) = kept.stamps()
            finding = verify_stamp(
                token=stamp.token,
                digest=parse_checkpoint(kept.frozen()).digest(),
                authorities=(authority.pin,),
                chain=stamp.chain,
                crls=stamp.crls,
                nonce=parse_request(kept.request(1)).nonce,
            )
            assert finding.revocation == "clear"
            assert kept.state(1).revocation == "clear"
            assert kept.state(1).time == finding.time


def test_the_queue_is_every_checkpoint_without_a_token(archive, tmp_path):
    with online(tmp_path / "a") as (_, first):
        run(archive, first)
        freeze(archive, 9)
        freeze(archive, 17)
        wanted = find_wanted(archive, [first, offline(first)], at=now())
        assert {(item.files.size, item.number) for item in wanted} == {(9, 1), (17, 1)}
        assert frozen_checkpoints(archive) == (("minsk-1", 5), ("minsk-1", 9), ("minsk-1", 17))
        archive.stamp("minsk-1", 5, "first", "tsr").unlink()
        assert len(find_wanted(archive, [first], at=now())) == 3


def test_an_archive_without_logs_wants_nothing(tmp_path):
    assert frozen_checkpoints(Archive(root=tmp_path)) == ()


def test_offline_the_request_waits_and_is_sent_unchanged_later(archive, tmp_path):
    with online(tmp_path / "a") as (_, first):
        early = now() - timedelta(hours=2)
        (state,) = run(archive, offline(first), at=early)
        assert (state.state, state.why, state.tries) == (StampWord.PENDING, "unavailable.peer", 1)
        assert files(archive).state(1) == state
        request = files(archive).request(1)
        (state,) = run(archive, first)
        assert (state.state, state.since, state.tries, state.why) == (StampWord.STAMPED, early, 2, None)
        assert files(archive).request(1) == request


def test_an_authority_that_is_silent_is_asked_once_in_a_run(archive, tmp_path):
    freeze(archive, 9)
    freeze(archive, 17)
    with online(tmp_path / "a") as (_, first):
        states = run(archive, offline(first))
    assert [state.tries for state in states] == [1, 0, 0]
    assert {state.state for state in states} == {StampWord.PENDING}
    assert all(files(archive, size=size).request(1) for size in (5, 9, 17))


def test_what_is_pending_for_a_day_is_called_late(archive, tmp_path):
    with online(tmp_path / "a") as (_, first):
        start = datetime(2026, 11, 1, tzinfo=UTC)
        (state,) = run(archive, offline(first), at=start)
        assert state.at(start + timedelta(hours=24)).state is StampWord.PENDING
        assert state.at(start + timedelta(hours=25)).state is StampWord.LATE
        (state,) = run(archive, offline(first), at=start + timedelta(days=2))
        assert (state.state, state.since) == (StampWord.LATE, start)
        (state,) = run(archive, first)
        assert state.state is StampWord.STAMPED


def test_a_stamp_can_be_wanted_before_anybody_is_asked(archive, tmp_path):
    with online(tmp_path / "a") as (_, first):
        (wanted,) = find_wanted(archive, [first], at=now())
        state = prepare(wanted, at=now(), random_bytes=random_bytes)
        assert (state.state, state.tries, state.last_tried) == (StampWord.PENDING, 0, None)
        assert prepare(wanted, at=now() + timedelta(days=1), random_bytes=random_bytes) == state


def test_a_token_by_another_authority_is_not_kept(archive, tmp_path):
    with online(tmp_path / "a") as (_, first), online(tmp_path / "b", name="second") as (_, second):
        swapped = Authority(name="first", url=second.url, kind=first.kind, root_pem=first.root_pem)
        (state,) = run(archive, swapped)
        assert (state.state, state.why) == (StampWord.FAILED, "unproven.authority-unknown")
        assert not files(archive).tokens()
        (state,) = run(archive, first)
        assert (state.state, state.tries) == (StampWord.STAMPED, 2)


class Dishonest(InternalAuthority):
    """A real authority that does something to its answers."""

    def answer(self, request):
        return self.spoil(super().answer(request))


def dishonest(made, spoil):
    other = Dishonest(folder=made.folder)
    object.__setattr__(other, "spoil", spoil)
    return serve_authority(other)


def at_address(authority, url):
    return Authority(name=authority.name, url=url, kind=authority.kind, root_pem=authority.root_pem)


def test_a_replayed_token_is_not_kept(archive, tmp_path):
    with online(tmp_path / "a") as (made, first):
        digest = parse_checkpoint(files(archive).frozen()).digest()
        old = made.answer(format_request(StampRequest(digest=digest, nonce=1)))
        with running(dishonest(made, lambda _: old)) as url:
            (state,) = run(archive, at_address(first, url))
        assert (state.state, state.why) == (StampWord.FAILED, "refuted.stamp")
        assert not files(archive).tokens()
        (state,) = run(archive, first)  # the control: the same request, honestly answered
        assert state.state is StampWord.STAMPED


def test_an_answer_that_cannot_be_read_is_a_failure(archive, tmp_path):
    with online(tmp_path / "a") as (made, first), running(dishonest(made, lambda token: token[:-1])) as url:
        (state,) = run(archive, at_address(first, url))
    assert (state.state, state.why) == (StampWord.FAILED, "refuted.stamp")


def test_a_token_that_only_openssl_reads_is_kept_and_said_to_be(archive, tmp_path):
    """Status 1, granted with changes: our reader takes 0 alone."""
    with online(tmp_path / "a") as (made, first):
        changed = dishonest(made, lambda token: token.replace(bytes.fromhex("3003020100"), bytes.fromhex("3003020101")))
        with running(changed) as url:
            (state,) = run(archive, at_address(first, url))
        assert (state.state, state.checked_by, state.time) == (StampWord.STAMPED, "openssl", None)
        (stamp,) = files(archive).stamps()
        with pytest.raises(StampMalformed):
            verify_stamp(token=stamp.token, digest=bytes(32), authorities=(first.pin,), chain=stamp.chain)


def test_an_address_that_answers_something_else_is_named(archive, tmp_path):
    with online(tmp_path / "a") as (_, first):
        with running(CosignerServer(COSIGNER)) as url:
            (state,) = run(archive, at_address(first, url))
        assert (state.state, state.why) == (StampWord.PENDING, "unavailable.authority-refused")
        (state,) = run(archive, at_address(first, "ftp://127.0.0.1/"))
        assert (state.state, state.why) == (StampWord.FAILED, "malformed.address")


def test_a_revoked_signer_is_seen_when_stamping_and_stays_on_record(archive, tmp_path):
    with online(tmp_path / "a") as (made, first):
        made.revoke_signer(at=now() - timedelta(hours=1))
        (state,) = run(archive, first)
        assert state.revocation == "refuted.stamp-revoked"
        assert files(archive).stamps()[0].crls == made.crl_pem


def test_without_a_revocation_list_the_stamp_says_so(archive, tmp_path):
    made = create_internal_authority(tmp_path / "a", name="x", start=now() - timedelta(days=1))
    with running(serve_authority(made)) as url:
        (state,) = run(archive, Authority(name="x", url=url, kind=AuthorityKind.INTERNAL, root_pem=made.root_pem))
    assert (state.state, state.revocation) == (StampWord.STAMPED, "unknown")


def test_a_stamp_is_renewed_before_its_certificate_ends(archive, tmp_path):
    soon = now() + timedelta(days=80)
    with online(tmp_path / "a", end=soon) as (made, first):
        run(archive, first)
        assert find_wanted(archive, [first], at=now()) == ()  # due, but only just stamped
        later = now() + timedelta(days=31)
        (wanted,) = find_wanted(archive, [first], at=later)
        assert wanted.number == 2
        made.renew_signer(start=now() - timedelta(hours=1), end=now() + timedelta(days=900))
        state = get_stamp(wanted, at=later, random_bytes=random_bytes)
        assert state.state is StampWord.STAMPED
        assert find_wanted(archive, [first], at=later) == ()
        kept = files(archive)
        findings = verify_renewals(frozen=kept.frozen(), stamps=kept.stamps(), authorities=(first.pin,))
        assert [finding.signer_until == soon for finding in findings] == [True, False]


def test_a_stamp_that_lasts_is_not_renewed(archive, tmp_path):
    with online(tmp_path / "a", end=now() + timedelta(days=365)) as (_, first):
        run(archive, first)
        assert find_wanted(archive, [first], at=now() + timedelta(days=200)) == ()
        assert len(find_wanted(archive, [first], at=now() + timedelta(days=280))) == 1


def test_a_damaged_state_is_written_anew(archive, tmp_path):
    with online(tmp_path / "a") as (_, first):
        run(archive, offline(first))
        path = archive.stamp("minsk-1", 5, "first", "state.json")
        path.write_bytes(b"{")
        assert files(archive).state(1) is None
        (state,) = run(archive, first)
        assert files(archive).state(1) == state


def test_a_run_that_broke_off_before_the_token_begins_again(archive, tmp_path):
    with online(tmp_path / "a") as (_, first):
        run(archive, first)
        archive.stamp("minsk-1", 5, "first", "tsr").unlink()
        (state,) = run(archive, first)
        assert (state.state, state.tries) == (StampWord.STAMPED, 2)
        assert archive.stamp("minsk-1", 5, "first", "tsr").stat().st_mode & 0o777 == 0o444
