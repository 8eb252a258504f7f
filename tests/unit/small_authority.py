# SPDX-License-Identifier: AGPL-3.0-or-later
"""A time authority for tests that answers the same bytes each time: fixed keys, deterministic ECDSA.

Real authorities, made with `openssl ts`, are tested elsewhere; vectors need tokens that can be made again.
"""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

SEQUENCE, SET, INTEGER, OCTETS, OID, TIME, CONTEXT_0 = 0x30, 0x31, 0x02, 0x04, 0x06, 0x18, 0xA0
SHA256 = bytes.fromhex("300d06096086480165030402010500")
ECDSA_SHA256 = bytes.fromhex("300a06082a8648ce3d040302")
SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
TST_INFO = bytes.fromhex("060b2a864886f70d0109100104")
CONTENT_TYPE = bytes.fromhex("06092a864886f70d010903")
MESSAGE_DIGEST = bytes.fromhex("06092a864886f70d010904")
SIGNING_CERTIFICATE = bytes.fromhex("060b2a864886f70d010910022f")
POLICY = bytes.fromhex("06042a030401")


class SmallAuthority:
    """Root and signer on P-256. `stamp` answers a request for a digest."""

    def __init__(self, name, *, revoked_at=None):
        self.name = name
        root_key, self._key = (_key(f"{name}/{use}") for use in ("root", "signer"))
        start, end = datetime(2020, 1, 1, tzinfo=UTC), datetime(2049, 1, 1, tzinfo=UTC)
        root_name, signer_name = (
            x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{name} {use} (made for tests)")])
            for use in ("root", "signer")
        )
        self.root = _certificate(root_name, root_name, root_key, root_key, start, end, serial=1, authority=True)
        self.signer = _certificate(signer_name, root_name, self._key, root_key, start, end, serial=2, authority=False)
        crl = x509.CertificateRevocationListBuilder().issuer_name(root_name).last_update(start).next_update(end)
        if revoked_at is not None:
            entry = x509.RevokedCertificateBuilder().serial_number(2).revocation_date(revoked_at).build()
            crl = crl.add_revoked_certificate(entry)
        self.crl = crl.sign(root_key, hashes.SHA256(), ecdsa_deterministic=True).public_bytes(Encoding.PEM)

    @property
    def fingerprint(self):
        return sha256(self.root.public_bytes(Encoding.DER)).hexdigest()

    @property
    def chain(self):
        return self.signer.public_bytes(Encoding.PEM) + self.root.public_bytes(Encoding.PEM)

    def stamp(self, digest, *, at, nonce=7):
        info = der(
            SEQUENCE,
            der(INTEGER, b"\1"),
            POLICY,
            der(SEQUENCE, SHA256, der(OCTETS, digest)),
            der(INTEGER, b"\5"),
            der(TIME, at.strftime("%Y%m%d%H%M%SZ").encode()),
            der(INTEGER, bytes((nonce,))),
        )
        signer = self.signer.public_bytes(Encoding.DER)
        issued = der(SEQUENCE, der(SEQUENCE, der(OCTETS, sha256(signer).digest())))
        attributes = sorted(
            (
                der(SEQUENCE, CONTENT_TYPE, der(SET, TST_INFO)),
                der(SEQUENCE, MESSAGE_DIGEST, der(SET, der(OCTETS, sha256(info).digest()))),
                der(SEQUENCE, SIGNING_CERTIFICATE, der(SET, der(SEQUENCE, issued))),
            )
        )
        signature = self._key.sign(der(SET, *attributes), ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
        issuer = der(SEQUENCE, self.signer.issuer.public_bytes(), der(INTEGER, b"\2"))
        signer_info = der(
            SEQUENCE,
            der(INTEGER, b"\1"),
            issuer,
            SHA256,
            der(CONTEXT_0, *attributes),
            ECDSA_SHA256,
            der(OCTETS, signature),
        )
        signed = der(
            SEQUENCE,
            der(INTEGER, b"\3"),
            der(SET, SHA256),
            der(SEQUENCE, TST_INFO, der(CONTEXT_0, der(OCTETS, info))),
            der(CONTEXT_0, signer),
            der(SET, signer_info),
        )
        return der(SEQUENCE, der(SEQUENCE, der(INTEGER, b"\0")), der(SEQUENCE, SIGNED_DATA, der(CONTEXT_0, signed)))


def der(tag, *parts):
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def _key(seed):
    return ec.derive_private_key(int.from_bytes(sha256(seed.encode()).digest(), "big") >> 1, ec.SECP256R1())


def _certificate(subject, issuer, key, issuer_key, start, end, *, serial, authority):
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(start)
        .not_valid_after(end + timedelta(days=0))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .add_extension(
            x509.KeyUsage(
                digital_signature=not authority,
                content_commitment=not authority,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=authority,
                crl_sign=authority,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
    )
    if not authority:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return builder.sign(issuer_key, hashes.SHA256(), ecdsa_deterministic=True)
