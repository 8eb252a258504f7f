# SPDX-License-Identifier: AGPL-3.0-or-later
"""Cells: small age files that each hold the key of one person's disclosures, or the archive's own.

Under an epoch a cell is one age file to that epoch's key. Identity and link cells lie under `seats`, one copy for
each of the ten pairs of seats. Stored and removed by the same rules as slips. Spec: spec/02-item.md §7 and §8.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Refuted, TooLarge
from sviedka.core.base.ids import parse_id
from sviedka.core.seal.age_header import parse_header
from sviedka.vault.disk_errors import translating
from sviedka.vault.epoch_turn import enter_epoch
from sviedka.vault.epochs import find_in_epochs
from sviedka.vault.listed import put_listed, remove_listed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sviedka.vault.group_commit import GroupCommit
    from sviedka.vault.layout import Archive

MAX_CELL_BYTES: Final = 4096
"""A cell of one epoch is 232 bytes, a copy of an identity cell, nested three deep, 632."""


class CellLost(Refuted):
    """No cell of this name, though nothing says that it was erased: what is sealed under it stays closed."""

    code = "refuted.cell-lost"
    hint = "Look in the second key place."


def put_cell(archive: Archive, epoch: str, cell_id: str, age_bytes: bytes, *, group: GroupCommit | None = None) -> None:
    """Put one cell: durable on return, or with its `group`.

    Raises:
        HeaderMalformed: `age_bytes` does not begin with an age header.
        TooLarge: Over `MAX_CELL_BYTES`.
        AlreadyThere: This cell is in this epoch already; it was left as it is.
        EpochEnded: The epoch's key is destroyed, or is about to be.
        DiskFull, ReadOnly, DiskError: Nothing was kept.
    """
    _check(age_bytes)
    path = archive.cell(epoch, cell_id)
    put_listed(
        archive.cells,
        path.parent.parent,
        {f"{cell_id[:2]}/{cell_id}": age_bytes},
        group=group,
        enter=lambda group: enter_epoch(archive, epoch, group),
    )


def find_cell(archive: Archive, cell_id: str) -> tuple[str, bytes]:
    """Return the newest copy of a cell: its epoch and its age file, as yet unproven.

    Raises:
        CellLost: There is none.
        HeaderMalformed, TooLarge: What lies there is not a cell.
        DiskError: It cannot be read.
    """
    found = find_in_epochs(archive.cells, parse_id(cell_id), most_bytes=MAX_CELL_BYTES)
    if found is None:
        raise CellLost("Cell {cell} is missing: what is sealed under it cannot be read.", cell=cell_id)
    _check(found[1])
    return found


def remove_cell(archive: Archive, epoch: str, cell_id: str) -> None:
    """Take one cell away on purpose; durable on return. Its key is beyond recovery after the next rotation of keys."""
    remove_listed(archive.cell(epoch, cell_id).parent.parent, f"{cell_id[:2]}/{cell_id}")


def put_seat_cells(
    archive: Archive,
    cell_id: str,
    copies: Mapping[tuple[int, int], bytes],
    *,
    group: GroupCommit | None = None,
) -> None:
    """Put the copies of one identity or link cell, by pair of seats; all together, raises as `put_cell`."""
    files = {}
    for (low, high), age_bytes in copies.items():
        _check(age_bytes)
        files[str(archive.seat_cell(cell_id, low, high).relative_to(archive.seats))] = age_bytes
    put_listed(archive.cells, archive.seats, files, group=group)


def find_seat_cell(archive: Archive, cell_id: str, low: int, high: int) -> bytes:
    """Return the copy of an identity or link cell for one pair of seats; raises as `find_cell`."""
    path = archive.seat_cell(cell_id, low, high)
    with translating():
        try:
            with path.open("rb", buffering=0) as found:
                data = found.read(MAX_CELL_BYTES + 1)
        except FileNotFoundError as reason:
            raise CellLost("Cell {cell} is missing: what is sealed under it cannot be read.", cell=cell_id) from reason
    _check(data)
    return data


def _check(age_bytes: bytes) -> None:
    if len(age_bytes) > MAX_CELL_BYTES:
        raise TooLarge("A cell of more than {most} bytes.", most=MAX_CELL_BYTES)
    parse_header(age_bytes)
