# SPDX-License-Identifier: AGPL-3.0-or-later
"""Slips and cells under a check: each against the list that came with it, and against its own grammar."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Failure, Malformed
from sviedka.core.seal.age_header import MAX_SLIP_BYTES, Header, parse_header, parse_slip
from sviedka.vault.cells import MAX_CELL_BYTES
from sviedka.vault.epochs import list_epochs
from sviedka.vault.listed import REMOVED_NAME, SUMS_NAME, read_removed, read_sums
from sviedka.vault.scrub_objects import is_fan

if TYPE_CHECKING:
    from collections.abc import Callable

    from sviedka.vault.look import Look

_MOST: Final = max(MAX_SLIP_BYTES, MAX_CELL_BYTES)


def look_at_listed(look: Look) -> None:
    """Look at every slip and cell of every epoch, and at the cells of the seats."""
    for store, parse in ((look.archive.slips, parse_slip), (look.archive.cells, parse_header)):
        newer: set[str] = set()
        try:
            epochs = list_epochs(store)
        except Failure as failure:
            look.find_failure(failure, store)
            continue
        for epoch in epochs:
            newer |= _look_at_folder(look, store / epoch, parse, newer)
        for entry in look.entries(store):
            if entry.name not in {*epochs, look.archive.seats.name if store == look.archive.cells else ""}:
                look.find_unexpected(Path(entry.path))
    _look_at_folder(look, look.archive.seats, parse_header, set())


def _look_at_folder(look: Look, folder: Path, parse: Callable[[bytes], Header], newer: set[str]) -> set[str]:
    """Look at one epoch; return the names that lie in it. A name in `newer` epochs may be gone from this one."""
    sums, must = _read_lists(look, folder)
    removed = read_removed(folder)
    there = set()
    for path in _files(look, folder):
        name = path.relative_to(folder).as_posix()
        there.add(name)
        if path.name in removed:
            continue  # taken back, and cut short before it was gone: its bytes are nothing any more
        if name not in sums:
            look.find("unproven", "unproven.unlisted", path, "No list tells what the bytes of this file should be.")
        _look_at_file(look, path, sums.get(name), parse)
    for name in sorted(must - there - newer):
        if name.split("/")[1] not in removed:
            look.find("refuted", "refuted.missing", folder / name, "This file was acknowledged and is missing.")
    return there


def _look_at_file(look: Look, path: Path, digest: str | None, parse: Callable[[bytes], Header]) -> None:
    if not look.full:
        look.files += 1
        return
    data = look.read(path, most_bytes=_MOST)
    if data is None:
        return
    if digest is not None and hashlib.sha256(data).hexdigest() != digest:
        look.find("refuted", "refuted.listed", path, "This file is not what was put here: its bytes were changed.")
        return
    try:
        parse(data)
    except Malformed as failure:
        look.find_failure(failure, path)


def _read_lists(look: Look, folder: Path) -> tuple[dict[str, str], set[str]]:
    """Return what the lists say, and which names must be there; a list that is not one becomes a finding."""
    sums: dict[str, str] = {}
    must: set[str] = set()
    try:
        for found in read_sums(folder):
            if found.failure is not None:
                look.find_failure(found.failure, folder / SUMS_NAME / found.name)
            sums |= found.sums
            must |= set() if found.is_open else set(found.sums)
    except Failure as failure:
        look.find_failure(failure, folder / SUMS_NAME)
    return sums, must


def _files(look: Look, folder: Path) -> list[Path]:
    files = []
    for fan in look.entries(folder):
        if fan.name in {SUMS_NAME, REMOVED_NAME}:
            continue
        if not is_fan(fan):
            look.find_unexpected(Path(fan.path))
            continue
        for entry in look.entries(Path(fan.path)):
            files += _leaves(look, Path(entry.path))
    return files


def _leaves(look: Look, path: Path) -> list[Path]:
    if not path.is_dir() or path.is_symlink():
        return [path]
    return [Path(entry.path) for entry in look.entries(path)]
