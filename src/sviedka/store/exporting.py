# SPDX-License-Identifier: AGPL-3.0-or-later
"""The public part of the logs, copied for publication: hash tiles and checkpoints, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sviedka.anchor.published import newest_checkpoint
from sviedka.core.seal.checkpoint import parse_checkpoint
from sviedka.core.seal.tiles import TileMalformed, TileRefuted, load_tree, parse_tile_path, tile_bytes
from sviedka.vault.disk_errors import translating
from sviedka.vault.durable import AlreadyThere, make_folder, replace, write_new

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sviedka.core.seal.merkle import Tree
    from sviedka.vault.layout import Archive

_CHECKPOINTS = ("checkpoints", "cosigned")


@dataclass(frozen=True, kw_only=True)
class Exported:
    """What was copied: files by kind, and the logs' names."""

    desks: tuple[str, ...]
    tiles: int
    checkpoints: int


def export_log(archive: Archive, out: Path) -> Exported:
    """Copy the public part of every log to `out/<desk>`; run again, it adds what is new.

    Only files that are a tile or a checkpoint by name *and* content are copied: tiles are compared with what the
    newest checkpoint signs, so that nothing else goes out under a tile's name.

    Raises:
        TileRefuted, TileMalformed: Tiles that do not lead to the newest checkpoint.
        CheckpointMalformed: A file with the name of a checkpoint that is none.
    """
    logs = archive.root / "logs"
    desks = tuple(sorted(path.name for path in logs.iterdir() if path.is_dir())) if logs.is_dir() else ()
    tiles = checkpoints = 0
    for desk in desks:
        source = archive.log(desk)
        tiles += _copy_tiles(archive, desk, out / desk)
        checkpoints += sum(
            _copy_frozen(path, source, out / desk) for name in _CHECKPOINTS for path in _files(source / name)
        )
        checkpoints += _copy_newest(source / "checkpoint", out / desk)
    return Exported(desks=desks, tiles=tiles, checkpoints=checkpoints)


def _files(folder: Path) -> Iterator[Path]:
    yield from sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def _copy_tiles(archive: Archive, desk: str, target: Path) -> int:
    head, source = newest_checkpoint(archive, desk), archive.log(desk)
    if head is None:
        return 0
    tree = load_tree(head.size, lambda tile: _read(source / tile.path), root=head.root)
    return sum(_copy_tile(path, source, target, tree) for path in _files(source / "tile"))


def _copy_tile(path: Path, source: Path, target: Path, tree: Tree) -> int:
    name = path.relative_to(source).as_posix()
    try:
        tile = parse_tile_path(name)
        expected = tile_bytes(tree, tile)
    except (TileMalformed, ValueError):
        return 0  # not a tile's name, or beyond the newest checkpoint
    if _read(path) != expected:
        raise TileRefuted("The tile {path} is not what the signed tree says.", path=tile.path)
    _write_once(target / name, expected)
    return 1


def _copy_frozen(path: Path, source: Path, target: Path) -> int:
    if not (path.name.isascii() and path.name.isdecimal()):
        return 0
    data = _read(path)
    parse_checkpoint(data)
    replace(target / path.relative_to(source), data, mode=0o644)
    return 1


def _copy_newest(path: Path, target: Path) -> int:
    if not path.is_file():
        return 0
    data = _read(path)
    parse_checkpoint(data)
    replace(target / path.name, data, mode=0o644)
    return 1


def _write_once(path: Path, data: bytes) -> None:
    make_folder(path.parent, mode=0o755)
    try:
        write_new(path, data, mode=0o644)
    except AlreadyThere:
        if _read(path) != data:
            raise


def _read(path: Path) -> bytes:
    with translating():
        return path.read_bytes()
