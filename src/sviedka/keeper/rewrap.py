# SPDX-License-Identifier: AGPL-3.0-or-later
"""Slips and cells carried from an epoch that is to end into the one that follows: opened, and wrapped anew.

A group of names at a time, durable together, by as many processes as there are cores. What lies in the new epoch
already is left alone, so that a rotation that was cut short goes on where it was. What was taken back is not carried:
a group begins by keeping whoever takes back waiting, and reads only then. Spec: spec/02-item.md §6.
"""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Failure
from sviedka.core.base.ids import is_id
from sviedka.core.seal.age_file import decrypt_secret
from sviedka.core.seal.age_header import MAX_SLIP_BYTES
from sviedka.core.seal.slip import EPHEMERAL_BYTES, rewrap_slip
from sviedka.keeper.hygiene import begin_forked, wipe
from sviedka.keeper.sealing import seal_small
from sviedka.vault.cells import MAX_CELL_BYTES, put_cell
from sviedka.vault.disk_errors import translating
from sviedka.vault.entropy import random_bytes
from sviedka.vault.epoch_turn import keep_epochs
from sviedka.vault.fan import scratch_of
from sviedka.vault.group_commit import GroupCommit
from sviedka.vault.listed import read_removed
from sviedka.vault.slips import put_slip

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sviedka.core.base.progress import Progress
    from sviedka.core.seal.age_keys import Recipient, X25519Identity
    from sviedka.vault.layout import Archive

GROUP: Final = 2_048
"""Names in one group commit."""

_MOST_BYTES: Final = max(MAX_SLIP_BYTES, MAX_CELL_BYTES)
_PROCESSES: Final = max(1, len(os.sched_getaffinity(0)))
_AHEAD: Final = 2 * _PROCESSES
"""Groups that wait to be counted, at most: bounds the memory, however many slips there are."""


@dataclass(frozen=True, kw_only=True)
class Rewrapped:
    """How many were carried over, and the identifiers of those that do not open."""

    carried: int = 0
    broken: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Rewrapper:
    """Carries the slips, or the cells, of one epoch into another.

    Attributes:
        archive: Whose.
        cells: Cells, not slips.
        old: The epoch that is to end. identity: its key.
        new: Where they go. recipient: its key.
    """

    archive: Archive
    cells: bool
    old: str
    new: str
    identity: X25519Identity = field(repr=False)
    recipient: Recipient

    @property
    def store(self) -> Path:
        """The folder of slips or of cells."""
        return self.archive.cells if self.cells else self.archive.slips

    def groups(self) -> Iterator[tuple[str, ...]]:
        """Yield the names that live in the old epoch and not in the new, a group at a time."""
        group: list[str] = []
        for name in living(self.store, self.old, besides=self.new):
            group.append(name)
            if len(group) == GROUP:
                yield tuple(group)
                group.clear()
        if group:
            yield tuple(group)

    def carry(self, names: tuple[str, ...]) -> Rewrapped:
        """Carry one group over, durable on return. What was taken back meanwhile is left out.

        Raises:
            DiskFull, ReadOnly, DiskError: None of it is carried.
        """
        broken = []
        with GroupCommit(scratch_of(self.store)) as group:
            keep_epochs(self.archive, group)
            removed = read_removed(self.store / self.old)
            for name in names:
                data = None if name in removed else self._read(name)
                if data is not None and not self._put(name, data, group):
                    broken.append(name)
            carried = len(group)
            group.commit()
        return Rewrapped(carried=carried, broken=tuple(broken))

    def _read(self, name: str) -> bytes | None:
        with translating():
            try:
                with (self.store / self.old / name[:2] / name).open("rb", buffering=0) as file:
                    return file.read(_MOST_BYTES + 1)
            except FileNotFoundError:
                return None

    def _put(self, name: str, data: bytes, group: GroupCommit) -> bool:
        try:
            if self.cells:
                put_cell(self.archive, self.new, name, self._new_cell(data), group=group)
            else:
                slip = rewrap_slip(data, self.identity, self.recipient, ephemeral=random_bytes(EPHEMERAL_BYTES))
                put_slip(self.archive, self.new, name, slip, group=group)
        except Failure as failure:
            if failure.verdict == "unavailable":
                raise  # the disk, not the slip
            return False
        return True

    def _new_cell(self, data: bytes) -> bytes:
        key = decrypt_secret(data, self.identity)
        try:
            return seal_small(key, (self.recipient,))
        finally:
            wipe(key)


def living(store: Path, epoch: str, *, besides: str | None = None) -> Iterator[str]:
    """Yield the identifiers of what lies in an epoch, was not taken back, and does not lie in the epoch `besides`."""
    removed = read_removed(store / epoch)
    for number in range(256):
        prefix = f"{number:02x}"
        names = _names(store / epoch / prefix)
        names -= removed
        if besides is not None and names:
            names -= _names(store / besides / prefix)
        yield from sorted(name for name in names if is_id(name))


def _names(folder: Path) -> set[str]:
    with translating():
        try:
            return set(os.listdir(folder))  # noqa: PTH208  # a million names: no Path for each
        except FileNotFoundError:
            return set()


def rewrap(rewrapper: Rewrapper, progress: Progress) -> Rewrapped:
    """Carry all that is not carried yet; durable on return.

    Args:
        rewrapper: What from where to where.
        progress: Told how many.

    Raises:
        DiskFull, ReadOnly, DiskError: Some groups are carried; begin again for the rest.
    """
    carried, broken = 0, list[str]()
    for one in _carry_all(rewrapper):
        carried += one.carried
        broken += one.broken
        progress(one.carried)
    return Rewrapped(carried=carried, broken=tuple(broken))


def _carry_all(rewrapper: Rewrapper) -> Iterator[Rewrapped]:
    groups = rewrapper.groups()
    first = next(groups, None)
    if first is None:
        return
    if len(first) < GROUP or _PROCESSES == 1:
        yield rewrapper.carry(first)
        yield from map(rewrapper.carry, groups)
        return
    context = multiprocessing.get_context("fork")  # keys come with the fork and never cross a pipe
    with ProcessPoolExecutor(_PROCESSES, context, initializer=_begin, initargs=(rewrapper, os.getpid())) as pool:
        waiting: deque[Future[Rewrapped]] = deque([pool.submit(_carry_here, first)])
        for group in groups:
            waiting.append(pool.submit(_carry_here, group))
            if len(waiting) > _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


_rewrapper: Rewrapper | None = None


def _begin(rewrapper: Rewrapper, parent: int) -> None:
    global _rewrapper  # noqa: PLW0603  # the one thing that a rewrapping process knows
    begin_forked(parent)
    _rewrapper = rewrapper


def _carry_here(names: tuple[str, ...]) -> Rewrapped:
    if _rewrapper is None:
        raise RuntimeError("a rewrapping process was not begun")
    return _rewrapper.carry(names)
