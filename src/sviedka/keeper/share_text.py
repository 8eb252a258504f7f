# SPDX-License-Identifier: AGPL-3.0-or-later
"""One share of a key as a page that can be printed or copied by hand. Spec: spec/07-keys.md §9."""

from __future__ import annotations

from typing import Final

from sviedka.keeper.shares import MADE, NEEDED, SharesMalformed

MAX_SHARE_BYTES: Final = 4_096
_WORDS_A_LINE: Final = 6

_SHARE: Final = """\
Share {number} of {made} of the {kind} key of the archive {archive}
Any {needed} of the {made} give the key back. Keep this one away from the others.

{words}
"""


def format_share(words: str, *, number: int, kind: str, archive: str) -> str:
    """Return the text of one share's file."""
    listed = words.split()
    rows = [" ".join(listed[start : start + _WORDS_A_LINE]) for start in range(0, len(listed), _WORDS_A_LINE)]
    return _SHARE.format(number=number, made=MADE, needed=NEEDED, kind=kind, archive=archive, words="\n".join(rows))


def parse_share(text: str) -> str:
    """Return the words of a share's file: its last paragraph.

    Untrusted: `text`.

    Raises:
        SharesMalformed: Nothing in it could be a share.
    """
    if len(text) > MAX_SHARE_BYTES or not text.isascii():
        raise SharesMalformed("This file does not hold a share.")
    words = text.strip().rpartition("\n\n")[2].split()
    if not words:
        raise SharesMalformed("This file does not hold a share.")
    return " ".join(words)
