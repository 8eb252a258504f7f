# SPDX-License-Identifier: AGPL-3.0-or-later
"""The signed part of a statement in its usual form, read in a third of the time.

As `quick_reading`, for heads: whatever is unusual in any way is left to `parse_jwt`, whose answer alone counts.
"""

from __future__ import annotations

import re
from binascii import a2b_base64
from typing import Final

from sviedka.core.base.ids import StatementId
from sviedka.core.base.instants import DAY_SECONDS
from sviedka.core.seal.statement_head import parse_jwt
from sviedka.core.seal.statement_shapes import MAX_LEAF_BYTES, SIZES, StatementHead

MOST_HEADERS: Final = 200

BARE: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
"""What base64url is written with."""

STANDARD: Final = bytes.maketrans(b"-_", b"+/")

_JWT: Final = BARE + b"."
_LETTERS: Final = frozenset(BARE)
LAST: Final[tuple[frozenset[int], ...]] = (_LETTERS, frozenset(), frozenset(b"AQgw"), frozenset(b"AEIMQUYcgkosw048"))
"""By length modulo 4, the last characters that leave no bits over: any other is a second spelling."""

_DIGEST: Final = r'"[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]"'
_PAYLOAD: Final = re.compile(
    rf'\{{"_sd":\[({_DIGEST}(?:,{_DIGEST}){{15,255}})\],"_sd_alg":"sha-256","enc":({_DIGEST}),'
    r'"iat":(0|[1-9][0-9]{0,10}),"iss":"([a-z0-9./-]+)","jti":"([0-9a-f]{32})","vct":"sviedka/statement/1"\}',
    re.ASCII,
)
_SIGNATURE_CHARS: Final = 86

_headers: dict[bytes, tuple[str, str]] = {}
"""Origin and kid by the first part of a statement, as the strict reader has read it: all of a desk's are alike."""


def read_head(jwt: bytes) -> StatementHead:
    """Read a statement's signed part; as `parse_jwt`, and with its errors. Untrusted: `jwt`."""
    return _quick_head(jwt) or _strict_head(jwt)


def _quick_head(jwt: bytes) -> StatementHead | None:
    parts = jwt.split(b".")
    if len(parts) != 3 or len(jwt) > MAX_LEAF_BYTES or parts[0] not in _headers or jwt.translate(None, _JWT):
        return None
    (origin, kid), payload, signature = _headers[parts[0]], parts[1], parts[2]
    if not _is_bare(payload) or len(signature) != _SIGNATURE_CHARS or not _is_bare(signature):
        return None
    match = _PAYLOAD.fullmatch(a2b_base64(payload.translate(STANDARD) + b"==").decode("latin-1"))
    if match is None or match[4] != origin or int(match[3]) % DAY_SECONDS:
        return None
    digests = match[1][1:-1].split('","')
    if len(digests) not in SIZES or sorted(set(digests)) != digests:
        return None
    return StatementHead(
        iss=origin,
        jti=StatementId(match[5]),
        iat=int(match[3]),
        enc=a2b_base64(match[2][1:-1].encode("ascii").translate(STANDARD) + b"="),
        digests=tuple(digests),
        kid=kid,
        signing_input=jwt[: -_SIGNATURE_CHARS - 1],
        signature=a2b_base64(signature.translate(STANDARD) + b"=="),
    )


def _is_bare(part: bytes) -> bool:
    """Tell whether `part`, of base64url characters, is in its one spelling."""
    return bool(part) and part[-1] in LAST[len(part) % 4]


def _strict_head(jwt: bytes) -> StatementHead:
    head = parse_jwt(jwt)
    if len(_headers) < MOST_HEADERS:
        _headers[jwt.partition(b".")[0]] = (head.iss, head.kid)
    return head
