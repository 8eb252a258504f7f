# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tokens of a real authority (`openssl ts`): what is accepted, what is refused, and what openssl says of the same."""

import subprocess
from datetime import timedelta
from hashlib import sha256

import pytest
import rfc3161_client
from cryptography import x509

from sviedka.anchor.authority import collect_chain
from sviedka.anchor.internal_authority import create_internal_authority
from sviedka.anchor.internal_certificates import LABEL
from sviedka.anchor.openssl_check import verify_with_openssl
from sviedka.core.base.errors import Failure
from sviedka.core.seal.policy import AuthorityKind, PinnedAuthority
from sviedka.core.seal.stamp import (
    AuthorityUnknown,
    Revocation,
    StampRefuted,
    StampRequest,
    StampRevoked,
    format_request,
    parse_request,
    verify_stamp,
)
from sviedka.core.seal.stamp_chain import fingerprint, read_certificates
from sviedka.vault.clock import now

DATA = b"the frozen checkpoint"
DIGEST = sha256(DATA).digest()
NONCE = 0xF123456789ABCDEF
REQUEST = format_request(StampRequest(digest=DIGEST, nonce=NONCE))


@pytest.fixture
def authority(tmp_path):
    return create_internal_authority(tmp_path / "first", name="first", start=now() - timedelta(days=1))


@pytest.fixture
def second(tmp_path):
    return create_internal_authority(tmp_path / "second", name="second", start=now() - timedelta(days=1))


def pin(authority, name="first"):
    root = read_certificates(authority.root_pem)[0]
    return PinnedAuthority(sha256=fingerprint(root), kind=AuthorityKind.INTERNAL, name=name)


def verify(authority, token, **changes):
    facts = {
        "token": token,
        "digest": DIGEST,
        "authorities": (pin(authority),),
        "chain": authority.root_pem,
        "crls": authority.crl_pem,
        "nonce": NONCE,
    }
    return verify_stamp(**facts | changes)


def test_the_right_data_is_accepted(authority):
    before = now()
    finding = verify(authority, authority.answer(REQUEST))
    assert before <= finding.time <= now()
    assert (finding.name, finding.kind, finding.revocation) == ("first", "internal", Revocation.CLEAR)
    assert finding.signer_until > before + timedelta(days=300)


def test_openssl_accepts_it_too(authority, tmp_path):
    token = authority.answer(REQUEST)
    verify_with_openssl(token=token, request=REQUEST, root_pem=authority.root_pem)
    for name, data in (("d", DATA), ("t", token), ("r", authority.root_pem)):
        (tmp_path / name).write_bytes(data)
    command = ["openssl", "ts", "-verify", "-data", tmp_path / "d", "-in", tmp_path / "t", "-CAfile", tmp_path / "r"]
    subprocess.run(command, check=True, capture_output=True)


def test_openssl_reads_our_request_as_we_mean_it(tmp_path):
    (tmp_path / "q").write_bytes(REQUEST)
    done = subprocess.run(
        ["openssl", "ts", "-query", "-in", tmp_path / "q", "-text"], check=True, capture_output=True, text=True
    )
    assert "Hash Algorithm: sha256" in done.stdout
    assert f"0x{NONCE:X}" in done.stdout.upper().replace("X", "x")
    assert "Certificate required: yes" in done.stdout
    assert parse_request(REQUEST) == StampRequest(digest=DIGEST, nonce=NONCE)


@pytest.mark.parametrize("nonce", [0, 1, 127, 128, 255, 256, 2**63, 2**64 - 1])
def test_every_nonce_comes_back(authority, nonce):
    request = format_request(StampRequest(digest=DIGEST, nonce=nonce))
    assert parse_request(request).nonce == nonce
    assert verify(authority, authority.answer(request), nonce=nonce).name == "first"


def test_other_data_is_refuted(authority):
    with pytest.raises(StampRefuted):
        verify(authority, authority.answer(REQUEST), digest=sha256(b"other").digest())


def test_another_nonce_is_refuted(authority):
    with pytest.raises(StampRefuted):
        verify(authority, authority.answer(REQUEST), nonce=NONCE - 1)


def test_another_root_is_unknown(authority, second):
    with pytest.raises(AuthorityUnknown):
        verify(second, authority.answer(REQUEST))


def test_one_authoritys_token_is_not_anothers(authority, second):
    both = authority.root_pem + second.root_pem
    with pytest.raises(AuthorityUnknown):
        verify(authority, authority.answer(REQUEST), authorities=(pin(second, "second"),), chain=both)
    finding = verify(
        authority, authority.answer(REQUEST), authorities=(pin(second, "second"), pin(authority)), chain=both
    )
    assert finding.name == "first"


def test_a_signer_that_had_ended_is_refuted(tmp_path):
    start = now() - timedelta(days=30)
    ended = create_internal_authority(tmp_path / "ended", name="x", start=start, end=now() - timedelta(days=1))
    with pytest.raises(StampRefuted):
        verify(ended, ended.answer(REQUEST))
    with pytest.raises(StampRefuted):
        verify_with_openssl(token=ended.answer(REQUEST), request=REQUEST, root_pem=ended.root_pem)


def test_a_token_from_before_its_signer_is_refuted(tmp_path):
    early = create_internal_authority(tmp_path / "early", name="x", start=now() + timedelta(days=1))
    with pytest.raises(StampRefuted):
        verify(early, early.answer(REQUEST))


def test_a_revoked_signer_is_refuted(authority):
    token = authority.answer(REQUEST)
    authority.revoke_signer(at=now() - timedelta(hours=1), reason=x509.ReasonFlags.superseded)
    with pytest.raises(StampRevoked):
        verify(authority, token)


def test_a_signer_superseded_later_still_stands(authority):
    token = authority.answer(REQUEST)
    later = now() + timedelta(hours=1)
    authority.revoke_signer(at=later, reason=x509.ReasonFlags.superseded)
    assert verify(authority, token).revocation is Revocation.CLEAR
    authority.revoke_signer(at=later, reason=x509.ReasonFlags.key_compromise)
    with pytest.raises(StampRevoked):
        verify(authority, token)


def test_without_a_list_revocation_is_unknown_and_said(authority):
    assert verify(authority, authority.answer(REQUEST), crls=b"").revocation is Revocation.UNKNOWN


def test_every_flipped_byte_that_means_something_is_found(authority):
    """Flips in the three bytes nobody signs (two version numbers, the name of the signature's kind) change nothing."""
    token = authority.answer(REQUEST)
    expected = verify(authority, token)
    accepted = 0
    for at in range(len(token)):
        changed = bytearray(token)
        changed[at] ^= 0x01
        try:
            assert verify(authority, bytes(changed)) == expected
            accepted += 1
        except Failure:
            continue
    assert accepted <= 16


def test_an_authority_is_labelled_internal_in_its_certificates(authority):
    for pem in (authority.root_pem, authority.signer_pem):
        assert LABEL in x509.load_pem_x509_certificate(pem).subject.rfc4514_string().replace("\\", "")
    assert "INTERNAL" in LABEL


# --- pitfalls of the library, each with the case in which the library alone goes wrong


def test_a_certificate_set_out_of_order_is_read(tmp_path):
    """`openssl ts` with `certs=` writes sets that the library refuses; they are put in order before it reads them."""
    loose = create_internal_authority(
        tmp_path / "loose", name="x", start=now() - timedelta(days=1), with_root_in_token=True
    )
    refused = 0
    for _ in range(12):  # signatures differ in length by chance; most orders are refused
        token = loose.answer(REQUEST)
        try:
            rfc3161_client.decode_timestamp_response(token)
        except ValueError:
            refused += 1
        assert verify(loose, token, chain=b"").name == "first"
        loose.renew_signer(start=now() - timedelta(days=1), end=now() + timedelta(days=9))
    assert refused > 0


def test_a_self_signed_certificate_in_the_chain_is_no_root(authority, second):
    token = authority.answer(REQUEST)
    ours = x509.load_pem_x509_certificate(second.root_pem)
    foreign = x509.load_pem_x509_certificate(authority.root_pem)
    builder = rfc3161_client.VerifierBuilder(roots=[ours], intermediates=[foreign])
    assert builder.build().verify_message(rfc3161_client.decode_timestamp_response(token), DATA)  # the pitfall
    with pytest.raises(AuthorityUnknown):
        verify(second, token, chain=second.root_pem + authority.root_pem, crls=b"")


def test_roots_do_not_pile_up_between_verifications(authority, second):
    root = x509.load_pem_x509_certificate(authority.root_pem)
    shared = rfc3161_client.VerifierBuilder()
    first = shared.add_root_certificate(root)
    assert shared._roots == first._roots == [root]  # the pitfall: the builder that one started from has it too
    token = authority.answer(REQUEST)
    for _ in range(3):
        assert verify(authority, token).name == "first"
        with pytest.raises(AuthorityUnknown):
            verify(second, token)


def test_the_chain_that_is_kept_leads_to_the_root(authority):
    token = authority.answer(REQUEST)
    chain = collect_chain(token, authority.root_pem)
    assert chain.endswith(authority.root_pem)
    assert authority.signer_pem in chain
    assert verify(authority, token, chain=chain).name == "first"
