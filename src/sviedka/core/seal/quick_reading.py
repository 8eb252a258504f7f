# SPDX-License-Identifier: AGPL-3.0-or-later
"""Statements in their usual form, read in a third of the time.

Dossiers and packs hold tens of thousands of statements, and nearly all of them look alike: no nested digests, no
astral characters, no huge numbers. Those are read here by a few calls for a whole statement instead of a few for each
part. Whatever is unusual in any way, whatever might be wrong, is left to the strict readers of `core.seal`, whose
answer alone counts: this module either returns what they would, or None. A test holds the two against each other.
"""

from __future__ import annotations

import json
import re
from binascii import Error as NotBase64
from binascii import a2b_base64, b2a_base64
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NoReturn

from sviedka.core.base.canonical import MAX_INTEGER
from sviedka.core.base.ids import StatementId
from sviedka.core.base.instants import DAY_SECONDS
from sviedka.core.seal.disclosure import RESERVED
from sviedka.core.seal.statement_common import build_statement
from sviedka.core.seal.statement_head import parse_jwt
from sviedka.core.seal.statement_read import read_disclosures
from sviedka.core.seal.statement_shapes import ASSERTION, MAX_LEAF_BYTES, PAYLOAD, SIZES, Statement, StatementHead

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sviedka.core.base.canonical import Json

MOST_PARTS: Final = 200
MOST_CHARS: Final = 16_384
MOST_NESTING: Final = 24
"""Opening brackets beyond the disclosures' own: fewer than the depth that canonical JSON allows."""

_STANDARD: Final = bytes.maketrans(b"-_", b"+/")
_URL_SAFE: Final = bytes.maketrans(b"+/", b"-_")
_FIRST_ODD: Final = "\ud800"
"""From here on, keys sort differently by code unit and by code point (RFC 8785 §3.2.3)."""

_SALT_CHARS: Final = 22
_SALTS: Final = re.compile(r"(?:[A-Za-z0-9_-]{21}[AQgw]\n)*", re.ASCII)
_AUTHOR: Final = "author_sig"
_TAKEN: Final = RESERVED | frozenset(PAYLOAD)
_BARE: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_JWT: Final = _BARE + b"."
_JOINED: Final = _BARE + b"~"
_LETTERS: Final = frozenset(_BARE)
_LAST: Final[tuple[frozenset[int], ...]] = (_LETTERS, frozenset(), frozenset(b"AQgw"), frozenset(b"AEIMQUYcgkosw048"))
"""By length modulo 4, the last characters that leave no bits over: any other is a second spelling."""

_BARE_ENDS: Final = frozenset((length, chr(letter)) for length, letters in enumerate(_LAST) for letter in letters)

_DIGEST: Final = r'"[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]"'
_PAYLOAD: Final = re.compile(
    rf'\{{"_sd":\[({_DIGEST}(?:,{_DIGEST}){{15,255}})\],"_sd_alg":"sha-256","enc":({_DIGEST}),'
    r'"iat":(0|[1-9][0-9]{0,10}),"iss":"([a-z0-9./-]+)","jti":"([0-9a-f]{32})","vct":"sviedka/statement/1"\}',
    re.ASCII,
)
_SIGNATURE_CHARS: Final = 86


class _Unusual(ValueError):
    """Raised inside the JSON scanner for what is left to the strict reader."""


def _give_up(_text: str) -> NoReturn:
    raise _Unusual


_SCAN: Final = json.JSONDecoder(parse_float=_give_up, parse_constant=_give_up).scan_once  # type: ignore[attr-defined]  # not in the stubs
_ENCODE: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode

_headers: dict[bytes, tuple[str, str]] = {}
"""Origin and kid by the first part of a statement, as the strict reader has read it: all of a desk's are alike."""


def read_head(jwt: bytes) -> StatementHead:
    """Read a statement's signed part; as `parse_jwt`, and with its errors. Untrusted: `jwt`."""
    return _quick_head(jwt) or _strict_head(jwt)


def read_shown(head: StatementHead, disclosures: Sequence[str]) -> Statement:
    """Put the disclosures back into the statement; as `read_disclosures`, and with its errors.

    Untrusted: `disclosures`. Already verified by the caller: `head`.
    """
    return read_plain(head, disclosures) or read_disclosures(head, disclosures)


def read_plain(head: StatementHead, disclosures: Sequence[str]) -> Statement | None:
    """Put plain disclosures back into the statement; None leaves it to `read_disclosures`.

    Untrusted: `disclosures`. Already verified by the caller: `head`.

    Raises:
        Malformed, Refuted: As `read_disclosures`, of the parts that every statement has.
    """
    joined = "~".join(disclosures)
    ends = {(len(text) & 3, text[-1:]) for text in disclosures}
    if len(disclosures) > MOST_PARTS or len(joined) > MOST_CHARS or not joined.isascii() or not ends <= _BARE_ENDS:
        return None
    spelt = joined.encode("ascii")
    raw = spelt.split(b"~") if disclosures else []
    if len(raw) != len(disclosures) or spelt.translate(None, _JOINED):
        return None  # base64 is decoded below by a call that passes over what is none
    values = _values(spelt.translate(_STANDARD).split(b"~") if disclosures else [])
    digests = _digests(raw)
    known = set(digests)
    if values is None or len(known) != len(digests) or not known.issubset(head.digests):
        return None
    fields = _fields(values)
    if fields is None:
        return None
    return build_statement(
        head,
        fields,
        author_digest=_digest_of(_AUTHOR, digests, values),
        assertion_digest=_digest_of(ASSERTION, digests, values) if ASSERTION in fields else None,
        positions={},
        withheld=len(head.digests) - len(digests),
    )


def _digest_of(name: str, digests: Sequence[str], values: Sequence[list[Json]]) -> str | None:
    return next((digest for digest, value in zip(digests, values, strict=True) if value[1] == name), None)


def _fields(values: Sequence[list[Json]]) -> dict[str, Json] | None:
    """Return the values by name, if each is a property with a salt of its form and a name of its own."""
    fields: dict[str, Json] = {}
    salts: list[str] = []
    for value in values:
        if len(value) != 3:
            return None
        salt, name, inner = value
        if type(salt) is not str or type(name) is not str or name in _TAKEN or name in fields:
            return None
        if type(inner) is not str and not _fits(inner):
            return None
        fields[name] = inner
        salts.append(salt)
    # As many lines as salts, all of them of a salt's length: then none can hold a line feed.
    lines = "\n".join([*salts, ""])
    return fields if len(lines) == (_SALT_CHARS + 1) * len(salts) and _SALTS.fullmatch(lines) else None


def _values(standard: Sequence[bytes]) -> list[list[Json]] | None:
    """Return the arrays that the disclosures, in base64's standard alphabet, spell, if each spells one canonically."""
    try:
        pieces = [str(a2b_base64(text + b"=="), "utf-8") for text in standard]
        whole = f"[{','.join(pieces)}]"
        if _holds_unusual(whole) or whole.count("[") + whole.count("{") > len(pieces) + MOST_NESTING:
            return None
        values: list[list[Json]] = []
        place = 1
        for piece in pieces:
            value, end = _SCAN(whole, place)
            # Each ends where its text does: no disclosure may borrow from the next.
            if end != place + len(piece) or type(value) is not list:
                return None
            values.append(value)
            place = end + 1
    except (NotBase64, ValueError, StopIteration, RecursionError):
        return None
    return values if _ENCODE(values) == whole else None


def _holds_unusual(text: str) -> bool:
    """Tell whether nested digests, or keys in an order of their own, may be in it."""
    return '"...":' in text or '"_sd":' in text or (not text.isascii() and max(text) >= _FIRST_ODD)


def _fits(value: Json) -> bool:
    """Tell whether every number in it can be kept exactly by all readers."""
    if type(value) is list:
        return all(type(inner) is str or _fits(inner) for inner in value)
    if type(value) is dict:
        return all(map(_fits, value.values()))
    return type(value) is not int or -MAX_INTEGER <= value <= MAX_INTEGER


def _digests(raw: Sequence[bytes]) -> list[str]:
    """Return the digests of all disclosures by one call: a zero byte after each makes them end where characters do."""
    joined = b2a_base64(b"".join(sha256(text).digest() + b"\0" for text in raw), newline=False)
    spelt = joined.translate(_URL_SAFE).decode("ascii")
    return [spelt[place : place + 43] for place in range(0, len(spelt), 44)]


def _quick_head(jwt: bytes) -> StatementHead | None:
    parts = jwt.split(b".")
    if len(parts) != 3 or len(jwt) > MAX_LEAF_BYTES or parts[0] not in _headers or jwt.translate(None, _JWT):
        return None
    (origin, kid), payload, signature = _headers[parts[0]], parts[1], parts[2]
    if not _is_bare(payload) or len(signature) != _SIGNATURE_CHARS or not _is_bare(signature):
        return None
    match = _PAYLOAD.fullmatch(a2b_base64(payload.translate(_STANDARD) + b"==").decode("latin-1"))
    if match is None or match[4] != origin or int(match[3]) % DAY_SECONDS:
        return None
    digests = match[1][1:-1].split('","')
    if len(digests) not in SIZES or sorted(set(digests)) != digests:
        return None
    return StatementHead(
        iss=origin,
        jti=StatementId(match[5]),
        iat=int(match[3]),
        enc=a2b_base64(match[2][1:-1].encode("ascii").translate(_STANDARD) + b"="),
        digests=tuple(digests),
        kid=kid,
        signing_input=jwt[: -_SIGNATURE_CHARS - 1],
        signature=a2b_base64(signature.translate(_STANDARD) + b"=="),
    )


def _is_bare(part: bytes) -> bool:
    """Tell whether `part`, of base64url characters, is in its one spelling."""
    return bool(part) and part[-1] in _LAST[len(part) % 4]


def _strict_head(jwt: bytes) -> StatementHead:
    head = parse_jwt(jwt)
    if len(_headers) < MOST_PARTS:
        _headers[jwt.partition(b".")[0]] = (head.iss, head.kid)
    return head
