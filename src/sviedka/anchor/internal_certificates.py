# SPDX-License-Identifier: AGPL-3.0-or-later
"""Certificates of an internal time authority: a root, a signer, a revocation list.

As RFC 3161 §2.3 wants them: the signer's extended key usage is critical and says time stamping and nothing else. Used
by the internal authority only; certificates of external authorities are theirs to make.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from sviedka.vault.entropy import random_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

LABEL: Final = "INTERNAL time authority, proves nothing to outsiders"
_CRL_DAYS: Final = 365


@dataclass(frozen=True, kw_only=True)
class Issued:
    """A certificate and its private key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


def issue_root(name: str, *, start: datetime, end: datetime) -> Issued:
    """Make a self-signed P-256 root that may issue certificates and revocation lists only."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _subject(f"{name} root")
    builder = _builder(subject, subject, key, start=start, end=end)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage(signs_certificates=True), critical=True)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    return Issued(certificate=builder.sign(key, SHA256()), key=key)


def issue_signer(root: Issued, *, start: datetime, end: datetime, crl_url: str | None) -> Issued:
    """Make a certificate that may sign time stamps and nothing else (RFC 3161 §2.3)."""
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _builder(_subject("signer"), root.certificate.subject, key, start=start, end=end)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_usage(signs_certificates=False), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(root.key.public_key())
    builder = builder.add_extension(issuer, critical=False)
    if crl_url is not None:
        point = x509.DistributionPoint([x509.UniformResourceIdentifier(crl_url)], None, None, None)
        builder = builder.add_extension(x509.CRLDistributionPoints([point]), critical=False)
    return Issued(certificate=builder.sign(root.key, SHA256()), key=key)


def make_revocation_list(
    root: Issued, *, at: datetime, revoked: Iterable[tuple[int, datetime, x509.ReasonFlags | None]]
) -> x509.CertificateRevocationList:
    """Make the list of taken-back certificates (serial number, since when, why) as of `at`."""
    builder = x509.CertificateRevocationListBuilder().issuer_name(root.certificate.subject)
    builder = builder.last_update(at).next_update(at + timedelta(days=_CRL_DAYS))
    for serial, since, reason in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(since)
        if reason is not None:
            entry = entry.add_extension(x509.CRLReason(reason), critical=False)
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(root.key, SHA256())


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, *, start: datetime, end: datetime
) -> x509.CertificateBuilder:
    serial = int.from_bytes(random_bytes(16), "big") >> 1 | 1
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
    return builder.serial_number(serial).not_valid_before(start).not_valid_after(end)


def _subject(name: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, LABEL), x509.NameAttribute(NameOID.COMMON_NAME, name)]
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=not signs_certificates,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )
