# SPDX-License-Identifier: AGPL-3.0-or-later
"""Payloads under a check: each is named by its own digest, so that nothing else is needed to see a changed bit."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sviedka.core.seal.age_chunks import plaintext_bytes
from sviedka.core.seal.age_errors import PayloadForged
from sviedka.vault.listed import REMOVED_NAME

if TYPE_CHECKING:
    import os

    from sviedka.vault.look import Look

_FAN: Final = re.compile(r"[0-9a-f]{2}\Z")
_NAME: Final = re.compile(r"[0-9a-f]{64}\Z")


def look_at_objects(look: Look) -> None:
    """Compare every payload with its name (full) or its size with what payloads can have."""
    for fan in look.entries(look.archive.objects):
        if fan.name == REMOVED_NAME:
            continue
        if not is_fan(fan):
            look.find_unexpected(Path(fan.path))
            continue
        _look_at_fan(look, Path(fan.path))


def is_fan(entry: os.DirEntry[str]) -> bool:
    """Tell whether this is one of the 256 folders of a store."""
    return bool(_FAN.match(entry.name)) and entry.is_dir(follow_symlinks=False)


def _look_at_fan(look: Look, folder: Path) -> None:
    payloads = []
    for entry in look.entries(folder):
        path = Path(entry.path)
        if not _NAME.match(entry.name) or entry.name[:2] != folder.name or not entry.is_file(follow_symlinks=False):
            look.find_unexpected(path)
            continue
        payloads.append(path)
    if look.full:
        for path, digest in look.hash_all(payloads):
            if digest != path.name:
                _find_changed(look, path)
        return
    for path in payloads:
        look.files += 1
        try:
            plaintext_bytes(path.stat().st_size)
        except PayloadForged:
            _find_changed(look, path)


def _find_changed(look: Look, path: Path) -> None:
    look.find("refuted", "refuted.payload", path, "This payload is not what was sealed: its bytes were changed.")
