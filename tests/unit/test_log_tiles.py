# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tiles hold the tree as C2SP says, and a damaged tile is found when the tree is read back."""

import pytest

from sviedka.core.seal.merkle import Tree
from sviedka.core.seal.tiles import (
    TileId,
    TileMalformed,
    TileRefuted,
    load_tree,
    parse_tile_path,
    root_from_tiles,
    tile_bytes,
    tiles_of,
)

BIG = Tree.from_leaves(b"%d" % number for number in range(70_000))
SIZES = [*range(16), 255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537, 70_000]


def store(size):
    return {tile: tile_bytes(BIG, tile) for tile in tiles_of(size)}


def test_paths_as_in_the_specification():
    assert TileId(level=0, number=1_234_067).path == "tile/0/x001/x234/067"
    assert TileId(level=63, number=0).path == "tile/63/000"
    assert TileId(level=1, number=17, width=5).path == "tile/1/017.p/5"
    assert TileId(level=0, number=999).path == "tile/0/999"
    assert TileId(level=0, number=1000).path == "tile/0/x001/000"


@pytest.mark.parametrize("number", [0, 1, 999, 1000, 999_999, 1_000_000, 1_234_067, 10**12])
@pytest.mark.parametrize("width", [1, 255, 256])
def test_paths_read_back(number, width):
    tile = TileId(level=3, number=number, width=width)
    assert parse_tile_path(tile.path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/0",
        "tile/00/000",
        "tile/64/000",
        "tile/0/0",
        "tile/0/0000",
        "tile/0/x000/000",
        "tile/0/001/000",
        "tile/0/x001",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/../000",
        "tile/entries/000",
        "/tile/0/000",
        "tile/0/000\n",
        "tile/0/\u0660\u0660\u0660",
    ],
)
def test_other_spellings_of_paths_are_refused(path):
    with pytest.raises(TileMalformed):
        parse_tile_path(path)


def test_the_tiles_of_seventy_thousand_entries():
    tiles = tiles_of(70_000)
    full = [sum(tile.level == level and tile.width == 256 for tile in tiles) for level in range(4)]
    assert full == [273, 1, 0, 0]
    assert [tile.path for tile in tiles if tile.width < 256] == [
        "tile/0/273.p/112",
        "tile/1/001.p/17",
        "tile/2/000.p/1",
    ]


def test_the_tiles_of_two_hundred_and_fifty_six_entries():
    assert [tile.path for tile in tiles_of(256)] == ["tile/0/000", "tile/1/000.p/1"]
    assert tiles_of(0) == ()


@pytest.mark.parametrize("size", SIZES)
def test_a_tree_reads_back_from_its_tiles(size):
    tiles = store(size)
    assert all(len(data) == 32 * tile.width for tile, data in tiles.items())
    assert load_tree(size, tiles.__getitem__, root=BIG.root(size)).root() == BIG.root(size)
    assert root_from_tiles(size, tiles.__getitem__) == BIG.root(size)


@pytest.mark.parametrize("size", [5, 256, 300, 700, 66_000])
def test_a_grown_tree_needs_only_its_new_tiles(size):
    there = store(size)
    there |= {tile: tile_bytes(BIG, tile) for tile in tiles_of(70_000, since=size)}
    assert set(tiles_of(70_000)) <= set(there)
    again = {tile for tile in tiles_of(70_000, since=size) if tile in store(size)}
    assert not again


def test_a_flipped_bit_in_any_tile_is_found():
    size = 70_000
    good = store(size)
    for tile in (
        tiles_of(size)[0],
        tiles_of(size)[100],
        *(tile for tile in tiles_of(size) if tile.level or tile.width < 256),
    ):
        damaged = bytearray(good[tile])
        damaged[7] ^= 1
        with pytest.raises(TileRefuted):
            load_tree(size, (good | {tile: bytes(damaged)}).__getitem__, root=BIG.root(size))


@pytest.mark.parametrize(
    "change", [lambda _: b"", lambda data: data[:-1], lambda data: data + bytes(32)], ids=["none", "short", "long"]
)
def test_a_tile_of_another_length_is_malformed(change):
    last = TileId(level=0, number=1, width=44)
    tiles = store(300) | {last: change(store(300)[last])}
    with pytest.raises(TileMalformed):
        load_tree(300, tiles.__getitem__, root=BIG.root(300))
    with pytest.raises(TileMalformed):
        root_from_tiles(300, tiles.__getitem__)


def test_tiles_of_another_log_are_refuted():
    with pytest.raises(TileRefuted):
        load_tree(300, store(300).__getitem__, root=BIG.root(299))
