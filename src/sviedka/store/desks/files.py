# SPDX-License-Identifier: AGPL-3.0-or-later
"""Slips from another desk, and what they have in common with cells (`cell_files`): small files by epoch and identifier.

A union in which taking back wins: what bears a mark of removal here, or was erased by a statement that is held, is not
taken in again. A mark that was sent is not believed; what was taken back elsewhere is removed by the statement that says
so, once it is proven. A slip is believed once it opens for the payload that was stated to be sealed, a cell once something
stated under it opens with it. What was put there by somebody without keys is not kept, and named.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Malformed, Refuted, Withheld
from sviedka.core.base.wiping import wipe
from sviedka.core.seal.age_header import MAX_SLIP_BYTES
from sviedka.core.seal.slip import open_slip
from sviedka.keeper.errors import EpochGone
from sviedka.store.cleaning import begin_cleaning
from sviedka.vault.disk_errors import translating
from sviedka.vault.durable import GroupCommit
from sviedka.vault.epoch_turn import EpochEnded, enter_epoch, epochs_alone
from sviedka.vault.epochs import list_epochs
from sviedka.vault.fan import scratch_of
from sviedka.vault.listed import read_removed
from sviedka.vault.regular import open_regular
from sviedka.vault.replica.contents import walk
from sviedka.vault.slips import put_slip, remove_slip

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from sviedka.core.seal.age_keys import X25519Identity
    from sviedka.keeper.jobs import JobKeys
    from sviedka.vault.layout import Archive

_NAMED: Final = re.compile(r"([0-9a-f]{2})/(\1[0-9a-f]{30})\Z")
"""One that lies in another folder than its name begins with was put there by somebody: it would stand in its own one's way."""


def take_in_slips(
    keys: JobKeys, sent: Archive, erased: Collection[str], find_payload: Callable[[str], str | None]
) -> list[str]:
    """Keep what is new of another desk's slips, except what was taken back; return what does not open its item.

    Args:
        keys: Whose archive takes it in.
        sent: The folder that the desk put it into.
        erased: Items that statements held here say were erased.
        find_payload: Gives the SHA-256 (hex) of the payload as which an item was stated to be sealed; None if nothing is
            stated of it here yet. Its slip is not kept then, and taken in with the statement.
    """

    def require_own(identity: X25519Identity, item: str, data: bytes) -> None:
        payload = find_payload(item)
        if payload is None:
            raise _NotStated
        wipe(open_slip(data, identity, payload_sha256=bytes.fromhex(payload)))

    store = Store(keys.archive.slips, sent.slips, MAX_SLIP_BYTES, put_slip, remove_slip)
    return _take_in_store(keys, store, erased, require_own)


class _NotStated(Exception):  # nothing is wrong: it is not time yet
    """Nothing is stated of an item yet."""


@dataclass(frozen=True)
class Store:
    """Slips or cells: where they are here and there, their greatest size, how one is kept and how it is taken back."""

    here: Path
    sent: Path
    most_bytes: int
    put: Callable[..., None]
    take_back: Callable[[Archive, str, str], None]

    def name(self, epoch: str, one: str) -> str:
        """Return the path of one of them in an archive's folder."""
        return f"{self.here.name}/{epoch}/{one[:2]}/{one}"


Opens = Callable[["X25519Identity", str, bytes], None]
"""Opens the bytes of one under its name, and raises if that does not go."""


def _take_in_store(keys: JobKeys, store: Store, erased: Collection[str], opens: Opens) -> list[str]:
    foreign: list[str] = []
    gone = names_gone(store, erased)
    for epoch in list_epochs(store.sent):
        remove_again(keys.archive, store, gone)
        good, bad = open_new(keys, store, epoch, gone, opens)
        foreign += bad
        keep(keys.archive, store, epoch, good)
    return foreign


def names_gone(store: Store, erased: Collection[str]) -> set[str]:
    """Return what was taken back: `erased`, and what bears a mark here."""
    # Only marks of our own: one that was sent is an empty file that anybody can make, and would destroy what it names.
    # What a proven statement says was erased is removed when that statement is taken in.
    return {*erased, *(name for one in list_epochs(store.here) for name in read_removed(store.here / one))}


def remove_again(archive: Archive, store: Store, gone: Collection[str]) -> None:
    """Remove here what was taken back, wherever it still lies."""
    for name in sorted(gone):
        for one in list_epochs(store.here):
            if (store.here / one / name[:2] / name).exists():
                begin_cleaning(archive)
                with epochs_alone(archive):
                    store.take_back(archive, one, name)


def open_new(
    keys: JobKeys, store: Store, epoch: str, gone: Collection[str], opens: Opens
) -> tuple[dict[str, bytes], list[str]]:
    """Open what is new of one epoch; without its key nothing can be kept or blamed.

    Returns:
        What opens, by its identifier, and the paths of what does not.
    """
    good, bad = dict[str, bytes](), list[str]()
    new = _new_of(store, epoch, gone)
    try:
        identity = keys.epoch_identity(epoch) if new else None
    except EpochGone:
        identity = None
    if identity is None:
        return good, bad
    for name, path in new.items():
        with translating(), open_regular(path) as file:
            data = file.read(store.most_bytes + 1)
        try:
            opens(identity, name, data)
            good[name] = data
        except (Refuted, Malformed, Withheld):
            bad.append(store.name(epoch, name))
        except _NotStated:
            continue
    return good, bad


def keep(archive: Archive, store: Store, epoch: str, good: Mapping[str, bytes]) -> None:
    """Keep these in an epoch, all durable on return; none if it has ended meanwhile."""
    if not good:
        return
    with suppress(EpochEnded), GroupCommit(scratch_of(store.here)) as group:
        enter_epoch(archive, epoch, group)
        for name, data in good.items():
            store.put(archive, epoch, name, data, group=group)
        group.commit()


def _new_of(store: Store, epoch: str, gone: Collection[str]) -> dict[str, Path]:
    return {
        found[2]: store.sent / epoch / name
        for name in (path.removeprefix("./") for path in walk(store.sent / epoch, "."))
        if (found := _NAMED.match(name)) and found[2] not in gone and not (store.here / epoch / name).exists()
    }
