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


def remove_everywhere(archive: Archive, items: Iterable[str], cells: Iterable[str]) -> Removed:
    """Remove slips and cells from every epoch, each with its mark; return how many there were, and in which epochs.

    Raises:
        DiskFull, ReadOnly, DiskError: Some of them may be gone; do it again.
    """
    with epochs_alone(archive):
        remove(archive.rotation)  # the next rotation begins an epoch that never held them
        epochs = list_epochs(archive.slips)
        slips = sorted({(one, item) for one in epochs for item in items if archive.slip(one, item).exists()})
        for epoch, item in slips:
            remove_slip(archive, epoch, item)
        epochs = list_epochs(archive.cells)
        held = sorted({(one, cell) for one in epochs for cell in cells if archive.cell(one, cell).exists()})
        for epoch, cell in held:
            remove_cell(archive, epoch, cell)
    return len(slips) + len(held), tuple(sorted({epoch for epoch, _ in (*slips, *held)}))
