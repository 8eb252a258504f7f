# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keys of epochs from another desk: believed once their MAC is found right under this vault's key. An epoch that ended here stays ended."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Malformed, Refuted, Unproven, Withheld
from sviedka.keeper.epoch_keys import KEY_FILE_MODE
from sviedka.store.desks.errors import EpochNameTwice
from sviedka.vault.disk_errors import AlreadyThere, translating
from sviedka.vault.durable import write_new
from sviedka.vault.layout import is_epoch_name
from sviedka.vault.regular import open_regular

if TYPE_CHECKING:
    from pathlib import Path

    from sviedka.keeper.jobs import JobKeys
    from sviedka.vault.layout import Archive

_MOST_KEY_BYTES: Final = 4096


def take_in_keys(keys: JobKeys, sent: Archive) -> None:
    """Keep the keys of epochs that are new here and did not end here.

    Raises:
        EpochNameTwice: The name of a key that is here was given to another one. None is kept.
        KeysDisagree, Malformed, Refuted: A key that no keeper of this archive made. It is not kept.
        DiskFull, ReadOnly, DiskError: What was kept until then stays; import again.
    """
    paths = [path for path in sorted(sent.epochs.glob("*.age")) if is_epoch_name(path.stem)]
    for path in paths:
        _refuse_second_key(keys, path)
    for path in paths:
        _take_in_key(keys, path)


def _refuse_second_key(keys: JobKeys, path: Path) -> None:
    """Raise `EpochNameTwice` if a keeper of this archive gave the name of a key that is here to another one."""
    here = keys.archive.epoch_key(path.stem)
    if not here.exists() or keys.archive.epoch_end(path.stem).exists():
        return
    data = _read(path)
    with translating():
        same = here.read_bytes() == data
    if same:
        return
    try:
        theirs, ours = keys.verify_epoch(path.stem, data), keys.epoch_identity(path.stem).recipient()
    except (Malformed, Refuted, Unproven, Withheld):
        return  # one of them was changed: no second key; ours stays, and a check looks at it
    if theirs.text != ours.text:
        raise EpochNameTwice("Two keys bear the name of epoch {epoch}.", epoch=path.stem)


def _read(path: Path) -> bytes:
    with translating(), open_regular(path) as file:
        return file.read(_MOST_KEY_BYTES)


def _take_in_key(keys: JobKeys, path: Path) -> None:
    archive, epoch = keys.archive, path.stem
    if archive.epoch_key(epoch).exists() or archive.epoch_end(epoch).exists():
        return
    data = _read(path)
    keys.verify_epoch(epoch, data)  # before it lies in its place: a kill would leave there what nobody can open
    with suppress(AlreadyThere):
        write_new(archive.epoch_key(epoch), data, mode=KEY_FILE_MODE)
