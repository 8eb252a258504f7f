# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finding a slip or cell by its name alone: epochs are looked through from the newest on.

While keys are being rotated a name may lie in two epochs; the newer one holds (spec/02-item.md §6).
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sviedka.vault.disk_errors import translating
from sviedka.vault.layout import is_epoch_name

if TYPE_CHECKING:
    from pathlib import Path


def list_epochs(store: Path) -> tuple[str, ...]:
    """Return the epochs that have a folder in `slips` or `cells`, newest first."""
    with translating():
        try:
            names = [name for name in os.listdir(store) if is_epoch_name(name)]  # noqa: PTH208
        except FileNotFoundError:
            return ()
    return tuple(sorted(names, key=order_of, reverse=True))


def find_in_epochs(store: Path, name: str, *, most_bytes: int) -> tuple[str, bytes] | None:
    """Return the newest epoch that holds `name`, and its bytes (one more than `most_bytes` at most); None if none."""
    for epoch in list_epochs(store):
        with translating():
            try:
                with (store / epoch / name[:2] / name).open("rb", buffering=0) as found:
                    return epoch, found.read(most_bytes + 1)
            except FileNotFoundError:
                continue
    return None


def order_of(name: str) -> tuple[str, int]:
    """Return what names of epochs are ordered by: the month, then the number as one."""
    month, _, number = name.partition(".")
    return month, int(number)
