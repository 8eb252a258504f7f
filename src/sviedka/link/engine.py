# SPDX-License-Identifier: AGPL-3.0-or-later
"""DuckDB in memory, and nowhere else: no file of its own, none for what does not fit, no network, no extension.

DuckDB spills to disk in plain text unless an extension from the network encrypts it (2.0.1: `temp_file_encryption` needs
httpfs). So it may not spill: what does not fit into the limit fails by name, and is linked in chunks.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import duckdb
from splink import DuckDBAPI
from splink.internals.exceptions import SplinkException

from sviedka.core.base.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

DEFAULT_MEMORY_MB: Final = 6_000

logging.getLogger("splink").setLevel(logging.ERROR)  # it logs values of records when it warns


class MemoryFull(Unavailable):
    """What is linked does not fit into the memory that it may take."""

    code = "unavailable.linkage-memory"
    hint = "Nothing was written. Give it more with --memory, or link in chunks with --workers."


@contextmanager
def open_engine(table: pa.Table, *, memory_mb: int, threads: int) -> Iterator[DuckDBAPI]:
    """Offer Splink's way to a database that lives in memory only, with `table` in it as `records`; gone when left."""
    settings: dict[str, str | bool | int | float | list[str]] = {
        "temp_directory": "",
        "memory_limit": f"{memory_mb}MB",
        "threads": threads,
        "autoload_known_extensions": False,
        "autoinstall_known_extensions": False,
        "allow_community_extensions": False,
        "python_enable_replacements": False,
    }
    with duckdb.connect(":memory:", config=settings) as connection:
        connection.execute("SET enable_progress_bar = false")
        connection.register("handed_over", table)
        connection.execute("CREATE TABLE records AS SELECT * FROM handed_over")
        connection.unregister("handed_over")
        yield DuckDBAPI(connection)


@contextmanager
def memory_failures() -> Iterator[None]:
    """Turn DuckDB's refusal to take more memory into ours.

    Raises:
        MemoryFull: It needs more than the limit.
    """
    try:
        yield
    except (duckdb.OutOfMemoryException, SplinkException, MemoryError) as reason:
        if isinstance(reason, SplinkException) and not isinstance(reason.__cause__, duckdb.OutOfMemoryException):
            raise
        raise MemoryFull("Linking these lists takes more memory than it may.") from reason
