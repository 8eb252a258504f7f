# SPDX-License-Identifier: AGPL-3.0-or-later
"""A time authority on paper: makes RFC 3161 tokens at any time, the same bytes each run.

For test vectors only. Certificates come from `cryptography`, everything else is DER put together by hand, so that a token
can be wrong in exactly one way. Keys are P-256 with small known numbers: worthless, and meant to be.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

START, END = datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 7, 1, tzinfo=UTC)
ROOT_END = datetime(2035, 1, 1, tzinfo=UTC)

SHA256_ALGORITHM = bytes.fromhex("300d06096086480165030402010500")
SHA512_ALGORITHM = bytes.fromhex("300d06096086480165030402030500")
ECDSA_SHA256 = bytes.fromhex("300a06082a8648ce3d040302")
OID_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
OID_TST_INFO = bytes.fromhex("060b2a864886f70d0109100104")
OID_CONTENT_TYPE = bytes.fromhex("06092a864886f70d010903")
OID_MESSAGE_DIGEST = bytes.fromhex("06092a864886f70d010904")
OID_SIGNING_CERTIFICATE = bytes.fromhex("060b2a864886f70d010910020c")
OID_SIGNING_CERTIFICATE_V2 = bytes.fromhex("060b2a864886f70d010910022f")
OID_POLICY = bytes.fromhex("060a2b06010401868d1f0101")


def der(tag: int, *parts: bytes) -> bytes:
    """Return a DER element."""
    content = b"".join(parts)
    if len(content) < 0x80:
        return bytes((tag, len(content))) + content
    size = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(size))) + size + content


def integer(value: int) -> bytes:
    """Return a DER INTEGER."""
    return der(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def key(number: int) -> ec.EllipticCurvePrivateKey:
    """Return the P-256 key of a small number."""
    return ec.derive_private_key(number, ec.SECP256R1())


def name(text: str) -> x509.Name:
    """Return a distinguished name."""
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


@dataclass(frozen=True, kw_only=True)
class Party:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def der(self) -> bytes:
        """The certificate, DER."""
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def pem(self) -> str:
        """The certificate, PEM."""
        return self.certificate.public_bytes(Encoding.PEM).decode()

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the DER."""
        return sha256(self.der).hexdigest()


def issue(  # noqa: PLR0913  # each is one fact of a certificate
    subject: str,
    number: int,
    *,
    issuer: Party | None = None,
    ca: bool = True,
    usage: tuple[x509.ObjectIdentifier, ...] = (),
    critical: bool = True,
    also: tuple[str, ...] = (),
    start: datetime = START,
    end: datetime = ROOT_END,
) -> Party:
    """Issue a certificate for the key of `number`; self-signed without `issuer`."""
    own = key(number)
    builder = x509.CertificateBuilder().subject_name(name(subject)).public_key(own.public_key())
    builder = builder.issuer_name(issuer.certificate.subject if issuer else name(subject))
    builder = builder.serial_number(1000 + number).not_valid_before(start).not_valid_after(end)
    builder = builder.add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    flags = dict.fromkeys(
        ("key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only"), False
    )
    signs = {"digital_signature": not ca, "content_commitment": not ca, "key_cert_sign": ca, "crl_sign": ca}
    builder = builder.add_extension(x509.KeyUsage(**flags | signs | dict.fromkeys(also, True)), critical=True)
    if usage:
        builder = builder.add_extension(x509.ExtendedKeyUsage(usage), critical=critical)
    signer = issuer.key if issuer else own
    return Party(certificate=builder.sign(signer, SHA256(), ecdsa_deterministic=True), key=own)


def signer(issuer: Party, number: int, **changes) -> Party:  # noqa: ANN003  # handed on to `issue`
    """Issue a certificate that signs time stamps."""
    facts = {"ca": False, "usage": (ExtendedKeyUsageOID.TIME_STAMPING,), "end": END} | changes
    return issue(f"signer {number}", number, issuer=issuer, **facts)


def revocations(
    issuer: Party,
    *revoked: tuple[Party, datetime, x509.ReasonFlags | None],
    at: datetime,
    until: datetime,
    signed_by: Party | None = None,
) -> str:
    """Return a revocation list, PEM."""
    builder = x509.CertificateRevocationListBuilder().issuer_name(issuer.certificate.subject)
    builder = builder.last_update(at).next_update(until)
    for party, since, reason in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(party.certificate.serial_number).revocation_date(since)
        if reason is not None:
            entry = entry.add_extension(x509.CRLReason(reason), critical=False)
        builder = builder.add_revoked_certificate(entry.build())
    crl = builder.sign((signed_by or issuer).key, SHA256(), ecdsa_deterministic=True)
    return crl.public_bytes(Encoding.PEM).decode()


@dataclass(frozen=True, kw_only=True)
class Token:
    """A token to be made: what is stamped, when, by whom, and what goes along.

    `named` stands in for the attribute that names the certificate; empty leaves it out.
    """

    digest: bytes
    time: str
    by: Party
    nonce: int | None = None
    inside: tuple[Party, ...] = ()
    sort: bool = True
    algorithm: bytes = SHA256_ALGORITHM
    status: int = 0
    signatures: int = 1
    signed_by: ec.EllipticCurvePrivateKey | None = field(default=None)
    named: bytes | None = None

    def reply(self) -> bytes:
        """Return the whole reply (TimeStampResp)."""
        status = der(0x30, integer(self.status))
        if self.status:
            return der(0x30, status)
        content = der(0x30, OID_SIGNED_DATA, der(0xA0, self._signed_data()))
        return der(0x30, status, content)

    def _info(self) -> bytes:
        imprint = der(0x30, self.algorithm, der(0x04, self.digest))
        nonce = b"" if self.nonce is None else integer(self.nonce)
        time = der(0x18, self.time.encode())
        return der(0x30, integer(1), OID_POLICY, imprint, integer(7), time, der(0x30, integer(1)), nonce)

    def _signed_data(self) -> bytes:
        info = self._info()
        inside = [party.der for party in self.inside]
        certificates = der(0xA0, *(sorted(inside) if self.sort else inside)) if inside else b""
        content = der(0x30, OID_TST_INFO, der(0xA0, der(0x04, info)))
        signatures = der(0x31, *([self._signature(info)] * self.signatures))
        return der(0x30, integer(3), der(0x31, SHA256_ALGORITHM), content, certificates, signatures)

    def _signature(self, info: bytes) -> bytes:
        attributes = sorted(
            (
                der(0x30, OID_CONTENT_TYPE, der(0x31, OID_TST_INFO)),
                der(0x30, OID_MESSAGE_DIGEST, der(0x31, der(0x04, sha256(info).digest()))),
                names(OID_SIGNING_CERTIFICATE_V2, sha256(self.by.der).digest()) if self.named is None else self.named,
            )
        )
        own = self.signed_by or self.by.key
        signature = own.sign(der(0x31, *attributes), ec.ECDSA(SHA256(), deterministic_signing=True))
        certificate = self.by.certificate
        who = der(0x30, certificate.issuer.public_bytes(), integer(certificate.serial_number))
        signed = der(0xA0, *attributes)
        return der(0x30, integer(1), who, SHA256_ALGORITHM, signed, ECDSA_SHA256, der(0x04, signature))


def names(oid: bytes, digest: bytes, algorithm: bytes = b"") -> bytes:
    """Return the signed attribute that names a certificate by its hash (RFC 5035; RFC 2634 for the older name)."""
    return der(0x30, oid, der(0x31, der(0x30, der(0x30, der(0x30, algorithm, der(0x04, digest))))))
