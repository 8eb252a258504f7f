# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which certificate a token says it was signed with.

The issuer and serial number beside a signature are not signed. The signed attribute that names the certificate by its
hash is what keeps another certificate over the same key, one with a longer life say, from being put in its place. The
library for time stamps does not look at it. Source: RFC 3161 §2.4.2, RFC 2634 §5.4, RFC 5035, RFC 5816.
Spec: spec/05-time.md §3.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from sviedka.core.seal.stamp_der import (
    CONTEXT_0,
    OCTET_STRING,
    SEQUENCE,
    SET,
    Element,
    read_children,
    read_whole,
)
from sviedka.core.seal.stamp_errors import StampMalformed, StampRefuted

if TYPE_CHECKING:
    from collections.abc import Sequence

OID: Final = 0x06
SIGNING_CERTIFICATE: Final = bytes.fromhex("2a864886f70d010910020c")
"""id-aa-signingCertificate: the certificate's SHA-1 (RFC 2634 §5.4)."""
SIGNING_CERTIFICATE_V2: Final = bytes.fromhex("2a864886f70d010910022f")
"""id-aa-signingCertificateV2: its SHA-256, or another hash that is named (RFC 5035)."""

_HASHES: Final = {
    bytes.fromhex("2b0e03021a"): "sha1",
    bytes.fromhex("608648016503040201"): "sha256",
    bytes.fromhex("608648016503040202"): "sha384",
    bytes.fromhex("608648016503040203"): "sha512",
}


def check_signing_certificate(token: bytes, certificate: bytes) -> None:
    """Check that the signed attributes of a token name the certificate that it is verified with.

    Untrusted: both. The signature over the attributes is the caller's business.

    Args:
        token: ContentInfo, DER.
        certificate: The signer's certificate, DER.

    Raises:
        StampRefuted: They name another, or none.
        StampMalformed: They cannot be read.
    """
    attributes = _signed_attributes(token)
    second = attributes.get(SIGNING_CERTIFICATE_V2)
    values = attributes.get(SIGNING_CERTIFICATE, ()) if second is None else second
    if len(values) != 1:
        raise StampRefuted("The token does not say which certificate it was signed with.")
    # SigningCertificate(V2) . certs . the first, which is the signer's
    listed = _inside(token, _inside(token, values[0], SEQUENCE)[:1], SEQUENCE)
    parts = _inside(token, listed[:1], SEQUENCE)
    kind = "sha1" if second is None else "sha256"
    if second is not None and parts and parts[0].tag == SEQUENCE:
        name = _inside(token, parts[0], SEQUENCE)[:1]
        kind = _HASHES.get(token[name[0].body : name[0].end], "") if name and name[0].tag == OID else ""
        parts = parts[1:]
    if not parts or parts[0].tag != OCTET_STRING:
        raise StampMalformed("The name of the signer's certificate in the token cannot be read.")
    named = token[parts[0].body : parts[0].end]
    if not kind or named != hashlib.new(kind, certificate, usedforsecurity=False).digest():
        raise StampRefuted("The token was signed with another certificate than the one that is shown.")


def _signed_attributes(token: bytes) -> dict[bytes, tuple[Element, ...]]:
    """Return the values of each signed attribute, by the content of its name."""
    content = _inside(token, read_whole(token), SEQUENCE)
    signed = _inside(token, _inside(token, content[1:2], CONTEXT_0)[:1], SEQUENCE)
    signer = _inside(token, _inside(token, signed[-1:], SET)[:1], SEQUENCE)
    attributes = {}
    for part in signer:
        for attribute in _inside(token, part, CONTEXT_0) if part.tag == CONTEXT_0 else ():
            name, *values = _inside(token, attribute, SEQUENCE) or (attribute,)
            attributes[token[name.body : name.end]] = _inside(token, values[:1], SET)
    return attributes


def _inside(data: bytes, element: Element | Sequence[Element], tag: int) -> tuple[Element, ...]:
    """Return what is inside an element with this tag, or inside the one element of a list."""
    one = element if isinstance(element, Element) else next(iter(element), None)
    if one is None or one.tag != tag:
        raise StampMalformed("The token's signature is not in the form that it should have.")
    return read_children(data, one)
