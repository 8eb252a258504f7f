# SPDX-License-Identifier: AGPL-3.0-or-later
"""The store's SQL marks a value by `?`, as SQLite does; psycopg by `%s`."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=1024)
def spell(sql: str) -> str:
    """Return our SQL as psycopg reads it. Ours has no `?` and no percent sign that is anything else."""
    return sql.replace("?", "%s")
