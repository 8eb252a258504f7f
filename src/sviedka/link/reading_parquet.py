# SPDX-License-Identifier: AGPL-3.0-or-later
"""A list as Parquet: the mapped columns only; dates as ISO text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
from pyarrow import parquet

from sviedka.core.base.errors import TooLarge
from sviedka.link.file_errors import FileRefused, find_columns
from sviedka.link.lists_file import MOST_ROWS

if TYPE_CHECKING:
    from sviedka.link.lists_file import ListOrder


def read_parquet(order: ListOrder, data: bytes) -> dict[str, pa.Array]:
    """Read the mapped columns.

    Untrusted: `data`.

    Raises:
        FileRefused: Not Parquet, a column that is not there, or one that is neither text nor number nor date.
    """
    try:
        source = parquet.ParquetFile(pa.BufferReader(data))
        _check_rows(order, source.metadata)
        find_columns(order, source.schema_arrow.names)
        table = source.read(columns=list(order.columns.values()), use_threads=False)
        return {field: _text(order, field, table.column(name)) for field, name in order.columns.items()}
    except (
        pa.ArrowException,
        ValueError,
        OSError,
    ) as reason:  # OSError: a damaged page; ValueError: a name that is no text
        raise FileRefused("{list}: the file is not whole Parquet.", list=order.name) from reason


def _check_rows(order: ListOrder, about: parquet.FileMetaData) -> None:
    """Look at what the file says of its rows before memory is taken for them: 360 bytes can claim thousands of millions."""
    groups = [about.row_group(number).num_rows for number in range(about.num_row_groups)]
    if min(groups, default=0) < 0 or sum(groups) != about.num_rows:
        raise FileRefused("{list}: the file is not whole Parquet.", list=order.name)
    if about.num_rows > MOST_ROWS:
        raise TooLarge(
            "{list}: {rows} records; at most {most} are read.", list=order.name, rows=about.num_rows, most=MOST_ROWS
        )


def _text(order: ListOrder, field: str, column: pa.ChunkedArray) -> pa.Array:
    kind = column.type
    plain = pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_integer(kind)
    if not (plain or pa.types.is_temporal(kind) or pa.types.is_dictionary(kind) or pa.types.is_null(kind)):
        raise FileRefused("{list}: the column for {field} is neither text nor a date.", list=order.name, field=field)
    text = column.cast(pa.string()).combine_chunks()
    text.validate(full=True)  # Parquet says that it is UTF-8, and nothing has looked yet
    return text
