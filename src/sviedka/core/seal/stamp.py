# SPDX-License-Identifier: AGPL-3.0-or-later
"""Checking time stamps: that bytes existed by a moment, on the word of an authority that the reader pinned.

What is stamped is SHA-256 of a frozen checkpoint: the note with its log's own signature line only. A renewal stamps the
checkpoint again together with every earlier token, before the earlier certificate ends. No date of today is used: a
token that was good when it was made stays good. Spec: spec/05-time.md. Source: RFC 3161, RFC 4998 (the idea of
renewal). Vectors: spec/vectors/stamp/.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final

import rfc3161_client
from cryptography.hazmat.primitives.serialization import Encoding

from sviedka.core.seal.stamp_chain import (
    Revocation,
    check_path,
    check_revocation,
    find_path,
    fingerprint,
    load_certificate,
    read_certificates,
    read_revocation_lists,
)
from sviedka.core.seal.stamp_errors import AuthorityUnknown, StampMalformed, StampRefuted, StampRevoked
from sviedka.core.seal.stamp_ess import check_signing_certificate
from sviedka.core.seal.stamp_message import StampRequest, format_request, parse_reply, parse_request

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from cryptography import x509

    from sviedka.core.seal.policy_terms import AuthorityKind, PinnedAuthority

__all__ = [
    "AuthorityUnknown",
    "Revocation",
    "Stamp",
    "StampFinding",
    "StampMalformed",
    "StampRefuted",
    "StampRequest",
    "StampRevoked",
    "format_request",
    "parse_request",
    "renewal_digest",
    "verify_renewals",
    "verify_stamp",
]

SHA256_OID: Final = "2.16.840.1.101.3.4.2.1"


@dataclass(frozen=True, kw_only=True, slots=True)
class StampFinding:
    """What a verified token shows.

    Attributes:
        authority_sha256: Fingerprint of the pinned root it leads to.
        name: What the policy calls the authority.
        kind: Whose clock it is.
        time: The stamped bytes existed by this moment; aware UTC, fractions of a second cut off.
        signer_until: When the certificate that signed the token ends: renew before.
        revocation: Whether the certificates are known not to have been taken back.
    """

    authority_sha256: str
    name: str
    kind: AuthorityKind
    time: datetime
    signer_until: datetime
    revocation: Revocation


@dataclass(frozen=True, kw_only=True, slots=True)
class Stamp:
    """A token with what its authority gave along: the reply (DER), certificates (PEM), revocation lists (PEM)."""

    token: bytes
    chain: bytes = b""
    crls: bytes = b""


def verify_stamp(
    *,
    token: bytes,
    digest: bytes,
    authorities: Sequence[PinnedAuthority],
    chain: bytes = b"",
    crls: bytes = b"",
    nonce: int | None = None,
) -> StampFinding:
    """Check a time stamp at the time that it claims.

    Untrusted: `token`, `chain`, `crls`. Trusted: `digest`, which the caller computed, and `authorities`, from a policy.

    Args:
        token: The authority's whole reply (TimeStampResp, DER).
        digest: SHA-256 of what is said to be stamped, 32 bytes.
        authorities: Pinned roots. Pass one only to ask "is it by this one?".
        chain: Certificates in PEM that lead to the root, the root among them unless the token holds it.
        crls: Revocation lists in PEM.
        nonce: The number that was sent along; None where the request is not at hand.

    Raises:
        StampRefuted: Other bytes, another nonce, a broken signature, a certificate that was not valid then or is not
            made for time stamps.
        StampRevoked: A certificate that was taken back.
        AuthorityUnknown: No pinned root at the end.
        StampMalformed, TooLarge: Something cannot be read.
    """
    reply = parse_reply(token)
    imprint = reply.tst_info.message_imprint
    if imprint.hash_algorithm.dotted_string != SHA256_OID or imprint.message != digest:
        raise StampRefuted("The token was made for other bytes.")
    if nonce is not None and reply.tst_info.nonce != nonce:
        raise StampRefuted("The token answers another request: its nonce differs.")
    pool = (*read_certificates(chain), *(load_certificate(der) for der in sorted(reply.signed_data.certificates)))
    lists = read_revocation_lists(crls)
    path = find_path(_find_signer(reply, pool), pool, {pin.sha256: pin for pin in authorities})
    claimed = reply.tst_info.gen_time
    check_path(path, at=claimed)
    check_signing_certificate(reply.time_stamp_token(), path[0].public_bytes(Encoding.DER))
    _check_signature(reply, path, digest)
    revocation = check_revocation(path, lists, at=claimed)
    pin = next(pin for pin in authorities if pin.sha256 == fingerprint(path[-1]))
    return StampFinding(
        authority_sha256=pin.sha256,
        name=pin.name,
        kind=pin.kind,
        time=claimed.replace(microsecond=0),
        signer_until=min(certificate.not_valid_after_utc for certificate in path),
        revocation=revocation,
    )


def renewal_digest(frozen: bytes, earlier: Sequence[bytes]) -> bytes:
    """Return what a further stamp is over: SHA-256 of the frozen checkpoint and every earlier token, in order, joined.

    Without earlier tokens this is what the first stamp is over. A stranger checks it with
    `cat checkpoint a.tsr | openssl ts -verify -data /dev/stdin …`.
    """
    return sha256(frozen + b"".join(earlier)).digest()


def verify_renewals(
    *, frozen: bytes, stamps: Sequence[Stamp], authorities: Sequence[PinnedAuthority]
) -> tuple[StampFinding, ...]:
    """Check a stamp and its renewals, oldest first; the first finding's time is what they prove.

    Untrusted: `stamps`. Each renewal must have been made while the certificates of the one before were valid.

    Raises:
        StampRefuted: As `verify_stamp`, or a renewal that came too late or before what it renews.
        AuthorityUnknown, StampMalformed, TooLarge: As `verify_stamp`.
    """
    if not stamps:
        raise StampMalformed("There is no stamp to check.")
    findings: list[StampFinding] = []
    for number, stamp in enumerate(stamps):
        digest = renewal_digest(frozen, [earlier.token for earlier in stamps[:number]])
        finding = verify_stamp(
            token=stamp.token, digest=digest, authorities=authorities, chain=stamp.chain, crls=stamp.crls
        )
        if findings and not findings[-1].time <= finding.time < findings[-1].signer_until:
            raise StampRefuted("A stamp was renewed after the certificate of the one before it had ended.")
        findings.append(finding)
    return tuple(findings)


def _find_signer(reply: rfc3161_client.TimeStampResponse, pool: Sequence[x509.Certificate]) -> x509.Certificate:
    infos = list(reply.signed_data.signer_infos)
    if len(infos) != 1:
        raise StampMalformed("A token bears exactly one signature; this one has {count}.", count=len(infos))
    for certificate in pool:
        if certificate.issuer == infos[0].issuer and certificate.serial_number == infos[0].serial_number:
            return certificate
    raise AuthorityUnknown("The certificate that signed the token is not at hand.")


def _check_signature(reply: rfc3161_client.TimeStampResponse, path: Sequence[x509.Certificate], digest: bytes) -> None:
    # A new builder each time: the library keeps the lists it is given. Only certificates of the checked path go in.
    # The time of the claim is the library's own reference time as well, so validity is judged twice, alike.
    verifier = rfc3161_client.VerifierBuilder(
        tsa_certificate=path[0], intermediates=list(path[1:-1]), roots=[path[-1]]
    ).build()
    try:
        verifier.verify(reply, digest)
    except rfc3161_client.VerificationError as reason:
        raise StampRefuted(
            "The signature of the token does not hold: {reason}", reason=_first_words(reason)
        ) from reason
    except ValueError as reason:
        raise StampMalformed("The token cannot be read.") from reason


def _first_words(reason: Exception) -> str:
    return str(reason).partition(":")[0][:80]
