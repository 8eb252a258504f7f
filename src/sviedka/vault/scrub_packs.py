# SPDX-License-Identifier: AGPL-3.0-or-later
"""Packs under a check: each against its line in the desk's `SHA256SUMS`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Failure
from sviedka.vault.disk_errors import translate
from sviedka.vault.pack_sums import PACK_NAME, parse_sums
from sviedka.vault.packs import list_desks

if TYPE_CHECKING:
    from sviedka.vault.look import Look

_SUMS_NAME: Final = "SHA256SUMS"


def look_at_packs(look: Look) -> None:
    """Look at every desk's packs."""
    try:
        desks = list_desks(look.archive)
    except Failure as failure:
        look.find_failure(failure, look.archive.packs)
        return
    for desk in desks:
        _look_at_desk(look, look.archive.packs / desk)


def _look_at_desk(look: Look, folder: Path) -> None:
    sums = _read_sums(look, folder / _SUMS_NAME)
    there = {}
    for entry in look.entries(folder):
        path = Path(entry.path)
        if PACK_NAME.match(entry.name) and entry.is_file(follow_symlinks=False):
            there[entry.name] = path
        elif entry.name != _SUMS_NAME:
            look.find_unexpected(path)
    for name in sorted(set(sums) - set(there)):
        look.find("refuted", "refuted.missing", folder / name, "This file was acknowledged and is missing.")
    for name in sorted(set(there) - set(sums)):
        look.find(
            "unproven", "unproven.unlisted", folder / name, "No list tells what the bytes of this file should be."
        )
    if not look.full:
        look.files += len(there)
        return
    for path, digest in look.hash_all(there.values()):
        if path.name in sums and digest != sums[path.name]:
            look.find("refuted", "refuted.pack", path, "This pack is not what was admitted: its bytes were changed.")


def _read_sums(look: Look, path: Path) -> dict[str, str]:
    try:
        return {line.name: line.sha256 for line in parse_sums(path.read_bytes())}
    except FileNotFoundError:
        look.find("refuted", "refuted.missing", path, "This file was acknowledged and is missing.")
    except OSError as reason:
        look.find_failure(translate(reason), path)
    except Failure as failure:
        look.find_failure(failure, path)
    return {}
