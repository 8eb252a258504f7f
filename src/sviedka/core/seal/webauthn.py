# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an authenticator signed in a browser (W3C WebAuthn Level 3): read strictly, checked against a listed credential.

Readers without a browser must agree on every byte, so no JSON parser is used on the client's data: the standard fixes
their order (§5.8.1.1) and lets a verifier compare them as text (§5.8.1.2). Spec: spec/07-keys.md §13.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from sviedka.core.base.encoding import encode_base64url
from sviedka.core.seal.assertion_errors import AssertionMalformed, AssertionRefuted
from sviedka.core.seal.credential import ES256

if TYPE_CHECKING:
    from sviedka.core.seal.credential import Credential

SIGNATURE_BYTES: Final = 64
MAX_CLIENT_DATA_BYTES: Final = 2_048
_AUTHENTICATOR_BYTES: Final = 37
"""Hash of the party, flags, counter (§6.1); what may follow is asked for by nobody here, and refused."""

_PRESENT, _VERIFIED, _ELIGIBLE, _BACKED_UP = 0x01, 0x04, 0x08, 0x10
_KNOWN_FLAGS: Final = _PRESENT | _VERIFIED | _ELIGIBLE | _BACKED_UP

# §5.8.1.1: the first members in this order and spelling; a browser may add others behind them.
_CLIENT_DATA: Final = re.compile(
    rb'\{"type":"([a-z.]{1,40})","challenge":"([A-Za-z0-9_-]{1,200})","origin":"([!#-\[\]-~]{1,300})",'
    rb'"crossOrigin":(true|false)(?:,([ -\[\]-~]*))?\}'
)
_NAMES: Final = (b'"type"', b'"challenge"', b'"origin"', b'"crossOrigin"', b'"topOrigin"')

# FIPS 186-5 / SEC 2: the order of the group of P-256.
_P256_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551

# The points of Ed25519 whose order divides 8, by the bytes that spell them, sign left out (RFC 8032 §5.1): with such a
# key anybody can make a signature that verifies. The last two are second spellings.
_LOW_ORDER: Final = frozenset(
    bytes.fromhex(text)
    for text in (
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    )
)


@dataclass(frozen=True, kw_only=True, slots=True)
class SignedInBrowser:
    """What a browser hands over.

    Attributes:
        credential_id: Which credential signed.
        authenticator_data: As signed (§6.1).
        client_data: As signed: the JSON of the browser (§5.8.1).
        signature: 64 bytes. ES256: r and s, 32 bytes each, s in its lower half (`flatten_es256`). Ed25519: as it is.
    """

    credential_id: bytes
    authenticator_data: bytes
    client_data: bytes
    signature: bytes


def verify_in_browser(signed: SignedInBrowser, credential: Credential, challenge: bytes) -> None:
    """Prove that the holder of `credential`, verified by their authenticator, signed `challenge` (32 bytes).

    Untrusted: `signed`. Trusted: `credential`, from the key list.

    Raises:
        AssertionMalformed: Not in the form that the standard gives.
        AssertionRefuted: Another challenge, origin, party or key; or the person was not present or not verified.

    Source: WebAuthn Level 3 §7.2, steps 11 to 24. The counter is not looked at: a challenge is good for one statement.
    """
    _check_client_data(signed.client_data, origin=credential.origin, challenge=challenge)
    _check_authenticator_data(signed.authenticator_data, rp_id=credential.rp_id)
    message = signed.authenticator_data + sha256(signed.client_data).digest()
    if not _is_signed(credential, message, signed.signature):
        raise AssertionRefuted("The signature is not by the credential that the assertion names.")


def flatten_es256(der: bytes) -> bytes:
    """Return an authenticator's ECDSA signature in the one spelling of this format: r and s, s in its lower half.

    Raises:
        AssertionMalformed: Not two integers of P-256 in DER.
    """
    try:
        first, second = decode_dss_signature(der)
    except ValueError:
        first = second = 0
    if not (0 < first < _P256_ORDER and 0 < second < _P256_ORDER) or encode_dss_signature(first, second) != der:
        raise AssertionMalformed("This is no ECDSA signature over P-256 in DER.")
    return first.to_bytes(32, "big") + min(second, _P256_ORDER - second).to_bytes(32, "big")


def is_low_order(public: bytes) -> bool:
    """Tell whether an Ed25519 public key (32 bytes) is one for which anybody can sign."""
    return public[:31] + bytes((public[31] & 0x7F,)) in _LOW_ORDER


def _check_client_data(data: bytes, *, origin: str, challenge: bytes) -> None:
    match = _CLIENT_DATA.fullmatch(data) if len(data) <= MAX_CLIENT_DATA_BYTES else None
    if match is None or any(name in (match[5] or b"") for name in _NAMES):
        raise AssertionMalformed("The browser's part of an assertion is not spelt as WebAuthn spells it.")
    if match[1] != b"webauthn.get" or match[4] != b"false":
        raise AssertionRefuted("The browser was asked for something else than an assertion on its own page.")
    if match[2] != encode_base64url(challenge).encode("ascii"):
        raise AssertionRefuted("The assertion is over something else than this statement.")
    if match[3] != origin.encode("ascii"):
        raise AssertionRefuted("The assertion was given to another page than the desk's.")


def _check_authenticator_data(data: bytes, *, rp_id: str) -> None:
    if len(data) != _AUTHENTICATOR_BYTES or data[32] & ~_KNOWN_FLAGS:
        raise AssertionMalformed("The authenticator's part of an assertion is not 37 bytes of the form that is known.")
    flags = data[32]
    if flags & _BACKED_UP and not flags & _ELIGIBLE:  # §6.1.3
        raise AssertionMalformed("The authenticator says that a credential is backed up that cannot be.")
    if data[:32] != sha256(rp_id.encode("ascii")).digest():
        raise AssertionRefuted("The assertion was given to another party than the desk.")
    if not flags & _PRESENT or not flags & _VERIFIED:
        raise AssertionRefuted("The authenticator did not verify that the person was there.")


def _is_signed(credential: Credential, message: bytes, signature: bytes) -> bool:
    try:
        if credential.algorithm != ES256:
            Ed25519PublicKey.from_public_bytes(credential.public).verify(signature, message)
            return not is_low_order(credential.public)
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), credential.public)
        key.verify(_to_der(signature), message, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError):  # ValueError: no point of the curve
        return False
    return True


def _to_der(signature: bytes) -> bytes:
    first, second = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    if second > _P256_ORDER // 2:
        # (r, s) and (r, n - s) both verify: only one of them is this format's.
        raise AssertionMalformed("An ECDSA signature is not in its one spelling.")
    return encode_dss_signature(first, second)
