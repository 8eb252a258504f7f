# SPDX-License-Identifier: AGPL-3.0-or-later
"""What may be brought here on the word of a replica alone, which whoever writes it can make up.

An office that was put back to an older state together with its memory has nothing else to go by. So what is missing here
may be filled in, and a newer head of a log put over an older one if the log's key has signed it. Keys, key lists and marks
of removal are never told (`atlas`), and nothing else that is here is replaced.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from sviedka.core.seal.checkpoint import parse_checkpoint
from sviedka.core.seal.keylist import parse_keylist
from sviedka.core.seal.succession import verify_log_head
from sviedka.vault.disk_errors import translating

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sviedka.vault.layout import Archive
    from sviedka.vault.replica.atlas import Good

_HEAD: Final = re.compile(r"logs/[^/]+/checkpoint\Z")


def may_fill(archive: Archive, good: Good) -> bool:
    """Tell whether a copy is worth fetching: it was confirmed, or nothing is here, or it may be a newer head."""
    return not good.told or _HEAD.match(good.name) is not None or not (archive.root / good.name).is_file()


def in_order(goods: Sequence[Good]) -> tuple[Good, ...]:
    """Return copies of one file in the order in which they are tried: of a head, one that is only told may be the newest."""
    return tuple(sorted(goods, key=lambda good: (_HEAD.match(good.name) is not None) != good.told))


def may_come(archive: Archive, good: Good, fetched: Path) -> bool:
    """Tell whether what was fetched may be put in its place.

    Raises:
        Failure: It is a head that the log's key has not signed.
    """
    if not good.told or not _HEAD.match(good.name):
        return True
    here = archive.root / good.name
    with translating():
        head = parse_checkpoint(fetched.read_bytes())
        verify_log_head(head, parse_keylist(archive.keylist.read_bytes()))
        return not here.is_file() or parse_checkpoint(here.read_bytes()).size < head.size
