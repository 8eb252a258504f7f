# SPDX-License-Identifier: AGPL-3.0-or-later
"""Work on each distinct text of a column once: a million records have far fewer names, dates and places.

Where there are many all the same, they are shared out over processes, started afresh: what they get and give stays in memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyarrow as pa

from sviedka.link.processes import fresh_processes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

WORTH_SHARING: Final = 60_000
"""Texts: below, starting processes takes longer than the work."""


def per_text(
    column: pa.ChunkedArray | pa.Array, work: Callable[[str], Mapping[str, object]], kinds: Mapping[str, pa.DataType]
) -> dict[str, pa.Array]:
    """Return one column for each of `kinds`, made from a column of text.

    Args:
        column: Text or null; null gives null.
        work: What a text comes to, by column.
        kinds: The columns, and what is in them.
    """
    return per_texts(column, lambda texts: _table([work(text) for text in texts], kinds))


def per_texts(
    column: pa.ChunkedArray | pa.Array, work: Callable[[list[str]], pa.Table], *, processes: int = 1
) -> dict[str, pa.Array]:
    """Return one column for each of the table that `work` makes of distinct texts, one row for each text.

    Args:
        column: Text or null; null gives null.
        work: A function that a process can be sent, if there are several.
        processes: How many share the work, if it is worth it.
    """
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    coded = whole.dictionary_encode()
    texts = coded.dictionary.to_pylist()
    found = work(texts) if processes == 1 or len(texts) < WORTH_SHARING else _shared(texts, work, processes)
    return {name: found[name].combine_chunks().take(coded.indices) for name in found.column_names}


def _shared(texts: list[str], work: Callable[[list[str]], pa.Table], processes: int) -> pa.Table:
    size = -(-len(texts) // processes)
    shares = [texts[start : start + size] for start in range(0, len(texts), size)]
    with fresh_processes(processes) as pool:
        return pa.concat_tables(pool.map(work, shares))


def _table(rows: list[Mapping[str, object]], kinds: Mapping[str, pa.DataType]) -> pa.Table:
    return pa.table({name: pa.array([row[name] for row in rows], kind) for name, kind in kinds.items()})
