# SPDX-License-Identifier: AGPL-3.0-or-later
"""A backup: a replica of payloads in a folder that is not registered, made or brought up to date once, by hand.

It holds payloads, packs, logs, stamps and key lists: what opens nothing by itself, so that a copy in a drawer keeps nothing
readable of what is later taken back. Slips, cells and keys stay in their two places.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Unavailable
from sviedka.vault.claims import ScratchFolder
from sviedka.vault.clock import now
from sviedka.vault.disk_errors import translating
from sviedka.vault.durable import make_folder
from sviedka.vault.layout import SCRATCH_NAME
from sviedka.vault.replica.copying import CopyRun
from sviedka.vault.replica.folder_store import FolderStore
from sviedka.vault.replica.journal import JOURNAL
from sviedka.vault.replica.memory import Memory

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from sviedka.core.base.progress import Progress
    from sviedka.vault.layout import Archive

NAME: Final = "backup"


class BackupFolderTaken(Unavailable):
    """The folder holds something that is no backup."""

    code = "unavailable.backup-folder"
    hint = "Nothing was changed. Name an empty folder, or a backup of this archive to bring up to date."


def back_up(
    archive: Archive, folder: Path, *, progress: Progress | None = None, clock: Callable[[], datetime] = now
) -> int:
    """Copy everything but slips, cells and keys to `folder`, read all of it back, and return how many files were new.

    Args:
        archive: Whose. May be locked.
        folder: Not there, empty, or an older backup of this archive.
        progress: Told bytes.
        clock: Gives the time of the record.

    Raises:
        BackupFolderTaken: It holds something else; nothing was changed.
        ReplicaForeign, VaultBehind: It is the backup of another archive, or of a later state of this one.
        ReplicaDiffers: Something there or here is damaged; the rest was copied.
        DiskFull, ReadOnly, DiskError: Begin again; what was copied stays.
    """
    with translating():
        names = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    if names - {SCRATCH_NAME} and JOURNAL not in names:
        raise BackupFolderTaken("The folder for the backup holds something that is no backup.")
    make_folder(folder)
    with ScratchFolder(archive.temporary) as scratch:
        run = CopyRun(
            archive=archive,
            store=FolderStore(folder.absolute(), name=NAME, archive_root=archive.root),
            memory=Memory(archive, NAME, folder=scratch.path / NAME),
            name=NAME,
            clock=clock,
            progress=progress,
            memory_lasts=False,
        )
        run.run()
    return run.new
