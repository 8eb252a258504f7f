# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keys of epochs from another desk: believed once their MAC is found right under this vault's key. An epoch that ended here stays ended."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from sviedka.keeper.epoch_keys import KEY_FILE_MODE
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
        KeysDisagree, Malformed, Refuted: A key that no keeper of this archive made. It is not kept.
        DiskFull, ReadOnly, DiskError: What was kept until then stays; import again.
    """
    for path in sorted(sent.epochs.glob("*.age")):
        if is_epoch_name(path.stem):
            _take_in_key(keys, path)


def _take_in_key(keys: JobKeys, path: Path) -> None:
    archive, epoch = keys.archive, path.stem
    if archive.epoch_key(epoch).exists() or archive.epoch_end(epoch).exists():
        return
    with translating(), open_regular(path) as file:
        data = file.read(_MOST_KEY_BYTES)
    keys.verify_epoch(epoch, data)  # before it lies in its place: a kill would leave there what nobody can open
    with suppress(AlreadyThere):
        write_new(archive.epoch_key(epoch), data, mode=KEY_FILE_MODE)
