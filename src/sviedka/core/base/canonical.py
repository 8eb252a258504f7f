# SPDX-License-Identifier: AGPL-3.0-or-later
"""Canonical JSON: one value, one spelling.

This is RFC 8785 (JCS) without fractions: objects, arrays, strings, integers up to 2**53 - 1 in magnitude, true,
false and null. Keys are sorted by UTF-16 code units. Reading encodes again and compares, so that whatever was accepted can be
signed, hashed and compared as bytes. Spec: spec/01-canonical-form.md.
"""

from __future__ import annotations

import json
from typing import Final, NoReturn

from sviedka.core.base.errors import Malformed, NotCanonical, TooLarge

_NO_FORM: Final = "A value of this kind has no canonical form here: {kind}."

MAX_INTEGER: Final = 2**53 - 1
"""Largest magnitude that every JSON reader keeps exactly (RFC 8785 §3.2.2.3)."""

MAX_DEPTH: Final = 32
"""Nesting that no honest statement reaches; stops a reader from being made to recurse."""

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]
"""What may be written canonically. Fractions are not among it."""


def encode_canonical(value: Json) -> bytes:
    """Return the one UTF-8 spelling of `value`.

    Raises:
        Malformed: A float, a key that is not text, an integer that is too large, a lone surrogate, or nesting over
            `MAX_DEPTH`.
    """
    _check(value, depth=0)
    try:
        return json.dumps(_ordered(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8")
    except UnicodeEncodeError as reason:
        raise Malformed("Text holds half of a surrogate pair; it cannot be written as UTF-8.") from reason


def parse_canonical(data: bytes, *, max_bytes: int) -> Json:
    """Read canonical JSON.

    Untrusted: `data`. Args: `max_bytes` is the cap that the caller's format states.

    Raises:
        TooLarge: More than `max_bytes`.
        Malformed: Not JSON, or JSON with a part that has no canonical form.
        NotCanonical: JSON, but spelt differently from `encode_canonical`.
    """
    if len(data) > max_bytes:
        raise TooLarge("{size} bytes of JSON where at most {most} are allowed.", size=len(data), most=max_bytes)
    try:
        value = json.loads(data.decode("utf-8"), parse_float=_refuse, parse_constant=_refuse)
    except (UnicodeDecodeError, ValueError, RecursionError) as reason:
        raise Malformed("These bytes are not JSON.") from reason
    if encode_canonical(value) != data:
        raise NotCanonical("This JSON is not in its one canonical spelling.")
    return value  # type: ignore[no-any-return]  # json.loads is untyped; the check above has walked every part


def _refuse(_text: str) -> NoReturn:
    raise Malformed("Fractions have no canonical form here; write the number as text.")


def _check(value: object, *, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise Malformed("JSON is nested more than {most} deep.", most=MAX_DEPTH)
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise Malformed(_NO_FORM, kind=f"key of {type(key).__name__}")
            _check(inner, depth=depth + 1)
    elif isinstance(value, list):
        for inner in value:
            _check(inner, depth=depth + 1)
    elif isinstance(value, int) and not isinstance(value, bool) and abs(value) > MAX_INTEGER:
        raise Malformed("An integer is larger than every reader can keep.")
    elif value is not None and not isinstance(value, bool | int | str):
        raise Malformed(_NO_FORM, kind=type(value).__name__)


def _ordered(value: Json) -> Json:
    if isinstance(value, dict):
        # RFC 8785 §3.2.3: code units of UTF-16, not code points; they differ outside the basic plane.
        return {
            key: _ordered(value[key]) for key in sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
        }
    return [_ordered(inner) for inner in value] if isinstance(value, list) else value


def _code_units(key: str) -> bytes:
    return key.encode("utf-16-be", "surrogatepass")
