# SPDX-License-Identifier: AGPL-3.0-or-later
"""What statements are read with, from one desk to another: keys of epochs, slips, cells, payloads.

A union in which taking back wins: what bears a mark of removal here, or was erased by a statement that is held, is not
taken in again. A mark that was sent is not
believed; what was taken back elsewhere is removed by the statement that says so, once it is proven.
An epoch that ended here stays ended. Keys of epochs are believed once their MAC is found right under this vault's key;
a slip or cell by what it opens; a payload by its name.
"""

from __future__ import annotations

import hashlib
import os
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Failure, Refuted
from sviedka.core.seal.age_header import MAX_SLIP_BYTES
from sviedka.keeper.epoch_keys import KEY_FILE_MODE
from sviedka.vault.cells import MAX_CELL_BYTES, put_cell, remove_cell
from sviedka.vault.disk_errors import AlreadyThere, translating
from sviedka.vault.durable import GroupCommit, remove, sync_folder, write_new
from sviedka.vault.epoch_turn import EpochEnded, enter_epoch, epochs_alone
from sviedka.vault.epochs import list_epochs
from sviedka.vault.fan import prepare_fan, scratch_of
from sviedka.vault.layout import is_epoch_name
from sviedka.vault.listed import read_removed
from sviedka.vault.objects import has_payload, is_payload_removed
from sviedka.vault.page_writer import PageWriter
from sviedka.vault.replica.contents import walk
from sviedka.vault.slips import put_slip, remove_slip

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    from sviedka.keeper.jobs import JobKeys
    from sviedka.vault.layout import Archive

_PAYLOAD: Final = re.compile(r"objects/[0-9a-f]{2}/([0-9a-f]{64})\Z")
_NAMED: Final = re.compile(r"[0-9a-f]{2}/([0-9a-f]{32})\Z")
_MOST_KEY_BYTES: Final = 4096
_READ_BYTES: Final = 1_048_576


class SentDiffers(Refuted):
    """A payload that was sent is not the bytes that its name stands for."""

    code = "refuted.sent-payload"
    hint = "It was changed on its way. Send it again."


def take_in_files(keys: JobKeys, sent: Archive, erased: tuple[Collection[str], Collection[str]]) -> None:
    """Keep what is new of another desk's files, except what was taken back.

    Untrusted: everything in `sent`.

    Args:
        keys: Whose archive takes it in.
        sent: The folder that the desk put it into.
        erased: Items and cells that statements held here say were erased. A desk that heard of the erasure first never had
            them, and so has no mark: what another desk wrote before it knew would be read with the key that it sends.

    Raises:
        KeysDisagree: A key of an epoch that no keeper of this archive made. It is not kept.
        SentDiffers: A payload that was changed.
        DiskFull, ReadOnly, DiskError: What was kept until then stays; import again.
    """
    archive = keys.archive
    _take_in_payloads(archive, sent)  # first: one that was changed stops it here, and a payload by itself is mere waste
    for path in sorted(sent.epochs.glob("*.age")):
        if is_epoch_name(path.stem):
            _take_in_key(keys, path)
    items, cells = erased
    for epoch in list_epochs(sent.cells):
        _take_in(archive.cells, sent.cells, epoch, MAX_CELL_BYTES, archive, cells, put_cell, remove_cell)
    for epoch in list_epochs(sent.slips):
        _take_in(archive.slips, sent.slips, epoch, MAX_SLIP_BYTES, archive, items, put_slip, remove_slip)


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


def _take_in(
    store: Path,
    sent: Path,
    epoch: str,
    most_bytes: int,
    archive: Archive,
    erased: Collection[str],
    put: Callable[..., None],
    take_back: Callable[[Archive, str, str], None],
) -> None:
    """Unite one epoch's slips or cells."""
    # Only marks of our own: one that was sent is an empty file that anybody can make, and would destroy what it names.
    # What a proven statement says was erased is removed when that statement is taken in.
    gone = {*erased, *(name for one in list_epochs(store) for name in read_removed(store / one))}
    for name in sorted(gone):
        for one in list_epochs(store):
            if (store / one / name[:2] / name).exists():
                with epochs_alone(archive):
                    take_back(archive, one, name)
    new = {
        found[1]: sent / epoch / name
        for name in (path.removeprefix("./") for path in walk(sent / epoch, "."))
        if (found := _NAMED.match(name)) and found[1] not in gone and not (store / epoch / name).exists()
    }
    if not new:
        return
    with suppress(EpochEnded), GroupCommit(scratch_of(store)) as group:
        enter_epoch(archive, epoch, group)
        for name, path in new.items():
            with translating(), path.open("rb") as file:
                put(archive, epoch, name, file.read(most_bytes + 1), group=group)
        group.commit()


def _take_in_payloads(archive: Archive, sent: Archive) -> None:
    for name in walk(sent.objects, "objects"):
        found = _PAYLOAD.match(name)
        if found and not has_payload(archive, found[1]) and not is_payload_removed(archive, found[1]):
            _take_in_payload(archive, sent.root / name, found[1])


def _take_in_payload(archive: Archive, path: Path, sha256: str) -> None:
    """Copy one payload, durable on return, and name it only if what was written is what its name stands for."""
    prepare_fan(archive.objects)
    writer, temporary = PageWriter.create(scratch_of(archive.objects))
    digest, target = hashlib.sha256(), archive.payload(sha256)
    try:
        with translating(), path.open("rb", buffering=0) as file:
            while block := file.read(_READ_BYTES):
                digest.update(block)
                writer.write(memoryview(block))
        if digest.hexdigest() != sha256:
            raise SentDiffers("Payload {payload} was changed on its way.", payload=sha256)
        writer.sync()
        with translating(), suppress(FileExistsError):  # the same name is the same bytes
            os.link(temporary, target, follow_symlinks=False)
        sync_folder(target.parent)
    finally:
        with suppress(OSError):
            temporary.unlink()
        writer.close()
