# SPDX-License-Identifier: AGPL-3.0-or-later
"""BagIt manifests and tag files in one spelling each.

BagIt (RFC 8493) leaves room that its readers fill differently; a dossier uses the part on which all agree, so that
`sha256sum -c` and `bagit.py` read it too. Spec: spec/08-dossier.md §8.3.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TypeVar

from sviedka.core.disclose.dossier_errors import LineMalformed, TagFileMalformed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

BAGIT_TEXT: Final = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
"""`bagit.txt`, whole. The space before a colon that some readers accept is another file."""

_LINE: Final = re.compile(r"([0-9a-f]{64})  ([!-~]+)", re.ASCII)

Parsed = TypeVar("Parsed")


def format_manifest(digests: Mapping[str, bytes]) -> bytes:
    """Return a manifest of paths and their SHA-256 (32 bytes each)."""
    return "".join(f"{digests[path].hex()}  {path}\n" for path in sorted(digests)).encode("ascii")


def parse_manifest(data: bytes) -> dict[str, bytes]:
    """Read a manifest.

    Untrusted: `data`. The order is checked, which also rules out repetitions.

    Raises:
        TagFileMalformed: Another spelling, a second line for one path, or lines out of order.
    """
    found: dict[str, bytes] = {}
    last = ""
    for number, line in enumerate(split_lines(data), start=1):
        match = _LINE.fullmatch(line)
        if match is None or match[2] <= last:
            raise LineMalformed(number)
        last = match[2]
        found[last] = bytes.fromhex(match[1])
    return found


def format_bag_info(*, as_of: datetime, exhibit_bytes: int, exhibits: int) -> bytes:
    """Return `bag-info.txt`. It names nobody: whoever sees the bag lie about learns nothing from it."""
    day = as_of.date().isoformat()
    oxum = f"{exhibit_bytes}.{exhibits}"
    return f"Bag-Software-Agent: sviedka\nBagging-Date: {day}\nPayload-Oxum: {oxum}\n".encode("ascii")


def split_lines(data: bytes) -> list[str]:
    """Split an ASCII file into its lines.

    Raises:
        LineMalformed: The first line that is not ASCII or not ended by a line feed.
    """
    if not data:
        return []
    *lines, rest = data.split(b"\n")
    for number, line in enumerate(lines, start=1):
        if not line.isascii():
            raise LineMalformed(number)
    if rest:
        raise LineMalformed(len(lines) + 1)
    return [line.decode("ascii") for line in lines]


def parse_lines(
    data: bytes, parse: Callable[[str], Parsed], *, order: Callable[[Parsed], str] | None = None
) -> tuple[Parsed, ...]:
    """Read a list, one entry a line; with `order`, in strictly ascending order of what it returns.

    Raises:
        LineMalformed: The first line that `parse` refuses (with `TagFileMalformed`) or that is out of order.
    """
    parsed: list[Parsed] = []
    last = ""
    for number, line in enumerate(split_lines(data), start=1):
        try:
            entry = parse(line)
        except TagFileMalformed as reason:
            raise LineMalformed(number) from reason
        if order is not None:
            place = order(entry)
            if place <= last:
                raise LineMalformed(number)
            last = place
        parsed.append(entry)
    return tuple(parsed)
