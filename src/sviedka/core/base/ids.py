# SPDX-License-Identifier: AGPL-3.0-or-later
"""Identifiers: 128 random bits, written as 32 lower-case hexadecimal digits.

They are random and never derived from a name or a file, so that an identifier gives nobody away (practice rule R6).
This module checks their shape; it makes none, because randomness comes in as an argument.
"""

from __future__ import annotations

import re
from typing import Final, NewType

from sviedka.core.base.errors import Malformed

SubjectId = NewType("SubjectId", str)
"""Whatever a statement is about: an item, a person (by pseudonym), an act, a source, a case."""

StatementId = NewType("StatementId", str)
"""A statement's `jti`."""

CellId = NewType("CellId", str)
"""The wrapped key under which one person's disclosures, or the archive's own, are sealed."""

UserId = NewType("UserId", str)
"""A documenter, known to the key list only by this."""

_ID: Final = re.compile(r"[0-9a-f]{32}\Z")
_ORIGIN: Final = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,62}[a-z0-9])?/[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?\Z")


def is_id(text: object) -> bool:
    """Tell whether `text` has the shape of an identifier."""
    return isinstance(text, str) and _ID.match(text) is not None


def parse_id(text: object) -> str:
    """Return `text` if it is an identifier; raise `Malformed` if not."""
    if not isinstance(text, str) or not _ID.match(text):
        raise Malformed("An identifier is 32 lower-case hexadecimal digits; this is not one.")
    return text


def format_id(random_bytes: bytes) -> str:
    """Return the identifier for 16 random bytes."""
    if len(random_bytes) != 16:
        raise ValueError("an identifier is made of exactly 16 random bytes")
    return random_bytes.hex()


def is_origin(text: object) -> bool:
    """Tell whether `text` has the shape of a desk's origin, `<archive>/<desk>`."""
    return isinstance(text, str) and _ORIGIN.match(text) is not None


def parse_origin(text: str) -> tuple[str, str]:
    """Split a log's origin `<archive>/<desk>` into its two names.

    Raises:
        Malformed: Not two ASCII names of lower-case letters, digits, dots and dashes.
    """
    if not _ORIGIN.match(text):
        raise Malformed("A desk's origin is written archive/desk, in lower-case letters, digits, dots and dashes.")
    archive, _, desk = text.partition("/")
    return archive, desk
