# SPDX-License-Identifier: AGPL-3.0-or-later
"""The salt of the database's key: with it gone, no page of the database that lingers anywhere is readable.

The vault key alone would open an old page in a free block or an old copy for as long as the archive lives. The salt is
no secret by itself, is copied nowhere, and can be made anew at any time, since the database can. Spec:
spec/07-keys.md §3.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Malformed
from sviedka.vault.destroying import destroy_file
from sviedka.vault.disk_errors import AlreadyThere, translating
from sviedka.vault.durable import write_new
from sviedka.vault.entropy import random_bytes
from sviedka.vault.folders import sync_folder

if TYPE_CHECKING:
    from pathlib import Path

    from sviedka.vault.layout import Archive

SALT_BYTES: Final = 32


def read_salt(archive: Archive) -> bytes:
    """Return the salt, 32 bytes; a fresh one is made durable first where there is none."""
    if not archive.database_salt.exists():
        with suppress(AlreadyThere):
            write_new(archive.database_salt, random_bytes(SALT_BYTES), mode=0o400)
    with translating():
        salt = archive.database_salt.read_bytes()
    if len(salt) != SALT_BYTES:
        raise Malformed("The salt of the database is not 32 bytes. Remove it and run sviedka rebuild.")
    return salt


def destroy_database(archive: Archive) -> None:
    """Destroy the database and the salt of its key; whoever opens it next makes both anew.

    First the files, so that a kill in between leaves nothing that a new salt would have to fit; each under another name
    before it is overwritten, so that what is half overwritten is never taken for a database. What such a kill left is
    destroyed when it is done again.
    """
    path = archive.database
    for name in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
        going = name.with_name(name.name + ".going")
        destroy_file(going)
        _set_aside(name, going)
        destroy_file(going)
    destroy_file(archive.database_salt)


def _set_aside(name: Path, going: Path) -> None:
    with translating(), suppress(FileNotFoundError):
        name.rename(going)
        sync_folder(going.parent)
