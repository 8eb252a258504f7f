# SPDX-License-Identifier: AGPL-3.0-or-later
"""Folders with 256 folders in them, by the first two hexadecimal digits of a name; made once, durable.

So that a group of a thousand new files never has to make a folder, and no folder holds a million names.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sviedka.vault.disk_errors import translating
from sviedka.vault.durable import make_folder, sync_folder
from sviedka.vault.layout import SCRATCH_NAME

if TYPE_CHECKING:
    from pathlib import Path

_made: set[str] = set()


def prepare_fan(folder: Path) -> None:
    """Make `folder` and `folder/00` to `folder/ff` where they are missing; durable on return.

    A process looks at all of them once; after that only at the last, in case the folder was taken away and made anew.
    """
    name = str(folder)
    if name in _made and os.path.isdir(f"{name}/ff"):  # noqa: PTH112  # once for each small file: no Path is made
        return
    make_folder(folder)
    with translating():
        for number in range(256):
            (folder / f"{number:02x}").mkdir(mode=0o700, exist_ok=True)
    sync_folder(folder)
    _made.add(name)


def scratch_of(store: Path) -> Path:
    """Return the folder of temporaries of one store (`objects`, `slips`, `cells`), which is made if need be."""
    scratch = store / SCRATCH_NAME
    make_folder(scratch)
    return scratch
