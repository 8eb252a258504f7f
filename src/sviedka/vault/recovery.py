# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a start puts right after a kill or a power cut; nothing in it needs a hand or a key (spec/06-vault.md §5).

It may run at any time, beside living writers: it takes only what nobody claims.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sviedka.vault.claims import sweep
from sviedka.vault.disk_errors import translating
from sviedka.vault.epoch_removal import remove_ended
from sviedka.vault.epochs import list_epochs
from sviedka.vault.layout import SCRATCH_NAME
from sviedka.vault.listed import close_lists
from sviedka.vault.pack_sums import locked_sums
from sviedka.vault.packs import list_desks

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sviedka.vault.layout import Archive


@dataclass(frozen=True, kw_only=True)
class Recovered:
    """What was put right.

    Attributes:
        temporaries: Files and folders of killed processes that were removed.
        pack_lines: Lines added to `SHA256SUMS` for packs that were durable without one.
        lists: Lists of slips or cells that were closed.
    """

    temporaries: int
    pack_lines: int
    lists: int


def recover(archive: Archive) -> Recovered:
    """Remove the temporaries of processes that are gone, complete each desk's `SHA256SUMS`, close open lists.

    What a rotation that was cut short had recorded as ended is ended: its key destroyed, its folders removed.

    Raises:
        DiskFull, ReadOnly, DiskError: It could not be put right; nothing was lost by trying.
        SumsMalformed, ListMalformed, EpochEndMalformed: The last line of a `SHA256SUMS`, an open list, or the record
            of an epoch's end was changed.
    """
    remove_ended(archive)
    with translating():
        temporaries = sum(sweep(folder) for folder in _folders_with_temporaries(archive))
        pack_lines = 0
        for desk in list_desks(archive):
            with locked_sums(archive.pack_sums(desk)) as sums:
                pack_lines += sums.complete()
        lists = sum(close_lists(folder) for folder in listed_folders(archive))
    return Recovered(temporaries=temporaries, pack_lines=pack_lines, lists=lists)


def listed_folders(archive: Archive) -> Iterator[Path]:
    """Yield each folder of slips or cells that has lists: one for each epoch, newest first, and `cells/seats`."""
    for store in (archive.slips, archive.cells):
        for epoch in list_epochs(store):
            yield store / epoch
    yield archive.seats


def _folders_with_temporaries(archive: Archive) -> Iterator[Path]:
    for store in (archive.objects, archive.slips, archive.cells):
        yield store / SCRATCH_NAME
    yield archive.root
    yield archive.temporary
    # the rest is small: key files, packs, tiles and stamps have their temporaries beside them
    for top in (archive.keys, archive.packs, archive.root / "logs", archive.root / "stamps", archive.run):
        for folder, _, _ in os.walk(top):
            yield archive.root / folder
