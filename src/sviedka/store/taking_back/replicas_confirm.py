# SPDX-License-Identifier: AGPL-3.0-or-later
"""A rotation waits for the places of keys: no old key is destroyed before each of them has the rewrapped set.

The copying is done by whoever asked for the rotation, not by the keeper, which speaks to no network. The keeper looks
for itself, in what the office remembers of each place, whether all that lives in the new epoch was read back from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.core.base.errors import Unavailable
from sviedka.keeper.rewrap import living
from sviedka.vault.replica.memory import Memory
from sviedka.vault.replica.registry import KEYS, read_replicas
from sviedka.vault.replica.running import replicate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sviedka.vault.layout import Archive


class RotationUnconfirmed(Unavailable):
    """A place of keys does not hold the rewrapped slips and cells, so no old key was destroyed."""

    code = "unavailable.rotation-unconfirmed"
    hint = "Make the place reachable and rotate again; it goes on where it was."


def bring_to_key_places(archive: Archive) -> None:
    """Copy slips, cells and keys as they are now to every registered place of keys; what ended is removed there.

    Raises:
        Failure: What went wrong with one of them, once all were tried.
    """
    for outcome in replicate(archive, only=KEYS):
        if outcome.failure is not None:
            raise outcome.failure


def confirmed_by(archive: Archive, epoch: str) -> tuple[str, ...]:
    """Return the names of the registered places of keys, each of which has confirmed all that lives in `epoch`.

    Raises:
        RotationUnconfirmed: One has not.
    """
    names = [entry.name for entry in read_replicas(archive) if entry.holds == KEYS]
    for name in names:
        record = Memory(archive, name).place()
        held = record.files.keys() if record is not None else set()
        if any(needed not in held for needed in _needed(archive, epoch)):
            raise RotationUnconfirmed("Replica {replica} has not confirmed epoch {epoch}.", replica=name, epoch=epoch)
    return tuple(names)


def _needed(archive: Archive, epoch: str) -> Iterator[str]:
    yield f"keys/epochs/{epoch}.age"
    for store in (archive.slips, archive.cells):
        for name in living(store, epoch):
            yield f"{store.name}/{epoch}/{name[:2]}/{name}"
