# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is frozen: persons and items of which nothing is opened and nothing leaves, since they were taken back.

A mark for each, `keys/frozen/<identifier>`, an empty file: written by the keeper before it signs the request, so that
no moment lies between, and looked for before any key is given. Marks can be made again from the log; `rebuild` does.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from sviedka.core.base.errors import Withheld
from sviedka.core.base.ids import is_id, parse_id
from sviedka.vault.disk_errors import AlreadyThere, translating
from sviedka.vault.durable import remove, write_new

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sviedka.vault.layout import Archive


class Frozen(Withheld):
    """It was taken back: nothing of it is opened, and nothing of it leaves."""

    code = "withheld.frozen"
    hint = "See sviedka erase --preview. A freeze is ended by two people together, never by one."


def freeze(archive: Archive, identifiers: Iterable[str]) -> None:
    """Mark persons and items as frozen, each durable on return.

    Raises:
        DiskFull, ReadOnly, DiskError: Some may not be marked.
    """
    for identifier in identifiers:
        with suppress(AlreadyThere):
            write_new(archive.keys / "frozen" / parse_id(identifier), b"")


def unfreeze(archive: Archive, identifiers: Iterable[str]) -> None:
    """Take marks away, durable on return; no error if there is none."""
    for identifier in identifiers:
        if (archive.keys / "frozen").is_dir():
            remove(archive.keys / "frozen" / parse_id(identifier))


def read_frozen(archive: Archive) -> frozenset[str]:
    """Return the identifiers of everything that is frozen."""
    with translating():
        try:
            names = os.listdir(archive.keys / "frozen")  # noqa: PTH208
        except FileNotFoundError:
            return frozenset()
    return frozenset(name for name in names if is_id(name))


def require_not_frozen(archive: Archive, identifier: str) -> None:
    """Refuse what is frozen.

    Raises:
        Frozen: It is.
    """
    if (archive.keys / "frozen" / parse_id(identifier)).exists():
        raise Frozen("{item} was taken back; nothing of it is opened.", item=identifier)
