# SPDX-License-Identifier: AGPL-3.0-or-later
"""What this disk has lost of epochs that are to end: their lists, or a place of keys, still name it.

A bad sector or a stray `rm` takes a slip, and nobody has run a check yet. Whoever ends its epoch by what lies in the folder
destroys the key of the only copy that is left, and the places of keys let go of that copy. What bears a mark was taken
back, and a list that is open belongs to a deposit under way; neither is lost. Spec: spec/06-vault.md §8, §11.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from sviedka.core.base.ids import is_id
from sviedka.keeper.rewrap import living
from sviedka.vault.epochs import list_epochs
from sviedka.vault.listed import read_removed, read_sums
from sviedka.vault.replica.errors import JournalMalformed
from sviedka.vault.replica.memory import Memory
from sviedka.vault.replica.registry import KEYS, read_replicas

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from sviedka.vault.layout import Archive


def find_lost(archive: Archive, epochs: Collection[str]) -> set[str]:
    """Return what closed lists of `epochs`, or places of keys, name of these epochs and that lies in no epoch, without a mark.

    Raises:
        DiskError: A list cannot be read.
    """
    return _find(archive, epochs, by_lists=True)


def find_kept_elsewhere(archive: Archive, epochs: Collection[str]) -> set[str]:
    """Return of `find_lost` what a place of keys has confirmed, so that a repair can bring it back."""
    return _find(archive, epochs, by_lists=False)


def _find(archive: Archive, epochs: Collection[str], *, by_lists: bool) -> set[str]:
    held = tuple(_remembered(archive))
    lost = set[str]()
    for store in (archive.slips, archive.cells):
        named = {name for files in held for epoch in epochs for name in _of(files, f"{store.name}/{epoch}/")}
        if by_lists:
            named.update(name for epoch in epochs for name in _listed(store / epoch))
        lost |= _without_lying(store, named)
    return lost


def _without_lying(store: Path, named: set[str]) -> set[str]:
    """Take out what lies in some epoch, and then what bears a mark: whoever takes something back marks it first."""
    here = list_epochs(store)
    for epoch in here if named else ():
        named.difference_update(living(store, epoch))
    for epoch in here if named else ():
        named -= read_removed(store / epoch)
    return named


def _listed(folder: Path) -> Iterator[str]:
    for one in read_sums(folder):
        if not one.is_open:
            yield from (name.split("/")[1] for name in one.sums)


def _remembered(archive: Archive) -> Iterator[Collection[str]]:
    """Yield the names that each place of keys confirmed; of one whose note is damaged nothing is known here."""
    for entry in read_replicas(archive):
        if entry.holds == KEYS:
            with suppress(JournalMalformed):
                record = Memory(archive, entry.name).place()
                yield record.files.keys() if record is not None else ()


def _of(files: Collection[str], prefix: str) -> Iterator[str]:
    """Yield the identifiers under an epoch's folder; its lists and marks are no such."""
    for name in files:
        if name.startswith(prefix):
            folder, _, identifier = name.removeprefix(prefix).partition("/")
            if len(folder) == 2 and is_id(identifier):  # the fan
                yield identifier
