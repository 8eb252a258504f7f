# SPDX-License-Identifier: AGPL-3.0-or-later
"""Slips and cells taken away from every epoch in which they lie, while nobody writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.vault.cells import remove_cell
from sviedka.vault.durable import remove
from sviedka.vault.epoch_turn import epochs_alone
from sviedka.vault.epochs import list_epochs
from sviedka.vault.slips import remove_slip

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sviedka.vault.layout import Archive


Removed = tuple[int, tuple[str, ...]]
"""How many slips and cells, and in which epochs they lay."""

Lying = list[tuple[str, str]]
"""Epoch and name of each, sorted."""


def remove_everywhere(archive: Archive, items: Iterable[str], cells: Iterable[str]) -> Removed:
    """Remove slips and cells from every epoch, each with its mark; return how many there were, and in which epochs.

    Raises:
        DiskFull, ReadOnly, DiskError: Some of them may be gone; do it again.
    """
    with epochs_alone(archive):
        remove(archive.rotation)  # the next rotation begins an epoch that never held them
        slips, held = find_lying(archive, items, cells)
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
