# SPDX-License-Identifier: AGPL-3.0-or-later
"""The signed part of a statement: read strictly, and check the desk's signature (spec/03-statement.md §3.3 and §3.4).

Refuses whatever `compose` does not write: other members, another order, another spelling. What is accepted has
exactly one form, so that the log's leaf stands for one content.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sviedka.core.base.canonical import Json, parse_any_spelling, parse_canonical
from sviedka.core.base.encoding import decode_base64url, encode_base64url
from sviedka.core.base.errors import NotCanonical, TooLarge, UnknownVersion
from sviedka.core.base.ids import StatementId, is_id, is_origin
from sviedka.core.base.instants import DAY_SECONDS
from sviedka.core.seal.disclosure import are_digests, is_digest
from sviedka.core.seal.statement_errors import (
    AlgorithmRefused,
    DigestsMalformed,
    DigestTwice,
    SignatureRefuted,
    StatementMalformed,
)
from sviedka.core.seal.statement_payload import format_payload
from sviedka.core.seal.statement_shapes import MAX_LEAF_BYTES, PAYLOAD, SIZES, TYP, VCT, StatementHead

_KID: Final = re.compile(r"([a-z0-9./-]+)\+[0-9a-f]{8}", re.ASCII)
_MEMBERS: Final = frozenset(PAYLOAD)
_LAST_DAY: Final = 253_402_214_400
"""00:00 UTC of 31 December 9999; calendars end here."""


def parse_jwt(jwt: bytes) -> StatementHead:
    """Read a statement's issuer-signed part.

    Untrusted: `jwt`. The signature is not checked here: see `verify_signature`.

    Raises:
        TooLarge: Over 65,535 bytes.
        StatementMalformed: Not three base64url parts, or members other than the format's.
        NotCanonical: Readable, but spelt in another way than the format's one.
        AlgorithmRefused: `alg` is not EdDSA or `_sd_alg` not sha-256.
        UnknownVersion: Another `vct`.
        DigestsMalformed, DigestTwice: `_sd` is not a sorted list of 16, 64 or 256 different digests.
    """
    if len(jwt) > MAX_LEAF_BYTES:
        raise TooLarge(
            "A statement has {size} bytes where at most {most} are allowed.", size=len(jwt), most=MAX_LEAF_BYTES
        )
    parts = jwt.split(b".")
    if len(parts) != 3 or not jwt.isascii():
        raise StatementMalformed("A statement must have three parts, divided by dots.")
    kid = _parse_header(parts[0])
    spelt = decode_base64url(parts[1].decode("ascii"))
    payload = parse_any_spelling(spelt, max_bytes=MAX_LEAF_BYTES)
    if not isinstance(payload, dict) or payload.keys() != _MEMBERS:
        raise StatementMalformed("A statement's payload must have exactly the seven members of the format.")
    head = _read_payload(payload, kid=kid, signing_input=jwt[: jwt.rindex(b".")], signature=_parse_signature(parts[2]))
    enc = encode_base64url(head.enc)
    if format_payload(digests=head.digests, enc=enc, iat=head.iat, iss=head.iss, jti=head.jti) != spelt:
        raise NotCanonical("A statement's payload is not in its one canonical spelling.")
    return head


def verify_signature(head: StatementHead, key: bytes) -> None:
    """Prove that the holder of `key` (Ed25519, 32 bytes) signed `head`.

    Untrusted: `head`. Already verified by the caller: that `key` is the statement key that the key list gives for
    `head.kid`.

    Raises:
        SignatureRefuted: Somebody else's signature, or changed bytes.
    """
    try:
        _public_key(key).verify(head.signature, head.signing_input)
    except InvalidSignature as reason:
        raise SignatureRefuted("The desk's signature on statement {jti} does not verify.", jti=head.jti) from reason


def verify_raw(signature: bytes, message: bytes, key: bytes) -> bool:
    """Tell whether `signature` is `key`'s over `message`. For callers that name the failure themselves."""
    try:
        _public_key(key).verify(signature, message)
    except InvalidSignature:
        return False
    return True


@lru_cache(maxsize=1024)
def _public_key(key: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(key)


@lru_cache(maxsize=1024)
def _parse_header(part: bytes) -> str:
    # All statements of a desk begin with the same header; it is read once.
    header = parse_canonical(decode_base64url(part.decode("ascii")), max_bytes=512)
    if not isinstance(header, dict) or header.keys() != {"alg", "kid", "typ"}:
        raise StatementMalformed("A statement's header must have exactly alg, kid and typ.")
    if header["alg"] != "EdDSA":
        raise AlgorithmRefused("A statement must be signed with EdDSA.")
    kid = header["kid"]
    if header["typ"] != TYP or not isinstance(kid, str) or not _KID.fullmatch(kid):
        raise StatementMalformed("A statement's header does not name this format and a desk's key.")
    return kid


def _parse_signature(part: bytes) -> bytes:
    signature = decode_base64url(part.decode("ascii"))
    if len(signature) != 64:
        raise StatementMalformed("A statement's signature must have 64 bytes.")
    return signature


def _read_payload(payload: dict[str, Json], *, kid: str, signing_input: bytes, signature: bytes) -> StatementHead:
    if payload["vct"] != VCT:
        raise UnknownVersion("This statement is of a version that is not known here.")
    if payload["_sd_alg"] != "sha-256":
        raise AlgorithmRefused("A statement's digests must be SHA-256.")
    iss, iat, enc = payload["iss"], payload["iat"], payload["enc"]
    if not isinstance(iss, str) or not is_origin(iss) or kid.rpartition("+")[0] != iss:
        raise StatementMalformed("A statement's issuer must be the desk that its key names.")
    if not isinstance(iat, int) or isinstance(iat, bool) or iat % DAY_SECONDS or not 0 <= iat <= _LAST_DAY:
        raise StatementMalformed("A statement's day must be a Unix time at 00:00 UTC.")
    if not isinstance(enc, str) or not is_digest(enc):
        raise StatementMalformed("A statement must name the SHA-256 of its sealed disclosures.")
    if not is_id(payload["jti"]):
        raise StatementMalformed("A statement must have an identifier.")
    return StatementHead(
        iss=iss,
        jti=StatementId(str(payload["jti"])),
        iat=iat,
        enc=decode_base64url(enc),
        digests=_read_digests(payload["_sd"]),
        kid=kid,
        signing_input=signing_input,
        signature=signature,
    )


def _read_digests(listed: Json) -> tuple[str, ...]:
    if not isinstance(listed, list) or len(listed) not in SIZES:
        raise DigestsMalformed("A statement must have 16, 64 or 256 digests.")
    digests = [digest for digest in listed if isinstance(digest, str)]
    if len(digests) != len(listed) or not are_digests(digests):
        raise DigestsMalformed("A digest must be 32 bytes in base64url.")
    if len(set(digests)) != len(digests):
        raise DigestTwice("A digest stands twice among a statement's digests.")
    if digests != sorted(digests):
        raise DigestsMalformed("A statement's digests must be sorted.")
    return tuple(digests)
