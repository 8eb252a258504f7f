# SPDX-License-Identifier: AGPL-3.0-or-later
r"""The plaintext of a pack: one line for each statement (spec/06-vault.md).

    <jwt> SP <sealed disclosures, canonical JSON> LF

Neither part holds a space or a line feed outside JSON strings, and our JSON has none inside them: identifiers and
base64url only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Malformed, TooLarge
from sviedka.core.seal.statement_shapes import MAX_LEAF_BYTES, MAX_SEALED_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_ENTRIES: Final = 4_096
"""Statements in one pack; a group commit is smaller."""

MAX_PACK_BYTES: Final = 256 * 1024 * 1024


class PackMalformed(Malformed):
    """What a pack holds is not lines of statements."""

    code = "malformed.pack"
    hint = "The pack was damaged before it was encrypted, or is of another version."


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A leaf of the log and the encrypted disclosures that travel beside it."""

    jwt: bytes
    sealed: bytes


def format_pack(entries: Iterable[Entry]) -> bytes:
    """Return the plaintext of a pack."""
    return b"".join([entry.jwt + b" " + entry.sealed + b"\n" for entry in entries])


def parse_pack(plain: bytes) -> tuple[Entry, ...]:
    """Read the plaintext of a pack.

    Raises:
        PackMalformed: No line, a line without its two parts, or no line feed at the end.
        TooLarge: More or longer lines than a pack may have.
    """
    if len(plain) > MAX_PACK_BYTES:
        raise TooLarge("A pack has more than {most} bytes.", most=MAX_PACK_BYTES)
    lines = plain.split(b"\n")
    if lines.pop() != b"" or not lines:
        raise PackMalformed("A pack must be whole lines, at least one.")
    if len(lines) > MOST_ENTRIES:
        raise TooLarge("A pack has more than {most} statements.", most=MOST_ENTRIES)
    return tuple(_parse_line(line) for line in lines)


def _parse_line(line: bytes) -> Entry:
    jwt, space, sealed = line.partition(b" ")
    if not (jwt and space and sealed):
        raise PackMalformed("A line of a pack must hold a statement and its sealed disclosures.")
    if len(jwt) > MAX_LEAF_BYTES or len(sealed) > MAX_SEALED_BYTES:
        raise TooLarge("A line of a pack is longer than a statement may be.")
    return Entry(jwt=jwt, sealed=sealed)
