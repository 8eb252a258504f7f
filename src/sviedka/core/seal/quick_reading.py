# SPDX-License-Identifier: AGPL-3.0-or-later
"""Statements in their usual form, read in a quarter of the time.

Dossiers and packs hold tens of thousands of statements, and nearly all of them look alike: no nested digests, no
astral characters, no huge numbers, and most values a text without a quotation mark in it. Those are read here by a few
calls for a whole statement instead of a few for each part. Whatever is unusual in any way, whatever might be wrong, is
left to the strict readers of `core.seal`, whose answer alone counts: this module either returns what they would, or
None. A test holds the two against each other.
"""

from __future__ import annotations

import json
import re
from binascii import Error as NotBase64
from binascii import a2b_base64, b2a_base64
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NoReturn

from sviedka.core.base.canonical import MAX_INTEGER
from sviedka.core.seal.disclosure import RESERVED
from sviedka.core.seal.quick_head import BARE, LAST, STANDARD
from sviedka.core.seal.statement_common import build_statement
from sviedka.core.seal.statement_read import read_disclosures
from sviedka.core.seal.statement_shapes import ASSERTION, PAYLOAD, Statement, StatementHead

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sviedka.core.base.canonical import Json

MOST_PARTS: Final = 200
MOST_CHARS: Final = 16_384
MOST_NESTING: Final = 24
"""Opening brackets: fewer than the depth that canonical JSON allows."""

_URL_SAFE: Final = bytes.maketrans(b"+/", b"-_")
_AUTHOR: Final = "author_sig"
_TAKEN: Final = RESERVED | frozenset(PAYLOAD)
_JOINED: Final = BARE + b"~"
_BARE_ENDS: Final = frozenset((length, chr(letter)) for length, letters in enumerate(LAST) for letter in letters)

_ODD: Final = re.compile("[\ud800-\U0010ffff]")
"""From here on, keys sort differently by code unit and by code point (RFC 8785 §3.2.3)."""

_PROPERTY: Final = re.compile(
    r'^\["[A-Za-z0-9_-]{21}[AQgw]","([^"\\\x00-\x1f]*)",(?:"([^"\\\x00-\x1f]*)"|([^\n]+))\]$', re.ASCII | re.MULTILINE
)
"""A line: salt, name, and the value, either a text that is spelt as it is or JSON that has still to be read."""


class _Unusual(ValueError):
    """Raised inside the JSON scanner for what is left to the strict reader."""


def _give_up(_text: str) -> NoReturn:
    raise _Unusual


_SCAN: Final = json.JSONDecoder(parse_float=_give_up, parse_constant=_give_up).scan_once  # type: ignore[attr-defined]  # not in the stubs
_ENCODE: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode


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
    properties = _properties(raw)
    digests = _digests(raw)
    known = set(digests)
    if properties is None or len(known) != len(digests) or not known.issubset(head.digests):
        return None
    fields = dict(properties)
    if len(fields) != len(properties) or not _TAKEN.isdisjoint(fields):
        return None
    return build_statement(
        head,
        fields,
        author_digest=_digest_of(_AUTHOR, digests, properties) if _AUTHOR in fields else None,
        assertion_digest=_digest_of(ASSERTION, digests, properties) if ASSERTION in fields else None,
        positions={},
        withheld=len(head.digests) - len(digests),
    )


def _digest_of(name: str, digests: Sequence[str], properties: Sequence[tuple[str, Json]]) -> str | None:
    return next((digest for digest, found in zip(digests, properties, strict=True) if found[0] == name), None)


def _properties(raw: Sequence[bytes]) -> list[tuple[str, Json]] | None:
    """Return name and value of each disclosure, if each spells one with its salt, canonically."""
    try:
        padded = (b"==\n".join([*raw, b""])).translate(STANDARD).split(b"\n")[:-1]
        text = str(b"\n".join([a2b_base64(piece) for piece in padded]), "utf-8")
    except (NotBase64, ValueError):
        return None
    found = _PROPERTY.findall(text)
    # As many lines as disclosures, and each of them one: none holds a line feed, none borrows from the next.
    if len(found) != len(raw) or text.count("\n") != max(len(raw) - 1, 0):
        return None
    others = [other for _, _, other in found if other]
    if not others:
        return [(name, plain) for name, plain, _ in found]
    values = _values(others)
    if values is None:
        return None
    rest = iter(values)
    return [(name, next(rest) if other else plain) for name, plain, other in found]


def _values(spelt: Sequence[str]) -> list[Json] | None:
    """Return the values that these texts spell, if each spells one canonically."""
    whole = f"[{','.join(spelt)}]"
    if '"...":' in whole or '"_sd":' in whole or _ODD.search(whole):
        return None  # nested digests, or keys in an order of their own, may be in it
    if whole.count("[") + whole.count("{") > MOST_NESTING:
        return None
    values: list[Json] = []
    place = 1
    try:
        for text in spelt:
            value, end = _SCAN(whole, place)
            # Each ends where its text does: no disclosure may borrow from the next.
            if end != place + len(text) or not (type(value) is str or _fits(value)):
                return None
            values.append(value)
            place = end + 1
    except (ValueError, StopIteration, RecursionError):
        return None
    return values if _ENCODE(values) == whole else None


def _fits(value: Json) -> bool:
    """Tell whether every number in it can be kept exactly by all readers."""
    if type(value) is list:
        return all(type(inner) is str or _fits(inner) for inner in value)
    if type(value) is dict:
        return all(map(_fits, value.values()))
    return type(value) is not int or -MAX_INTEGER <= value <= MAX_INTEGER


def _digests(raw: Sequence[bytes]) -> list[str]:
    """Return the digests of all disclosures by one call: a zero byte after each makes them end where characters do."""
    joined = b2a_base64(b"\0".join([*[sha256(text).digest() for text in raw], b""]), newline=False)
    spelt = joined.translate(_URL_SAFE).decode("ascii")
    return [spelt[place : place + 43] for place in range(0, len(spelt), 44)]
