# SPDX-License-Identifier: AGPL-3.0-or-later
"""What SQLite's errors mean to a person."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from sviedka.keeper.errors import Locked
from sviedka.store.errors import DatabaseBusy, DatabaseUnreadable
from sviedka.vault.disk_errors import DiskError, DiskFull, ReadOnly

if TYPE_CHECKING:
    from sviedka.core.base.errors import Unavailable

LOCKED: Final = "The archive was locked meanwhile."


def meaning_of(reason: Exception, path: str) -> Unavailable | None:
    """Return the failure that an error of the database at `path` means to a person, if it is about the file."""
    if "closed database" in str(reason):
        return Locked(LOCKED)
    driver = reason if hasattr(reason, "sqlite_errorname") else reason.__cause__
    name = str(getattr(driver, "sqlite_errorname", ""))
    if name.startswith("SQLITE_IOERR") and _is_full(path):
        name = "SQLITE_FULL"
    kind, message = next((told for prefixes, told in _MEANINGS if name.startswith(prefixes)), (None, ""))
    return None if kind is None else kind(message, **({"word": name} if "{word}" in message else {}))


def _is_full(path: str) -> bool:
    """Tell whether there is no room where the database lies.

    SQLite says "I/O error" when it cannot lengthen its `-shm` file, by a region of 32 KiB, and the driver does not say
    which I/O error it was.
    """
    try:
        found = os.statvfs(os.path.dirname(path) or ".")  # noqa: PTH120
    except OSError:
        return False
    return found.f_bavail * found.f_frsize < _ROOM_BYTES


_ROOM_BYTES: Final = 2 * 32_768
_MEANINGS: Final[tuple[tuple[tuple[str, ...], tuple[type[Unavailable], str]], ...]] = (
    (
        ("SQLITE_NOTADB", "SQLITE_CORRUPT"),
        (DatabaseUnreadable, "The database is damaged, or belongs to another archive."),
    ),
    (("SQLITE_BUSY", "SQLITE_LOCKED"), (DatabaseBusy, "Another process holds the database.")),
    (("SQLITE_INTERRUPT",), (Locked, LOCKED)),
    (("SQLITE_FULL",), (DiskFull, "The disk is full; nothing more was written.")),
    (
        ("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM"),
        (ReadOnly, "The database may not be written here ({word})."),
    ),
    (
        ("SQLITE_IOERR",),
        (DiskError, "The disk refused the database ({word}); what was being written counts as lost."),
    ),
)
