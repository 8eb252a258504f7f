# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keys of cells: made, kept for a while, found again in the vault.

A mapping from cell to key, so that sealing and opening need not know where keys come from. A cell whose file is gone
has no key: that is what erasure is. An identity cell has none here either: two seats hold it. Spec: spec/07-keys.md §5.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Malformed
from sviedka.core.base.ids import CellId
from sviedka.core.seal.age_file import decrypt_secret
from sviedka.keeper.errors import CellErased, EpochGone
from sviedka.keeper.sealing import seal_small
from sviedka.vault.cells import CellLost, find_cell, put_cell
from sviedka.vault.entropy import new_id, random_bytes
from sviedka.vault.epoch_turn import keep_epochs
from sviedka.vault.fan import scratch_of
from sviedka.vault.group_commit import GroupCommit

if TYPE_CHECKING:
    from pathlib import Path

    from sviedka.core.seal.age_keys import Recipient
    from sviedka.keeper.epoch_keys import EpochKeys
    from sviedka.vault.layout import Archive

CELL_KEY_BYTES: Final = 32
MOST_KEPT: Final = 65_536
"""Keys held in memory; the least recently used goes first."""

MOST_AT_ONCE: Final = 4_096


@dataclass(frozen=True, kw_only=True, slots=True)
class _Kept:
    """A key in memory, and the file whose going means that the key is to be forgotten."""

    key: bytes
    path: Path


class CellKeys(Mapping[CellId, bytes]):
    """The keys of all cells that still have one. `len` and iteration cover only those in memory."""

    def __init__(self, archive: Archive, epochs: EpochKeys) -> None:
        """Find keys in `archive`, opened with `epochs`."""
        self._archive = archive
        self._epochs = epochs
        self._kept: OrderedDict[CellId, _Kept] = OrderedDict()

    def __getitem__(self, cell: CellId) -> bytes:
        """Return the key of `cell`, 32 bytes; raise `KeyError` if it has none any more."""
        kept = self._kept.get(cell)
        if kept is not None and kept.path.exists():
            self._kept.move_to_end(cell)
            return kept.key
        self._kept.pop(cell, None)  # erased, or rewrapped to another epoch, since it was read
        found = self._open(cell)
        self._keep(cell, found)
        return found.key

    def __iter__(self) -> Iterator[CellId]:
        return iter(self._kept)

    def __len__(self) -> int:
        return len(self._kept)

    def need(self, cells: set[CellId]) -> dict[CellId, bytes]:
        """Return the keys of all of `cells`.

        Raises:
            CellErased: One of them has no key any more.
        """
        try:
            return {cell: self[cell] for cell in cells}
        except KeyError as reason:
            raise CellErased("Cell {cell} has no key any more.", cell=str(reason.args[0])) from reason

    def make(self, count: int, *, find_epoch: Callable[[], tuple[str, Recipient]]) -> list[CellId]:
        """Make new cells, durable in the vault when this returns.

        Args:
            count: How many.
            find_epoch: Gives the present epoch; asked while no epoch can be ended.
        """
        cells = {CellId(new_id()): random_bytes(CELL_KEY_BYTES) for _ in range(count)}
        with GroupCommit(scratch_of(self._archive.cells)) as group:
            keep_epochs(self._archive, group)
            epoch, recipient = find_epoch()
            for cell, key in cells.items():
                put_cell(self._archive, epoch, cell, seal_small(key, (recipient,)), group=group)
            group.commit()
        for cell, key in cells.items():
            self._keep(cell, _Kept(key=key, path=self._archive.cell(epoch, cell)))
        return list(cells)

    def wipe(self) -> None:
        """Let go of every key."""
        self._kept.clear()

    def _keep(self, cell: CellId, kept: _Kept) -> None:
        self._kept[cell] = kept
        if len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)

    def _open(self, cell: CellId) -> _Kept:
        if self._archive.seat_cells(cell).exists():
            raise KeyError(cell)  # what lies under its name is the keeper's half of it, and the key of nothing
        try:
            epoch, data = find_cell(self._archive, cell)
            key = bytes(decrypt_secret(data, self._epochs.identity(epoch)))
        except (CellLost, EpochGone) as reason:
            raise KeyError(cell) from reason
        if len(key) != CELL_KEY_BYTES:
            raise Malformed("Cell {cell} does not hold a key.", cell=cell)
        return _Kept(key=key, path=self._archive.cell(epoch, cell))
