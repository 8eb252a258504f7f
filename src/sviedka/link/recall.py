# SPDX-License-Identifier: AGPL-3.0-or-later
"""How many of all true pairs the blocking rules propose, by two captures: rules that ask for the surname, and rules that do not.

Of the pairs that the second kind finds, the share that the first finds as well estimates the recall of the first, and the
reverse; both kinds together miss a pair only if each does:

    r1 = M12 / M2     r2 = M12 / M1     recall = 1 - (1 - r1)(1 - r2)

with M the expected number of true pairs: the sum of their probabilities. Assumed: among true pairs, whether a surname is
misspelt says nothing of whether dates and given name are there and right. Where whole records are careless, it does, and
the true recall is lower. Without dates there is no second kind, and the recall is not known.

Source: C. G. J. Petersen (1896), F. C. Lincoln (1930); for linkage: S. Blakely, C. Salmond, IJE 31 (2002).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from sviedka.link.engine import open_engine
from sviedka.link.rules import rules_for
from sviedka.link.run import BlockingRule
from sviedka.link.scoring import known_columns

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEAST_PAIRS: Final = 10.0
"""Expected true pairs that both kinds of rules must find, else the recall is not known."""

_ASKED: Final = 0.05
"""Only pairs at least so likely are looked at: the others add nothing to a sum of probabilities, and there are many."""


@dataclass(frozen=True, kw_only=True)
class Recall:
    """What the rules find.

    Attributes:
        rules: Each rule, with the share of true pairs that it proposes.
        all_rules: The share that at least one proposes; None if it cannot be estimated.
    """

    rules: tuple[BlockingRule, ...]
    all_rules: float | None


def estimate_recall(
    table: pa.Table, pairs: tuple[NDArray[np.int32], NDArray[np.int32]], p: NDArray[np.float64], *, memory_mb: int
) -> Recall:
    """Estimate what the rules find.

    Args:
        table: `Records.table`.
        pairs: Pairs that were scored.
        p: Their probabilities.
        memory_mb: What the engine may take.
    """
    asked = p >= _ASKED
    i, j, p = pairs[0][asked], pairs[1][asked], p[asked]
    found = _found(table, i, j, memory_mb=memory_mb)
    by_surname = np.array([rule.by_surname for rule in rules_for(known_columns(table))], dtype=np.bool_)
    union = recall_of_two(p, np.any(found[:, by_surname], axis=1), np.any(found[:, ~by_surname], axis=1))
    total = float(p.sum()) / (union or 1.0)
    rules = tuple(
        BlockingRule(
            name=str(rule.name),
            pairs=int(found[:, place].sum()),
            recall=None if union is None or not total else float(p[found[:, place]].sum()) / total,
        )
        for place, rule in enumerate(rules_for(known_columns(table)))
    )
    return Recall(rules=rules, all_rules=union)


def recall_of_two(p: NDArray[np.float64], first: NDArray[np.bool_], second: NDArray[np.bool_]) -> float | None:
    """Return the recall of two captures together, or None if too few pairs are found by both.

    Args:
        p: `float[m]`, the probability that each pair found is a true one.
        first: `bool[m]`, whether the first capture found it.
        second: `bool[m]`, whether the second did.
    """
    both = float(p[first & second].sum())
    if both < LEAST_PAIRS:
        return None
    missed = (1 - both / float(p[second].sum())) * (1 - both / float(p[first].sum()))
    return 1 - missed


def _found(table: pa.Table, i: NDArray[np.int32], j: NDArray[np.int32], *, memory_mb: int) -> NDArray[np.bool_]:
    """Ask of each pair, which rules propose it."""
    rules = rules_for(known_columns(table))
    columns = ["rec", *sorted({column for rule in rules for column in rule.needs})]
    conditions = ", ".join(f"coalesce({rule.packed()}, false) AS r{place}" for place, rule in enumerate(rules))
    asked = pa.table({"i": i, "j": j, "place": np.arange(len(i))})
    with open_engine(table.select(columns), memory_mb=memory_mb, threads=1) as api:
        api.duckdb_con.register("asked", asked)
        rows = api.duckdb_con.sql(
            f"SELECT {conditions} FROM asked JOIN records l ON l.rec = asked.i JOIN records r ON r.rec = asked.j "  # noqa: S608  # rules of our own
            "ORDER BY place"
        ).to_arrow_table()
    return np.stack([column.to_numpy() for column in rows.columns], axis=1).astype(np.bool_)
