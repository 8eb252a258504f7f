# SPDX-License-Identifier: AGPL-3.0-or-later
"""From packs in the vault to rows: every pack opened, every signature checked, every statement folded again.

Runs inside the keeper only. Reading is shared out to processes of their own, because two signatures for each
statement are most of the work; rows are written by one, in the order of the log.
"""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Refuted
from sviedka.keeper.hygiene import begin_forked
from sviedka.store.pack_reading import PackReader, ReadPack
from sviedka.store.rows import write_pack, write_rows
from sviedka.vault.packs import list_packs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sviedka.core.base.progress import Progress
    from sviedka.keeper.jobs import JobKeys
    from sviedka.store.engine import Database

PROCESSES: Final = 2
_AHEAD: Final = 3 * PROCESSES
"""Groups of packs read but not yet written, at most: bounds the memory."""

_TOGETHER: Final = 64
_TOGETHER_BYTES: Final = 262_144
"""Packs, and bytes of packs, in one message to a reader: so that small packs do not cost a message each and large ones are spread."""

_FEW: Final = 8
"""Up to so many packs are read by the process itself."""


class PackMissing(Refuted):
    """Packs of a desk's log do not follow one another: one in between is gone."""

    code = "refuted.pack-missing"
    hint = "Fetch the pack from a replica; sviedka check --full names what else is damaged."


@dataclass(frozen=True, kw_only=True)
class Refolded:
    """How much was folded."""

    statements: int
    packs: int


def refold_desk(database: Database, keys: JobKeys, desk: str, *, start: int, progress: Progress) -> Refolded:
    """Write what the desk's packs from leaf `start` on say. The caller holds a transaction and the admission lock.

    Args:
        database: Where to.
        keys: What opens and checks packs.
        desk: Whose packs.
        start: The next leaf that the tables lack; a pack begins there.
        progress: Told statements.

    Raises:
        PackMissing: The packs do not follow one another.
        Failure: What `PackReader.read` found wrong with one.
    """
    firsts = [first for first in list_packs(keys.archive, desk) if first >= start]
    following, packs = start, 0
    if firsts:
        progress(0, firsts[-1] - start)  # how many the last pack holds is seen when it is read
    for pack in _read_all(PackReader(keys, desk), firsts):
        if pack.first_index != following:
            raise PackMissing("Desk {desk} lacks the pack of leaf {index}.", desk=desk, index=following)
        write_rows(database, pack.folded)
        write_pack(database, desk=desk, first_index=pack.first_index, count=len(pack.folded))
        following, packs = following + len(pack.folded), packs + 1
        is_last = pack.first_index == firsts[-1]
        progress(len(pack.folded), len(pack.folded) if is_last else 0)
    return Refolded(statements=following - start, packs=packs)


def _read_all(reader: PackReader, firsts: Sequence[int]) -> Iterator[ReadPack]:
    if len(firsts) <= _FEW:
        for first in firsts:
            yield reader.read(first)
        return
    context = multiprocessing.get_context("fork")  # keys come with the fork and never cross a pipe
    with ProcessPoolExecutor(PROCESSES, context, initializer=_begin, initargs=(reader, os.getpid())) as pool:
        groups = deque(_group(reader, firsts))
        waiting: deque[Future[list[ReadPack]]] = deque()
        while groups or waiting:
            while groups and len(waiting) < _AHEAD:
                waiting.append(pool.submit(_read_here, groups.popleft()))
            yield from waiting.popleft().result()


def _group(reader: PackReader, firsts: Sequence[int]) -> Iterator[list[int]]:
    together: list[int] = []
    size = 0
    for first in firsts:
        together.append(first)
        size += reader.size_bytes(first)
        if len(together) == _TOGETHER or size >= _TOGETHER_BYTES:
            yield together
            together, size = [], 0
    if together:
        yield together


_reader: PackReader | None = None


def _begin(reader: PackReader, parent: int) -> None:
    global _reader  # noqa: PLW0603  # the one thing that a reading process knows
    begin_forked(parent)
    _reader = reader


def _read_here(firsts: list[int]) -> list[ReadPack]:
    if _reader is None:
        raise RuntimeError("a reading process was not begun")
    return [_reader.read(first) for first in firsts]
