# SPDX-License-Identifier: AGPL-3.0-or-later
"""From the certificate that signed a token to a pinned root, and what the revocation lists say on the way.

Everything but the pins is untrusted. The path is built and checked here and not by the time stamp library: that takes
any self-signed certificate which it is handed as an intermediate for a root. Certificates are judged at the time that
the token claims, never at today's date. Source: RFC 5280 §6.1 (the part needed here), RFC 3161 §2.3 and §4.
Spec: spec/05-time.md §3.
"""

from __future__ import annotations

import base64
import binascii
import re
from enum import StrEnum
from hashlib import sha256
from itertools import pairwise
from typing import TYPE_CHECKING, Final
from warnings import catch_warnings, simplefilter

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.oid import ExtendedKeyUsageOID

from sviedka.core.base.errors import TooLarge
from sviedka.core.seal.stamp_errors import AuthorityUnknown, StampMalformed, StampRefuted, StampRevoked

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

MAX_CERTIFICATES: Final = 32
MAX_DEPTH: Final = 8
MAX_PEM_BYTES: Final = 8_388_608

BROKEN: Final = (
    ValueError,
    TypeError,
    OverflowError,
    KeyError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)
"""What `cryptography` raises for certificates and lists that cannot be read; it reads parts only when asked."""

_COMPROMISED: Final = (x509.ReasonFlags.key_compromise, x509.ReasonFlags.ca_compromise)


class Revocation(StrEnum):
    """What is known of whether a certificate had been taken back."""

    CLEAR = "clear"
    """A list that covers the token's time, signed by the issuer, does not name it."""
    UNKNOWN = "unknown"
    """There is no such list."""


def read_certificates(pem: bytes) -> tuple[x509.Certificate, ...]:
    """Read certificates in PEM, any number; raise `StampMalformed` or `TooLarge`."""
    return tuple(load_certificate(der) for der in _pem_blocks(pem, "CERTIFICATE"))


def load_certificate(der: bytes) -> x509.Certificate:
    """Read one certificate; raise `StampMalformed`."""
    try:
        with catch_warnings():
            # What the library only warns of today, as a serial number below 1, it will refuse tomorrow.
            simplefilter("error", CryptographyDeprecationWarning)
            certificate = x509.load_der_x509_certificate(der)
            # Touch what is used later, so that errors arise here.
            _ = (certificate.subject, certificate.issuer, certificate.extensions, certificate.not_valid_after_utc)
    except (CryptographyDeprecationWarning, *BROKEN) as reason:
        raise StampMalformed("A certificate cannot be read.") from reason
    return certificate


def read_revocation_lists(pem: bytes) -> tuple[x509.CertificateRevocationList, ...]:
    """Read revocation lists in PEM, any number; raise `StampMalformed` or `TooLarge`."""
    try:
        return tuple(x509.load_der_x509_crl(der) for der in _pem_blocks(pem, "X509 CRL"))
    except BROKEN as reason:
        raise StampMalformed("A revocation list cannot be read.") from reason


def fingerprint(certificate: x509.Certificate) -> str:
    """Return SHA-256 of the certificate's DER, 64 hexadecimal digits: how policies pin a root."""
    return sha256(certificate.public_bytes(Encoding.DER)).hexdigest()


def find_path(
    signer: x509.Certificate, pool: Sequence[x509.Certificate], pins: Mapping[str, object]
) -> tuple[x509.Certificate, ...]:
    """Return the certificates from `signer` to a root whose fingerprint is in `pins`, both included.

    Raises:
        AuthorityUnknown: No such path.
    """
    # Each certificate is tried once: an attacker's pool, where everyone issues everyone, must not take for ever.
    paths: list[tuple[x509.Certificate, ...]] = [(signer,)]
    left = [certificate for certificate in pool if certificate != signer]
    while paths:
        path = paths.pop(0)
        for issuer in [issuer for issuer in left if _issued(issuer, path[-1], below=len(path) - 1)]:
            if fingerprint(issuer) in pins:
                return (*path, issuer)
            left.remove(issuer)
            if len(path) < MAX_DEPTH:
                paths.append((*path, issuer))
    raise AuthorityUnknown("The token is by no time authority that the policy names.")


def check_path(path: Sequence[x509.Certificate], *, at: datetime) -> None:
    """Check that every certificate was valid `at`, and that the first may sign time stamps and nothing else.

    A certificate is no longer valid in the second in which it ends: openssl counts so, inside the library too.

    Raises:
        StampRefuted: Not yet or no longer valid, or not made for time stamps (RFC 3161 §2.3).
    """
    if any(not certificate.not_valid_before_utc <= at < certificate.not_valid_after_utc for certificate in path):
        raise StampRefuted("A certificate of the time authority was not valid at the time that the token claims.")
    try:
        usage = path[0].extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound as reason:
        raise StampRefuted("The token is signed by a certificate that is not made for time stamps.") from reason
    if not usage.critical or list(usage.value) != [ExtendedKeyUsageOID.TIME_STAMPING]:
        raise StampRefuted("The token is signed by a certificate that is not made for time stamps alone.")


def check_revocation(
    path: Sequence[x509.Certificate], lists: Sequence[x509.CertificateRevocationList], *, at: datetime
) -> Revocation:
    """Look every certificate below the root up in the lists that its issuer signed.

    Raises:
        StampRevoked: One had been taken back by `at`; or at any time, when its key was or may have been stolen
            (RFC 3161 §4: no reason given counts as stolen).
        StampRefuted: A list in an issuer's name is not by it.
    """
    clear = True
    for certificate, issuer in pairwise(path):
        covered = False
        for crl in lists:
            if _is_by(crl, issuer):
                _check_listed(crl, certificate, at=at)
                covered = covered or crl.next_update_utc is None or crl.next_update_utc >= at
        clear = clear and covered
    return Revocation.CLEAR if clear else Revocation.UNKNOWN


def _issued(issuer: x509.Certificate, certificate: x509.Certificate, *, below: int) -> bool:
    """Tell whether `issuer` may issue certificates, has issued this one, and allows `below` others under itself."""
    if issuer.subject != certificate.issuer:
        return False
    try:
        certificate.verify_directly_issued_by(issuer)
        constraints = issuer.extensions.get_extension_for_class(x509.BasicConstraints).value
        usage = next((part.value for part in issuer.extensions if isinstance(part.value, x509.KeyUsage)), None)
    except (InvalidSignature, x509.ExtensionNotFound, *BROKEN):
        return False
    deep_enough = constraints.path_length is None or constraints.path_length >= below
    return constraints.ca and (usage is None or usage.key_cert_sign) and deep_enough


def _is_by(crl: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    try:
        if crl.issuer != issuer.subject:
            return False
        signed = crl.is_signature_valid(issuer.public_key())  # type: ignore[arg-type]  # other kinds raise TypeError
    except BROKEN as reason:
        raise StampMalformed("A revocation list cannot be read.") from reason
    if not signed:
        raise StampRefuted("A revocation list in the authority's name was not signed by it.")
    return True


def _check_listed(crl: x509.CertificateRevocationList, certificate: x509.Certificate, *, at: datetime) -> None:
    try:
        entry = crl.get_revoked_certificate_by_serial_number(certificate.serial_number)
        if entry is None:
            return
        since = entry.revocation_date_utc
        try:
            reason = entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
        except x509.ExtensionNotFound:
            reason = None
    except BROKEN as broken:
        raise StampMalformed("A revocation list cannot be read.") from broken
    if since <= at or reason is None or reason in _COMPROMISED:
        raise StampRevoked("The time authority's certificate was taken back, and the token does not outlive that.")


def _pem_blocks(pem: bytes, label: str) -> tuple[bytes, ...]:
    if len(pem) > MAX_PEM_BYTES:
        raise TooLarge("A PEM file of {size} bytes is longer than any that is accepted.", size=len(pem))
    dashes = b"-----"
    begin, end = dashes + f"BEGIN {label}".encode() + dashes, dashes + f"END {label}".encode() + dashes
    rest = re.sub(re.escape(begin) + rb"[A-Za-z0-9+/=\r\n]*" + re.escape(end), b"", pem)
    if rest.strip(b"\r\n"):
        raise StampMalformed("A PEM file holds something beside blocks of {label}.", label=label)
    blocks = [block.split(end)[0] for block in pem.split(begin)[1:]]
    if len(blocks) > MAX_CERTIFICATES:
        raise TooLarge("A PEM file holds more than {most} blocks.", most=MAX_CERTIFICATES)
    try:
        return tuple(base64.b64decode(re.sub(rb"[\r\n]", b"", block), validate=True) for block in blocks)
    except binascii.Error as reason:
        raise StampMalformed("A PEM file holds a block that is not base64.") from reason
