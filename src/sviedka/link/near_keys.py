# SPDX-License-Identifier: AGPL-3.0-or-later
"""Beside each key, the commoner keys that one slip of the pen away.

A misspelt name is rare and the name itself is not, so a slip leads from the rare key to the common one. Two records meet if
they share a key, or one's slip leads to the other's key, or both slips lead to the same.
"""

from __future__ import annotations

from typing import Final

import duckdb
import numpy as np
import pyarrow as pa

SHORTEST: Final = 4
"""Sounds. One slip turns a shorter key into anybody's."""

MOST_NEAR: Final = 4

RARE: Final = 5
RARER: Final = 4
"""A key that stands more than `RARE` times and not `RARER` times more rarely than its neighbour is a name of its own."""

_SQL: Final = f"""
WITH often AS (
    SELECT key, count(*) AS times FROM (SELECT unnest(keys) AS key FROM given) WHERE length(key) >= {SHORTEST} GROUP BY key
), slips AS (
    SELECT key, times, key AS slip FROM often
    UNION ALL
    SELECT key, times, key[:place - 1] || key[place + 1:] FROM (SELECT *, unnest(range(1, length(key) + 1)) AS place FROM often)
), close_by AS (
    SELECT DISTINCT rare.key AS key, common.key AS other, common.times AS times
    FROM slips AS rare JOIN slips AS common USING (slip)
    WHERE (rare.times, common.key) < (common.times, rare.key)
      AND (rare.times <= {RARE} OR rare.times * {RARER} <= common.times)
), led AS (
    SELECT key, list(other ORDER BY times DESC, other)[:{MOST_NEAR}] AS others FROM close_by GROUP BY key
), wider AS (
    SELECT place, list_distinct(list(one) || flatten(list(others) FILTER (others IS NOT NULL))) AS keys
    FROM (SELECT place, unnest(keys) AS one FROM given) LEFT JOIN led ON led.key = one GROUP BY place
)
SELECT coalesce(list_sort(wider.keys), given.keys) AS keys FROM given LEFT JOIN wider USING (place) ORDER BY place
"""  # noqa: S608  # numbers of our own


def with_near_keys(keys: pa.Array) -> pa.Array:
    """Return for each list of keys the same with the near ones; null stays null.

    Source: T. Bocek, E. Hunt, B. Stiller, Fast similarity search in large dictionaries (2007): two words share one of their
    forms with a letter left out if a single insertion, deletion or change lies between them, or an exchange of neighbours.
    """
    table = pa.table({"place": pa.array(np.arange(len(keys))), "keys": keys})
    with duckdb.connect(":memory:", config={"temp_directory": "", "threads": 2}) as engine:
        engine.execute("SET enable_progress_bar = false")
        engine.register("given", table)
        found = engine.sql(_SQL).to_arrow_table()
    return found["keys"].combine_chunks()
