# SPDX-License-Identifier: AGPL-3.0-or-later
"""When an epoch ends: nobody may still be writing into it, and a record says what became of what lay in it.

Whoever puts slips or cells holds a lock together with others; whoever ends an epoch, or takes slips and cells back,
holds it alone. So nothing comes into an epoch whose key is being destroyed, and nothing that was taken back is
carried into the next one by a copier that had read it before. Spec: spec/06-vault.md §8.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.core.base.canonical import encode_canonical, parse_canonical
from sviedka.core.base.errors import Malformed, Unavailable
from sviedka.vault.disk_errors import AlreadyThere, translating
from sviedka.vault.durable import write_new
from sviedka.vault.layout import is_epoch_name, parse_epoch_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sviedka.core.base.canonical import Json
    from sviedka.vault.group_commit import GroupCommit
    from sviedka.vault.layout import Archive

LOCK: Final = "epochs"
_MOST_BYTES: Final = 65_536


class EpochEnded(Unavailable):
    """Something was to be wrapped to an epoch whose key is destroyed."""

    code = "unavailable.epoch-ended"
    hint = "The keys were changed meanwhile. Nothing was lost; do it again."


class EpochEndMalformed(Malformed):
    """The record of an epoch's end is not one."""

    code = "malformed.epoch-end"
    hint = "Fetch keys/ from one of its two places."


@dataclass(frozen=True, kw_only=True)
class EpochEnd:
    """What became of an epoch.

    Attributes:
        epoch: The one whose key is destroyed.
        rewrapped_to: Where what lived in it lies now.
        slips: How many slips lived in it.
        cells: How many cells.
        confirmed_by: Replicas that confirmed the rewrapped set before the key was destroyed.
    """

    epoch: str
    rewrapped_to: str
    slips: int
    cells: int
    confirmed_by: tuple[str, ...] = ()


def keep_epochs(archive: Archive, group: GroupCommit) -> None:
    """See that no epoch is ended, and nothing taken back, before `group` is committed or discarded. Waits for either."""
    group.hold(str(archive.root), lambda: _lock(archive, fcntl.LOCK_SH))


def enter_epoch(archive: Archive, epoch: str, group: GroupCommit) -> None:
    """Let `group` put slips or cells of `epoch`.

    Raises:
        EpochEnded: Its key is destroyed, or is about to be.
    """
    keep_epochs(archive, group)
    if archive.epoch_end(epoch).exists():
        raise EpochEnded("Epoch {epoch} has ended; nothing more is sealed to its key.", epoch=epoch)


@contextmanager
def epochs_alone(archive: Archive) -> Iterator[None]:
    """Wait until no group is being written, and let none begin until the block is left."""
    handle = _lock(archive, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(handle)  # closing lets go of the lock


def write_end(archive: Archive, end: EpochEnd) -> None:
    """Record that an epoch is ended, durably; the caller holds `epochs_alone`. A record that is there stands.

    Raises:
        DiskFull, ReadOnly, DiskError: It is not recorded.
    """
    confirmed: list[Json] = list(end.confirmed_by)
    facts: Json = {
        "cells": end.cells,
        "confirmed_by": confirmed,
        "epoch": end.epoch,
        "rewrapped_to": end.rewrapped_to,
        "slips": end.slips,
    }
    try:
        write_new(archive.epoch_end(end.epoch), encode_canonical(facts))
    except AlreadyThere:
        return


def read_ends(archive: Archive) -> tuple[EpochEnd, ...]:
    """Return the records of all epochs that were ended, by name.

    Raises:
        EpochEndMalformed: One of them is none.
        DiskError: One cannot be read.
    """
    with translating():
        paths = sorted(archive.epochs.glob("*.ended")) if archive.epochs.is_dir() else []
        return tuple(_parse_end(path.stem, path.read_bytes()) for path in paths if is_epoch_name(path.stem))


def list_ended(archive: Archive) -> frozenset[str]:
    """Return the epochs whose end is recorded and whose key is gone; one look at the folder, for each admission."""
    with translating():
        try:
            names = os.listdir(archive.epochs)  # noqa: PTH208
        except FileNotFoundError:
            return frozenset()
    keys = {name.removesuffix(".age") for name in names if name.endswith(".age")}
    ended = {name.removesuffix(".ended") for name in names if name.endswith(".ended")}
    return frozenset(name for name in ended - keys if is_epoch_name(name))


def _parse_end(epoch: str, data: bytes) -> EpochEnd:
    facts = parse_canonical(data, max_bytes=_MOST_BYTES)
    if not isinstance(facts, dict) or facts.keys() != {"epoch", "rewrapped_to", "slips", "cells", "confirmed_by"}:
        raise EpochEndMalformed("The record of the end of epoch {epoch} is not one.", epoch=epoch)
    slips, cells, confirmed = facts["slips"], facts["cells"], facts["confirmed_by"]
    if facts["epoch"] != epoch or type(slips) is not int or type(cells) is not int or not isinstance(confirmed, list):
        raise EpochEndMalformed("The record of the end of epoch {epoch} is not one.", epoch=epoch)
    return EpochEnd(
        epoch=epoch,
        rewrapped_to=parse_epoch_name(str(facts["rewrapped_to"])),
        slips=slips,
        cells=cells,
        confirmed_by=tuple(str(name) for name in confirmed),
    )


def _lock(archive: Archive, how: int) -> int:
    path = archive.shared_lock_file(LOCK)
    with translating():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(handle, how)
    except BaseException:
        os.close(handle)
        raise
    return handle
