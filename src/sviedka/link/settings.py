# SPDX-License-Identifier: AGPL-3.0-or-later
"""How it is linked: what a person may choose."""

from __future__ import annotations

from dataclasses import dataclass

from sviedka.link.draws import LEAST_DRAWS
from sviedka.link.engine import DEFAULT_MEMORY_MB


@dataclass(frozen=True, kw_only=True)
class LinkSettings:
    """How it is linked.

    Attributes:
        seed: Of all that is drawn: the same lists and seed give the same run.
        draws: How many linkages are drawn, 20 at least.
        backend: `duckdb`, or `spark` where pyspark and Java are installed.
        workers: Processes that score the pairs; 1 for this one alone.
        threads: How many work at once, in all of them together.
        memory_mb: What the engines of all of them may take together.
    """

    seed: int = 1
    draws: int = LEAST_DRAWS
    backend: str = "duckdb"
    workers: int = 1
    threads: int = 2
    memory_mb: int = DEFAULT_MEMORY_MB
