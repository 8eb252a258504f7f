# SPDX-License-Identifier: AGPL-3.0-or-later
"""Requests to time authorities, and their replies as far as they are read without trusting them.

Source: RFC 3161 §2.4. Spec: spec/05-time.md §2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import rfc3161_client

from sviedka.core.base.errors import TooLarge
from sviedka.core.seal.stamp_der import (
    CONTEXT_0,
    INTEGER,
    OCTET_STRING,
    SEQUENCE,
    SHA256_ALGORITHM,
    Element,
    encode,
    encode_integer,
    read_children,
    read_whole,
)
from sviedka.core.seal.stamp_errors import StampMalformed

if TYPE_CHECKING:
    from collections.abc import Sequence

DIGEST_BYTES: Final = 32
MAX_REPLY_BYTES: Final = 65_536
MAX_REQUEST_BYTES: Final = 256
GRANTED: Final = 0
"""PKIStatus: the only one that comes with a token that is accepted (RFC 3161 §2.4.2)."""

_VERSION_1: Final = encode_integer(1)
_CERTIFICATE_WANTED: Final = b"\x01\x01\xff"


@dataclass(frozen=True, kw_only=True, slots=True)
class StampRequest:
    """What was asked: the SHA-256 digest to stamp, and a random number that the reply must repeat."""

    digest: bytes
    nonce: int


def format_request(request: StampRequest) -> bytes:
    """Return the request (TimeStampReq, DER): SHA-256, with nonce, asking for the authority's certificate.

    The nonce has at most 64 bits: some authorities take no more.
    """
    if len(request.digest) != DIGEST_BYTES or not 0 <= request.nonce < 1 << 64:
        raise ValueError("a request holds a digest of 32 bytes and a nonce of at most 64 bits")
    imprint = encode(SEQUENCE, SHA256_ALGORITHM, encode(OCTET_STRING, request.digest))
    return encode(SEQUENCE, _VERSION_1, imprint, encode_integer(request.nonce), _CERTIFICATE_WANTED)


def parse_request(data: bytes) -> StampRequest:
    """Read a request that `format_request` wrote; raise `StampMalformed` for any other."""
    if len(data) > MAX_REQUEST_BYTES:
        raise TooLarge("A request of {size} bytes is longer than any that is accepted.", size=len(data))
    children = read_children(data, read_whole(data))
    if [child.tag for child in children] == [INTEGER, SEQUENCE, INTEGER, 0x01]:
        _, imprint, number, _ = children
        nonce = int.from_bytes(data[number.body : number.end], "big")
        digest = data[imprint.end - DIGEST_BYTES : imprint.end]
        if nonce < 1 << 64 and format_request(StampRequest(digest=digest, nonce=nonce)) == data:
            return StampRequest(digest=digest, nonce=nonce)
    raise StampMalformed("This is no request as Sviedka sends it.")


def parse_reply(data: bytes) -> rfc3161_client.TimeStampResponse:
    """Read a reply (TimeStampResp, DER) that grants a token.

    Untrusted: `data`; the result is unverified. Certificates in an order that the library refuses are put in order
    first: the set that holds them is not signed, and openssl and many authorities do not sort it.

    Raises:
        StampMalformed: No reply, or one that refuses.
        TooLarge: Over 64 KiB.
    """
    if len(data) > MAX_REPLY_BYTES:
        raise TooLarge("A reply of {size} bytes is longer than any that is accepted.", size=len(data))
    whole = read_whole(data)
    _check_granted(data, whole)
    try:
        reply = rfc3161_client.decode_timestamp_response(_with_certificates_sorted(data, whole))
        # The library parses on access: touch everything that is used, so that errors arise here.
        _ = (reply.status, reply.tst_info.gen_time, reply.tst_info.nonce, reply.tst_info.message_imprint.message)
        _ = (reply.tst_info.message_imprint.hash_algorithm, reply.time_stamp_token())
        _ = [(info.issuer, info.serial_number) for info in reply.signed_data.signer_infos]
        _ = reply.signed_data.certificates
    except (ValueError, TypeError, OverflowError, KeyError) as reason:  # KeyError: a name of an unknown string type
        raise StampMalformed("The reply of a time authority cannot be read.") from reason
    return reply


def _check_granted(data: bytes, whole: Element) -> None:
    children = read_children(data, whole)
    status = read_children(data, children[0]) if children and children[0].tag == SEQUENCE else ()
    if not status or status[0].tag != INTEGER:
        raise StampMalformed("The reply of a time authority has no status.")
    number = int.from_bytes(data[status[0].body : status[0].end], "big")
    if number != GRANTED or len(children) != 2:
        raise StampMalformed("The time authority granted no token (status {status}).", status=number)


def _with_certificates_sorted(data: bytes, whole: Element) -> bytes:
    """Return the reply with the elements of SignedData.certificates in DER order (X.690 §11.6). Its length stays."""
    found = _certificates(data, whole)
    if found is None:
        return data
    items = sorted(data[item.start : item.end] for item in read_children(data, found))
    return data[: found.body] + b"".join(items) + data[found.end :]


def _certificates(data: bytes, whole: Element) -> Element | None:
    # TimeStampResp . token (ContentInfo) . [0] . SignedData . certificates [0]  (RFC 5652 §3, §5.1)
    token = _child(read_children(data, whole), 1, SEQUENCE)
    content = _child(read_children(data, token), 1, CONTEXT_0)
    signed = read_children(data, _child(read_children(data, content), 0, SEQUENCE))
    return next((element for element in signed if element.tag == CONTEXT_0), None)


def _child(children: Sequence[Element], number: int, tag: int) -> Element:
    if len(children) <= number or children[number].tag != tag:
        raise StampMalformed("The token in a time authority's reply is not signed data.")
    return children[number]
