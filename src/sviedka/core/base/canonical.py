# SPDX-License-Identifier: AGPL-3.0-or-later
"""Canonical JSON: one value, one spelling.

This is RFC 8785 (JCS) without fractions: objects, arrays, strings, integers up to 2**53 - 1 in magnitude, true,
false and null. Keys are sorted by UTF-16 code units. Reading encodes again and compares, so that whatever was accepted
can be signed, hashed and compared as bytes. Spec: spec/01-canonical-form.md.
"""

from __future__ import annotations

import json
from json.encoder import encode_basestring
from typing import Final, NoReturn

from sviedka.core.base.errors import Malformed, NotCanonical, TooLarge

_NO_FORM: Final = "A value of this kind has no canonical form here: {kind}."

MAX_INTEGER: Final = 2**53 - 1
"""Largest magnitude that every JSON reader keeps exactly (RFC 8785 §3.2.2.3)."""

MAX_DEPTH: Final = 32
"""In how many arrays and objects a value may stand; stops a reader from being made to recurse."""

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]
"""What may be written canonically. Fractions are not among it."""

# Made once: json.dumps and json.loads with options build these anew on each call.
_ENCODER: Final = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, allow_nan=False, sort_keys=False, separators=(",", ":")
)
_SORTING_ENCODER: Final = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, allow_nan=False, sort_keys=True, separators=(",", ":")
)
_FIRST_SURROGATE: Final = "\ud800"


def encode_canonical(value: Json) -> bytes:
    """Return the one UTF-8 spelling of `value`.

    Raises:
        Malformed: A float, a key that is not text, an integer that is too large, a lone surrogate, or nesting over
            `MAX_DEPTH`.
    """
    try:
        return encode_canonical_text(value).encode("utf-8")
    except UnicodeEncodeError as reason:
        raise Malformed("Text holds half of a surrogate pair; it cannot be written as UTF-8.") from reason


def encode_canonical_text(value: Json) -> str:
    """Return what `encode_canonical` returns, before it is made UTF-8. Lone surrogates are not looked for."""
    if isinstance(value, str):
        return encode_basestring(value)  # escapes what RFC 8785 §3.2.2.2 says and nothing more
    if _check(value, depth=0):
        return _ENCODER.encode(_ordered(value))
    return _SORTING_ENCODER.encode(value)


def parse_canonical(data: bytes, *, max_bytes: int) -> Json:
    """Read canonical JSON.

    Untrusted: `data`. Args: `max_bytes` is the cap that the caller's format states.

    Raises:
        TooLarge: More than `max_bytes`.
        Malformed: Not JSON, or JSON with a part that has no canonical form.
        NotCanonical: JSON, but spelt differently from `encode_canonical`.
    """
    value = parse_any_spelling(data, max_bytes=max_bytes)
    if encode_canonical(value) != data:
        raise NotCanonical("This JSON is not in its one canonical spelling.")
    return value


def parse_any_spelling(data: bytes, *, max_bytes: int) -> Json:
    """Read JSON without looking at its spelling.

    For formats that write what they read once more and compare, and so need no second comparison here. Nesting is not
    limited either.

    Raises:
        TooLarge: More than `max_bytes`.
        Malformed: Not JSON, or JSON with a fraction.
    """
    if len(data) > max_bytes:
        raise TooLarge("{size} bytes of JSON where at most {most} are allowed.", size=len(data), most=max_bytes)
    value: Json
    try:
        text = data.decode("utf-8")
        value, end = _DECODER.raw_decode(text)
    except (UnicodeDecodeError, ValueError, RecursionError) as reason:
        raise Malformed("These bytes are not JSON.") from reason
    if end != len(text) and text[end:].strip(" \t\n\r"):
        raise Malformed("Something stands behind the JSON.")
    return value


def _refuse(_text: str) -> NoReturn:
    raise Malformed("Fractions have no canonical form here; write the number as text.")


_DECODER: Final = json.JSONDecoder(parse_float=_refuse, parse_constant=_refuse)


def _check(value: object, *, depth: int) -> bool:
    """Refuse what has no canonical form; tell whether some key sorts differently by code point and by code unit."""
    if value is None or isinstance(value, str | bool):
        return False
    if isinstance(value, list | dict) and value and depth >= MAX_DEPTH:
        raise Malformed("JSON is nested more than {most} deep.", most=MAX_DEPTH)
    if isinstance(value, list):
        return _check_list(value, depth=depth + 1)
    if isinstance(value, dict):
        return _check_object(value, depth=depth + 1)
    if not isinstance(value, int):
        raise Malformed(_NO_FORM, kind=type(value).__name__)
    if not -MAX_INTEGER <= value <= MAX_INTEGER:
        raise Malformed("An integer is larger than every reader can keep.")
    return False


def _check_list(value: list[object], *, depth: int) -> bool:
    odd = False
    for inner in value:
        if type(inner) is not str:
            odd = _check(inner, depth=depth) or odd
    return odd


def _check_object(value: dict[object, object], *, depth: int) -> bool:
    odd = False
    for key, inner in value.items():
        if not isinstance(key, str):
            raise Malformed(_NO_FORM, kind=f"key of {type(key).__name__}")
        odd = odd or (not key.isascii() and max(key) >= _FIRST_SURROGATE)
        if type(inner) is not str:
            odd = _check(inner, depth=depth) or odd
    return odd


def _ordered(value: Json) -> Json:
    if isinstance(value, dict):
        # RFC 8785 §3.2.3: code units of UTF-16, not code points; they differ outside the basic plane.
        return {key: _ordered(value[key]) for key in sorted(value, key=_code_units)}
    return [_ordered(inner) for inner in value] if isinstance(value, list) else value


def _code_units(key: str) -> bytes:
    return key.encode("utf-16-be", "surrogatepass")
