# SPDX-License-Identifier: AGPL-3.0-or-later
"""What statements are read with, from one desk to another: keys of epochs, slips, cells, payloads.

A union in which taking back wins: what bears a mark of removal here, or was erased by a statement that is held, is not
taken in again. A mark that was sent is not
believed; what was taken back elsewhere is removed by the statement that says so, once it is proven.
An epoch that ended here stays ended. Keys of epochs are believed once their MAC is found right under this vault's key;
a cell once its epoch's key opens it; a slip once it opens for the payload that was stated to be sealed; a payload by its name.
What was put there by somebody without keys is not kept, and named.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Failure, Malformed, Refuted, Withheld
from sviedka.core.base.wiping import wipe
from sviedka.core.seal.age_file import decrypt_secret
from sviedka.core.seal.age_header import MAX_SLIP_BYTES
from sviedka.core.seal.slip import open_slip
from sviedka.keeper.epoch_keys import KEY_FILE_MODE
from sviedka.keeper.errors import EpochGone
from sviedka.store.desks.payloads import take_in_payloads
from sviedka.vault.cells import MAX_CELL_BYTES, put_cell, remove_cell
from sviedka.vault.disk_errors import AlreadyThere, translating
from sviedka.vault.durable import GroupCommit, remove, write_new
from sviedka.vault.epoch_turn import EpochEnded, enter_epoch, epochs_alone
from sviedka.vault.epochs import list_epochs
from sviedka.vault.fan import scratch_of
from sviedka.vault.layout import is_epoch_name
from sviedka.vault.listed import read_removed
from sviedka.vault.replica.contents import walk
from sviedka.vault.slips import put_slip, remove_slip

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from sviedka.core.seal.age_keys import X25519Identity
    from sviedka.keeper.jobs import JobKeys
    from sviedka.vault.layout import Archive

_NAMED: Final = re.compile(r"[0-9a-f]{2}/([0-9a-f]{32})\Z")
_MOST_KEY_BYTES: Final = 4096


def take_in_files(keys: JobKeys, sent: Archive, erased: Collection[str]) -> list[str]:
    """Keep what is new of another desk's payloads, keys and cells, except what was taken back; return what does not open.

    Untrusted: everything in `sent`.

    Args:
        keys: Whose archive takes it in.
        sent: The folder that the desk put it into.
        erased: Cells that statements held here say were erased. A desk that heard of the erasure first never had them, and
            so has no mark: what another desk wrote before it knew would be read with the key that it sends.

    Raises:
        KeysDisagree: A key of an epoch that no keeper of this archive made. It is not kept.
        SentDiffers: A payload that was changed.
        DiskFull, ReadOnly, DiskError: What was kept until then stays; import again.
    """
    archive = keys.archive
    take_in_payloads(archive, sent)  # first: one that was changed stops it here, and a payload by itself is mere waste
    for path in sorted(sent.epochs.glob("*.age")):
        if is_epoch_name(path.stem):
            _take_in_key(keys, path)
    store = _Store(archive.cells, sent.cells, MAX_CELL_BYTES, put_cell, remove_cell)
    return _take_in_store(keys, store, erased, lambda identity, _name, data: wipe(decrypt_secret(data, identity)))


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

    store = _Store(keys.archive.slips, sent.slips, MAX_SLIP_BYTES, put_slip, remove_slip)
    return _take_in_store(keys, store, erased, require_own)


def _take_in_key(keys: JobKeys, path: Path) -> None:
    archive, epoch = keys.archive, path.stem
    if archive.epoch_key(epoch).exists() or archive.epoch_end(epoch).exists():
        return
    with translating(), path.open("rb") as file:
        data = file.read(_MOST_KEY_BYTES)
    with suppress(AlreadyThere):
        write_new(archive.epoch_key(epoch), data, mode=KEY_FILE_MODE)
    try:
        keys.epoch_identity(epoch)  # its MAC is looked at
    except Failure:
        remove(archive.epoch_key(epoch))
        raise


class _NotStated(Exception):  # nothing is wrong: it is not time yet
    """Nothing is stated of an item yet."""


@dataclass(frozen=True)
class _Store:
    """Slips or cells: where they are here and there, their greatest size, how one is kept and how it is taken back."""

    here: Path
    sent: Path
    most_bytes: int
    put: Callable[..., None]
    take_back: Callable[[Archive, str, str], None]


_Opens = Callable[["X25519Identity", str, bytes], None]
"""Opens the bytes of one under its name, and raises if that does not go."""


def _take_in_store(keys: JobKeys, store: _Store, erased: Collection[str], opens: _Opens) -> list[str]:
    foreign: list[str] = []
    gone = _gone(store, erased)
    for epoch in list_epochs(store.sent):
        _remove_again(keys.archive, store, gone)
        found = _new_of(store, epoch, gone)
        good, bad = _opening(keys, store, epoch, found, opens)
        foreign += [f"{store.here.name}/{epoch}/{name[:2]}/{name}" for name in bad]
        _keep(keys.archive, store, epoch, good)
    return foreign


def _gone(store: _Store, erased: Collection[str]) -> set[str]:
    # Only marks of our own: one that was sent is an empty file that anybody can make, and would destroy what it names.
    # What a proven statement says was erased is removed when that statement is taken in.
    return {*erased, *(name for one in list_epochs(store.here) for name in read_removed(store.here / one))}


def _remove_again(archive: Archive, store: _Store, gone: Collection[str]) -> None:
    for name in sorted(gone):
        for one in list_epochs(store.here):
            if (store.here / one / name[:2] / name).exists():
                with epochs_alone(archive):
                    store.take_back(archive, one, name)


def _new_of(store: _Store, epoch: str, gone: Collection[str]) -> dict[str, Path]:
    return {
        found[1]: store.sent / epoch / name
        for name in (path.removeprefix("./") for path in walk(store.sent / epoch, "."))
        if (found := _NAMED.match(name)) and found[1] not in gone and not (store.here / epoch / name).exists()
    }


def _opening(
    keys: JobKeys, store: _Store, epoch: str, new: Mapping[str, Path], opens: _Opens
) -> tuple[dict[str, bytes], list[str]]:
    """Return what opens with its bytes, and the names of what does not. Without the epoch's key nothing can be kept or blamed."""
    good, bad = dict[str, bytes](), list[str]()
    try:
        identity = keys.epoch_identity(epoch) if new else None
    except EpochGone:
        identity = None
    if identity is None:
        return good, bad
    for name, path in new.items():
        with translating(), path.open("rb") as file:
            data = file.read(store.most_bytes + 1)
        try:
            opens(identity, name, data)
            good[name] = data
        except (Refuted, Malformed, Withheld):
            bad.append(name)
        except _NotStated:
            continue
    return good, bad


def _keep(archive: Archive, store: _Store, epoch: str, good: Mapping[str, bytes]) -> None:
    if not good:
        return
    with suppress(EpochEnded), GroupCommit(scratch_of(store.here)) as group:
        enter_epoch(archive, epoch, group)
        for name, data in good.items():
            store.put(archive, epoch, name, data, group=group)
        group.commit()
