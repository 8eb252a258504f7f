# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which pack the append-only list names for a place in the log, found without reading the whole list.

The lines of `SHA256SUMS` have one length and stand in order, so that a few reads find one among millions.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Malformed

if TYPE_CHECKING:
    from pathlib import Path

_LINE: Final = re.compile(rb"([0-9a-f]{64})  ([0-9]{12})\.age\n")
_LINE_BYTES: Final = 64 + 2 + 16 + 1


@dataclass(frozen=True, kw_only=True)
class ListedPack:
    """A line of the list: the log index of a pack's first statement, and the SHA-256 (hex) of its bytes."""

    first_index: int
    sha256: str


def find_listed_pack(sums: Path, leaf_index: int) -> ListedPack | None:
    """Return the last listed pack that does not begin after `leaf_index`; None if there is none.

    Untrusted: the file. A torn line at its end does not count.

    Raises:
        Malformed: A line that the search meets is misspelt.
        OSError: The list cannot be read.
    """
    handle = os.open(sums, os.O_RDONLY | os.O_CLOEXEC)
    try:
        low, high = 0, os.fstat(handle).st_size // _LINE_BYTES
        found: ListedPack | None = None
        while low < high:
            middle = (low + high) // 2
            line = _read_line(handle, middle)
            if line.first_index <= leaf_index:
                found, low = line, middle + 1
            else:
                high = middle
    finally:
        os.close(handle)
    return found


def _read_line(handle: int, number: int) -> ListedPack:
    match = _LINE.fullmatch(os.pread(handle, _LINE_BYTES, number * _LINE_BYTES))
    if match is None:
        raise Malformed("A line of SHA256SUMS is not a digest, two spaces and the name of a pack.")
    return ListedPack(first_index=int(match[2]), sha256=match[1].decode("ascii"))
