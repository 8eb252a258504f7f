# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a desk has published of its log: its newest checkpoint, and which sizes it ever signed. Needs no key and no database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.core.base.errors import Malformed
from sviedka.core.seal.checkpoint import Checkpoint, parse_checkpoint, parse_size
from sviedka.vault.disk_errors import translating

if TYPE_CHECKING:
    from pathlib import Path

    from sviedka.vault.layout import Archive


def newest_checkpoint(archive: Archive, desk: str) -> Checkpoint | None:
    """Return the newest checkpoint of a desk, with the cosignatures gathered so far, if there is one."""
    path = archive.checkpoint(desk)
    with translating():
        return parse_checkpoint(path.read_bytes()) if path.exists() else None


def frozen_sizes(archive: Archive, desk: str) -> tuple[int, ...]:
    """Return the sizes of all checkpoints that were published, ascending."""
    return sizes_in(archive.log(desk) / "checkpoints")


def sizes_in(folder: Path) -> tuple[int, ...]:
    """Return the sizes that files of `folder` are named by, ascending; none if it is not there."""
    found = []
    for path in folder.iterdir() if folder.is_dir() else ():
        try:
            found.append(parse_size(path.name))
        except Malformed:
            continue  # a temporary of a writer at work
    return tuple(sorted(found))
