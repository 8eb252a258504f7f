# SPDX-License-Identifier: AGPL-3.0-or-later
"""A job of the keeper's own: try every key that rests in the archive, so that damage is found while it can be repaired.

A scrub without keys sees whether bytes changed; only the keeper can say whether each slip and cell still opens. Named
`sviedka.keeper.key_check:job`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Failure
from sviedka.core.seal.age_file import decrypt_secret
from sviedka.core.seal.age_header import unwrap_file_key
from sviedka.keeper.hygiene import wipe
from sviedka.vault.epochs import list_epochs

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sviedka.core.base.canonical import Json
    from sviedka.core.seal.age_keys import X25519Identity
    from sviedka.keeper.jobs import JobKeys, Progress

_EVERY: Final = 256
_MOST_NAMED: Final = 1_000


def job(keys: JobKeys, arguments: Json, progress: Progress) -> Json:
    """Open every slip and every cell of every epoch, and throw the keys away.

    Args:
        keys: What opens them.
        arguments: None; nothing can be chosen.
        progress: Told the number of files tried, now and then.

    Returns:
        `slips`, `cells`: how many opened; `broken`: identifiers of those that did not, at most 1,000.
    """
    del arguments
    slips = _Trial(progress, "slips", unwrap_file_key)
    cells = _Trial(progress, "cells", decrypt_secret)
    for trial, store in ((slips, keys.archive.slips), (cells, keys.archive.cells)):
        for epoch in list_epochs(store):
            trial.try_epoch(store / epoch, keys.epoch_identity)
    broken: list[Json] = [*slips.broken, *cells.broken]
    return {"slips": slips.opened, "cells": cells.opened, "broken": broken[:_MOST_NAMED]}


class _Trial:
    """Counts what opens in one store."""

    def __init__(self, progress: Progress, what: str, open_one: Callable[[bytes, X25519Identity], bytearray]) -> None:
        self.opened = 0
        self.broken: list[str] = []
        self._progress = progress
        self._what = what
        self._open = open_one

    def try_epoch(self, folder: Path, find_identity: Callable[[str], X25519Identity]) -> None:
        for path in sorted(folder.glob("??/*")):
            try:
                wipe(self._open(path.read_bytes(), find_identity(folder.name)))
                self.opened += 1
            except (Failure, OSError):
                self.broken.append(path.name)
            if (self.opened + len(self.broken)) % _EVERY == 0:
                self._progress(self._what, self.opened + len(self.broken))
