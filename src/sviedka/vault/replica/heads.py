# SPDX-License-Identifier: AGPL-3.0-or-later
"""How far each desk of a vault has come: what a run writes down when it begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.core.base.errors import Malformed
from sviedka.core.seal.checkpoint import parse_checkpoint
from sviedka.vault.disk_errors import translating
from sviedka.vault.pack_sums import parse_sums
from sviedka.vault.packs import list_desks
from sviedka.vault.replica.journal import DeskHead

if TYPE_CHECKING:
    from sviedka.vault.layout import Archive


def read_heads(archive: Archive) -> dict[str, DeskHead]:
    """Return the last listed pack and the size of the newest head of every desk."""
    return {
        desk: DeskHead(pack=_last_pack(archive, desk), signed=_signed(archive, desk)) for desk in list_desks(archive)
    }


def listed_packs(archive: Archive, desk: str) -> dict[str, str]:
    """Return the digests of a desk's packs by file name; a torn last line is left out."""
    with translating():
        try:
            data = archive.pack_sums(desk).read_bytes()
        except FileNotFoundError:
            return {}
    return {line.name: line.sha256 for line in parse_sums(data[: len(data) - len(data) % 83])}


def _last_pack(archive: Archive, desk: str) -> str | None:
    return max(listed_packs(archive, desk), default=None)


def _signed(archive: Archive, desk: str) -> int:
    path = archive.checkpoint(desk)
    try:
        with translating():
            return parse_checkpoint(path.read_bytes()).size if path.is_file() else 0
    except Malformed:
        return 0  # a check names it; here it only says how far the desk says it had come
