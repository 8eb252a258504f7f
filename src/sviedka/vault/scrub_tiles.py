# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tiles under a check.

The lowest tiles lead to a root; the checkpoints say which root it must be. If they do, every tile above is compared with
what they make. If they do not, the tiles above tell which of the lowest was changed.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sviedka.core.seal.merkle import HASH_BYTES, Tree
from sviedka.core.seal.tiles import (
    TILE_WIDTH,
    TileId,
    TileMalformed,
    parse_tile_path,
    tile_bytes,
    tiles_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sviedka.core.seal.checkpoint import Checkpoint
    from sviedka.vault.look import Look

_CHANGED = "This tile does not lead to the signed root: its bytes were changed."


def look_at_tiles(look: Look, log: Path, heads: Iterable[Checkpoint]) -> None:
    """Look at every tile of one log and compare the tree with its checkpoints."""
    newest = max(heads, key=lambda head: head.size, default=None)
    size = newest.size if newest is not None else 0
    there = _list_tiles(look, log)
    needed = tiles_of(size)
    for tile in needed:
        if tile not in there:
            look.find("refuted", "refuted.missing", log / tile.path, "This file was acknowledged and is missing.")
    look.files += 0 if look.full else len(there)
    if newest is None or not look.full:
        return
    stored = _read_tiles(look, log, there)
    if any(tile not in stored for tile in needed if tile.level == 0):
        return  # found above; nothing can be compared
    tree = Tree()
    for tile in needed:
        if tile.level == 0:
            tree.extend_hashes(_hashes(stored[tile]))
    if tree.root() == newest.root:
        _compare(look, log, stored, tree)
        _compare_heads(look, log, heads, tree)
    else:
        _accuse(look, log, stored, size)


def _compare(look: Look, log: Path, stored: dict[TileId, bytes], tree: Tree) -> None:
    for tile, data in stored.items():
        last = (tile.number * TILE_WIDTH + tile.width) << (8 * tile.level)
        if last > tree.size:
            continue  # published beyond the newest checkpoint by a run that was cut short
        if data != tile_bytes(tree, tile):
            look.find("refuted", "refuted.tile", log / tile.path, _CHANGED)


def _compare_heads(look: Look, log: Path, heads: Iterable[Checkpoint], tree: Tree) -> None:
    for head in heads:
        if head.size <= tree.size and tree.root(head.size) != head.root:
            look.find(
                "refuted",
                "refuted.checkpoint",
                log / "checkpoints" / str(head.size),
                "This head was signed over another tree than the newest one.",
            )


def _accuse(look: Look, log: Path, stored: dict[TileId, bytes], size: int) -> None:
    """Find which of the lowest tiles disagrees with the tile above it; if none does, it is the last, partial one."""
    accused = [
        tile for tile in stored if tile.level == 0 and tile.width == TILE_WIDTH and _disowned(tile, stored, size)
    ]
    last = [tile for tile in tiles_of(size) if tile.level == 0 and tile.width < TILE_WIDTH]
    for tile in accused or last:
        look.find("refuted", "refuted.tile", log / tile.path, _CHANGED)
    if not accused and not last:
        look.find("refuted", "refuted.checkpoint", log / "checkpoint", "The tiles lead to another root than this one.")


def _disowned(tile: TileId, stored: dict[TileId, bytes], size: int) -> bool:
    place = tile.number % TILE_WIDTH
    parents = [each for each in tiles_of(size) if each.level == 1 and each.number == tile.number // TILE_WIDTH]
    if not parents or parents[0] not in stored:
        return False
    entry = stored[parents[0]][place * HASH_BYTES : (place + 1) * HASH_BYTES]
    return Tree.from_hashes(_hashes(stored[tile])).root() != entry


def _list_tiles(look: Look, log: Path) -> list[TileId]:
    found = []
    folders = [log / "tile"]
    while folders:
        for entry in look.entries(folders.pop()):
            if entry.is_dir(follow_symlinks=False):
                folders.append(Path(entry.path))
                continue
            try:
                found.append(parse_tile_path(Path(entry.path).relative_to(log).as_posix()))
            except TileMalformed:
                look.find_unexpected(Path(entry.path))
    return sorted(found)


def _read_tiles(look: Look, log: Path, tiles: list[TileId]) -> dict[TileId, bytes]:
    stored = {}
    for tile in tiles:
        data = look.read(log / tile.path, most_bytes=TILE_WIDTH * HASH_BYTES)
        if data is None:
            continue
        if len(data) != tile.width * HASH_BYTES:
            look.find("refuted", "refuted.tile", log / tile.path, "This tile has another length than its name says.")
            continue
        stored[tile] = data
    return stored


def _hashes(data: bytes) -> Iterable[bytes]:
    return (data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES))
