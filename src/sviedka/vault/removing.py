# SPDX-License-Identifier: AGPL-3.0-or-later
"""Slips and cells taken away from every epoch in which they lie, while nobody writes."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from sviedka.core.base.ids import parse_id
from sviedka.vault.cells import remove_cell
from sviedka.vault.disk_errors import AlreadyThere
from sviedka.vault.durable import remove, write_new
from sviedka.vault.epoch_turn import epochs_alone
from sviedka.vault.epochs import list_epochs
from sviedka.vault.listed import REMOVED_NAME, read_removed
from sviedka.vault.slips import remove_slip

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from sviedka.vault.layout import Archive


Removed = tuple[int, tuple[str, ...]]
"""How many slips and cells, and in which epochs they lay."""

Lying = list[tuple[str, str]]
"""Epoch and name of each, sorted."""


def remove_everywhere(archive: Archive, items: Collection[str], cells: Collection[str]) -> Removed:
    """Remove slips and cells from every epoch, and mark them in each; return how many there were, and in which epochs.

    A mark also where none lies: this disk may have lost it, and what a place of keys still has would be mended from there.

    Raises:
        DiskFull, ReadOnly, DiskError: Some of them may be gone; do it again.
    """
    with epochs_alone(archive):
        remove(archive.rotation)  # the next rotation begins an epoch that never held them
        slips, held = find_lying(archive, items, cells)
        _mark_everywhere(archive.slips, items)
        _mark_everywhere(archive.cells, cells)
        for epoch, item in slips:
            remove_slip(archive, epoch, item)
        for epoch, cell in held:
            remove_cell(archive, epoch, cell)
    return len(slips) + len(held), tuple(sorted({epoch for epoch, _ in (*slips, *held)}))


def find_lying(archive: Archive, items: Iterable[str], cells: Iterable[str]) -> tuple[Lying, Lying]:
    """Return in which epochs slips of `items`, and `cells`, lie."""
    slip_epochs, cell_epochs = list_epochs(archive.slips), list_epochs(archive.cells)
    slips = {(epoch, item) for item in items for epoch in slip_epochs if archive.slip(epoch, item).exists()}
    held = {(epoch, cell) for cell in cells for epoch in cell_epochs if archive.cell(epoch, cell).exists()}
    return sorted(slips), sorted(held)


def is_removed(archive: Archive, items: Collection[str], cells: Collection[str]) -> bool:
    """Tell whether none of these lies anywhere, and each bears a mark."""
    stores = ((archive.slips, items), (archive.cells, cells))
    missing = any(list_epochs(store) and {*names} - _marked(store) for store, names in stores)
    return not missing and not any(find_lying(archive, items, cells))


def _mark_everywhere(store: Path, names: Collection[str]) -> None:
    for epoch in list_epochs(store):
        for name in sorted({*names} - read_removed(store / epoch)):
            with suppress(AlreadyThere):  # a rotation carries its marks meanwhile
                write_new(store / epoch / REMOVED_NAME / parse_id(name), b"")


def _marked(store: Path) -> set[str]:
    return {name for epoch in list_epochs(store) for name in read_removed(store / epoch)}
