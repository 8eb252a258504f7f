# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tiles: the tree as files that anybody may copy and nobody needs a server for.

A tile holds up to 256 hashes of one level, every eighth level of the tree; the hashes of full tiles are the entries of
the tiles above. Hash tiles give away nothing but the number of statements. Bundles of entries, which C2SP also knows,
are never written: a log's entries are not public. Spec: spec/04-log.md §4. Source: C2SP tlog-tiles.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Malformed, Refuted
from sviedka.core.seal.merkle import HASH_BYTES, Tree
from sviedka.core.seal.merkle_proof import node_hash

if TYPE_CHECKING:
    from collections.abc import Callable

TILE_HEIGHT: Final = 8
TILE_WIDTH: Final = 256
MAX_LEVEL: Final = 63

_PATH: Final = re.compile(r"tile/(0|[1-9][0-9]?)/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?\Z")


class TileMalformed(Malformed):
    """A tile's path that has another spelling, or a tile whose length is not what its path says."""

    code = "malformed.tile"
    hint = "Copy the log's folder again; `sviedka check` names the tiles that are damaged."


class TileRefuted(Refuted):
    """A tile whose hashes do not lead to the entry in the tile above, or to the signed root."""

    code = "refuted.tile"
    hint = "The tiles were changed after the checkpoint was signed, or belong to another log."


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class TileId:
    """One tile: level 0 to 63, number from 0, width 1 to 256 (256: a full tile)."""

    level: int
    number: int
    width: int = TILE_WIDTH

    @property
    def path(self) -> str:
        """Its path below the log's folder: `tile/<L>/<N>[.p/<W>]`, N in groups of three digits."""
        digits = f"{self.number:03d}"
        digits = "0" * (-len(digits) % 3) + digits
        groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
        number = "/".join([f"x{group}" for group in groups[:-1]] + groups[-1:])
        return f"tile/{self.level}/{number}" + (f".p/{self.width}" if self.width < TILE_WIDTH else "")


def parse_tile_path(path: str) -> TileId:
    """Read a tile's path; raise `TileMalformed` for any other spelling."""
    match = _PATH.match(path)
    if match is None or len(path) > 64:
        raise TileMalformed("This is not the path of a tile.")
    level, number, width = match.groups()
    tile = TileId(level=int(level), number=int(re.sub("[x/]", "", number)), width=int(width or TILE_WIDTH))
    if tile.path != path or tile.level > MAX_LEVEL:
        raise TileMalformed("This is not the path of a tile.")
    return tile


def tiles_of(size: int, *, since: int = 0) -> tuple[TileId, ...]:
    """Return the tiles that a tree of `size` leaves needs beyond one of `since` leaves: full ones first, by level.

    A partial tile is needed at every size that a checkpoint names (C2SP tlog-tiles); empty tiles do not exist.
    """
    tiles = []
    level = 0
    while size >> (TILE_HEIGHT * level):
        before, now = since >> (TILE_HEIGHT * level), size >> (TILE_HEIGHT * level)
        tiles += [TileId(level=level, number=number) for number in range(before // TILE_WIDTH, now // TILE_WIDTH)]
        if now % TILE_WIDTH and now != before:
            tiles.append(TileId(level=level, number=now // TILE_WIDTH, width=now % TILE_WIDTH))
        level += 1
    return tuple(tiles)


def tile_bytes(tree: Tree, tile: TileId) -> bytes:
    """Return the content of a tile: its hashes, joined; 32 bytes for each of its width."""
    first = tile.number * TILE_WIDTH
    return tree.hashes(tile.level * TILE_HEIGHT, first, first + tile.width)


def load_tree(size: int, fetch: Callable[[TileId], bytes], *, root: bytes) -> Tree:
    """Read the tree of `size` leaves back from its tiles.

    Untrusted: what `fetch` returns. Trusted: `size` and `root`, from a verified checkpoint.

    Raises:
        TileMalformed: A tile of another length.
        TileRefuted: Tiles that do not lead to `root`, or a tile above level 0 that disagrees with those below.
    """
    tree = Tree()
    for tile in tiles_of(size):
        data = _fetch(tile, fetch)
        if tile.level == 0:
            tree.extend_hashes(data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES))
        elif data != tile_bytes(tree, tile):
            raise TileRefuted("The tile {path} is not what the tiles below it hash to.", path=tile.path)
    if tree.root() != root:
        raise TileRefuted("The tiles of {size} entries lead to another root than the signed one.", size=size)
    return tree


def root_from_tiles(size: int, fetch: Callable[[TileId], bytes]) -> bytes:
    """Return the root of the tree of `size` leaves, from the few tiles at its right edge only.

    Each tile that is read is believed; `load_tree` reads all of them and lets them check one another.
    """
    heights = [height for height in reversed(range(size.bit_length())) if size >> height & 1]
    pieces = [_subtree(height, (size >> height) - 1, size, fetch) for height in heights]
    if not pieces:
        return Tree().root()
    result = pieces.pop()
    while pieces:
        result = node_hash(pieces.pop(), result)
    return result


def _subtree(height: int, number: int, size: int, fetch: Callable[[TileId], bytes]) -> bytes:
    level, inner = divmod(height, TILE_HEIGHT)
    first = number << inner
    there = (size >> (TILE_HEIGHT * level)) - first // TILE_WIDTH * TILE_WIDTH
    data = _fetch(TileId(level=level, number=first // TILE_WIDTH, width=min(there, TILE_WIDTH)), fetch)
    start = first % TILE_WIDTH
    row = [data[at * HASH_BYTES : (at + 1) * HASH_BYTES] for at in range(start, start + (1 << inner))]
    while len(row) > 1:
        row = [node_hash(row[at], row[at + 1]) for at in range(0, len(row), 2)]
    return row[0]


def _fetch(tile: TileId, fetch: Callable[[TileId], bytes]) -> bytes:
    data = fetch(tile)
    if len(data) != tile.width * HASH_BYTES:
        raise TileMalformed("The tile {path} has another length than its path says.", path=tile.path)
    return data
