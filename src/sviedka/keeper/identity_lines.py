# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an identity is made of, and how it travels between the keeper and whoever deposits it or is shown it.

Nothing here repeats a line in a message or in a `repr`. Spec: spec/07-keys.md §12.5.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.core.base.canonical import encode_canonical, parse_canonical
from sviedka.core.base.errors import Malformed
from sviedka.keeper.errors import FrameMalformed, RequestRefused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sviedka.core.base.canonical import Json

NAME: Final = "name"
"""A line that name keys are derived from."""

TYPED_KINDS: Final = (NAME, "contact", "document", "note")
"""What a person types."""

FILE: Final = "file"
"""A line that says how a file under the seats is opened; no person types it (`store.identity_files`)."""

KINDS: Final = (*TYPED_KINDS, FILE)
"""What a line of an identity is."""

MOST_LINES: Final = 32
MOST_CHARS: Final = 500
MOST_BYTES: Final = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Identity:
    """What is deposited. It shows in no `repr`.

    Attributes:
        lines: (kind, text) in order; kinds are `KINDS`, a text is one line of at most `MOST_CHARS`.
    """

    lines: Sequence[tuple[str, str]]

    def __repr__(self) -> str:
        return f"Identity({len(self.lines)} lines)"


def check_identity(identity: Identity) -> None:
    """Refuse what cannot be deposited; the message repeats nothing of it.

    Untrusted: `identity`.

    Raises:
        RequestRefused: No lines, too many, too long, of no known kind, or with control characters.
    """
    fits = 1 <= len(identity.lines) <= MOST_LINES
    if not fits or not all(kind in KINDS and _is_line(text, MOST_CHARS) for kind, text in identity.lines):
        raise RequestRefused("An identity is 1 to {most} lines, each of a known kind.", most=MOST_LINES)


def encode_identity(identity: Identity) -> bytes:
    """Return an identity as the part of a request."""
    lines: list[Json] = [[kind, text] for kind, text in identity.lines]
    return encode_canonical({"lines": lines})


def parse_identity(data: bytes) -> Identity:
    """Read what `encode_identity` wrote; raise `RequestRefused`. What the lines hold, `check_identity` looks at."""
    try:
        document = parse_canonical(data, max_bytes=MOST_BYTES)
    except Malformed as reason:
        raise RequestRefused("An identity is 1 to {most} lines, each of a known kind.", most=MOST_LINES) from reason
    lines = document.get("lines") if isinstance(document, dict) else None
    if not isinstance(lines, list):
        raise RequestRefused("An identity is 1 to {most} lines, each of a known kind.", most=MOST_LINES)
    pairs = [tuple(line) if isinstance(line, list) and len(line) == 2 else ("", "") for line in lines]
    return Identity(lines=tuple((str(kind), text if isinstance(text, str) else "") for kind, text in pairs))


def parse_lines(data: bytes) -> list[tuple[str, str]]:
    """Read what `open` returned, as it travels; raise `FrameMalformed`."""
    listed = parse_canonical(data, max_bytes=1024 * 1024)
    if not isinstance(listed, list):
        raise FrameMalformed("The keeper's answer is not of its shape.")
    return [_pair(item) for item in listed]


def _pair(item: Json) -> tuple[str, str]:
    if not isinstance(item, list) or len(item) != 2 or not all(isinstance(text, str) for text in item):
        raise FrameMalformed("The keeper's answer is not of its shape.")
    return str(item[0]), str(item[1])


def _is_line(text: object, most: int) -> bool:
    return isinstance(text, str) and 1 <= len(text) <= most and text.isprintable() and bool(text.strip())
