# SPDX-License-Identifier: AGPL-3.0-or-later
"""Training the model on a sample of the records, and scoring the pairs that the rules propose.

u (how often two people agree) is counted over random pairs; m (how often one person's records agree) follows by expectation
maximisation, within pairs that agree on something else. Scores are weights of evidence in bits, without any prior.

Source: as `model`; W. E. Winkler, Using the EM algorithm for weight computation in the Fellegi-Sunter model (1988).
"""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from splink import Linker

from sviedka.core.base.errors import Unproven
from sviedka.link.engine import open_engine
from sviedka.link.model import COMPARISONS, TRAINING_BLOCKS, complete, settings_for

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.random import Generator
    from numpy.typing import NDArray

TRAINING_RECORDS: Final = 200_000
TRAINING_PAIRS: Final = 2_000_000
ROUNDS: Final = (30, 15, 7)
"""Of expectation maximisation, at most; the next if Splink cannot write down what it came to."""

LEAST_BITS: Final = -8.0
"""Pairs with a weight of less than this, at a prior of one in n, are plainly apart and are not kept."""


class NothingLearnt(Unproven):
    """Training came to no numbers that could be used."""

    code = "unproven.linkage-untrained"
    hint = "Look whether each list's columns are what its mapping says; link by a model of lists like these if you have one."


@dataclass(frozen=True, kw_only=True, eq=False)
class Evidence:
    """What the comparison of pairs came to, ordered by record.

    Attributes:
        i, j: `int32[m]`, `i < j`.
        bits: `float64[m]`, log2 of how much likelier the agreement is for one person than for two.
        levels: `int8[m, k]`, the level of each comparison, as in `ScoredPairs.agreement`.
        comparisons: Their k names.
    """

    i: NDArray[np.int32]
    j: NDArray[np.int32]
    bits: NDArray[np.float64]
    levels: NDArray[np.int8]
    comparisons: tuple[str, ...]


def known_columns(table: pa.Table) -> tuple[str, ...]:
    """Return the columns in which anything is known."""
    return tuple(name for name in table.column_names if table[name].null_count < table.num_rows)


def train(table: pa.Table, rng: Generator, *, memory_mb: int, threads: int) -> dict[str, Any]:
    """Return the trained model, as Splink writes it in JSON.

    Raises:
        NothingLearnt: No number of rounds led to a model.
    """
    if table.num_rows > TRAINING_RECORDS:
        table = table.take(np.sort(rng.choice(table.num_rows, TRAINING_RECORDS, replace=False)))
    columns, prior = known_columns(table), 1 / max(table.num_rows, 2)
    blocks = [sql for needs, sql in TRAINING_BLOCKS if needs <= set(columns)][:2]
    sampled, seed = min(TRAINING_PAIRS, table.num_rows * (table.num_rows - 1) / 2), int(rng.integers(1, 2**31))
    for rounds in ROUNDS:
        with open_engine(table, memory_mb=memory_mb, threads=threads) as api, warnings.catch_warnings(action="ignore"):
            # Splink warns of levels that nothing reached: `complete` sees to them.
            settings = settings_for(columns, prior=prior, rounds=rounds)
            linker = Linker(api.register("records"), settings, log_level=None)
            linker.training.estimate_u_using_random_sampling(max_pairs=TRAINING_PAIRS, seed=seed)
            if _maximise(linker, blocks):
                return complete(linker.misc.save_model_to_json(), sampled=sampled)
    raise NothingLearnt("These lists do not show how records of one person agree.")


def _maximise(linker: Linker, blocks: list[str]) -> bool:
    """Learn m; tell whether Splink could write it down.

    A level that no true pair reaches loses a constant factor each round, and Splink refuses what is below 1e-300. It means
    nothing else than a smaller number would: fewer rounds give the same weights.
    """
    for sql in blocks:
        try:
            linker.training.estimate_parameters_using_expectation_maximisation(sql)
        except ValueError as reason:
            if "below the minimum" not in str(reason):
                raise
            return False
    return True


def score(table: pa.Table, model: dict[str, Any], *, parts: int, memory_mb: int, threads: int) -> Evidence:
    """Score the pairs of all records.

    Args:
        table: `Records.table`.
        model: From `train`.
        parts: In how many parts each side is taken, to need less memory; the chunks are their pairs.
        memory_mb: What the engine may take.
        threads: How many work at once.
    """
    with open_engine(table, memory_mb=memory_mb, threads=threads) as api:
        linker = Linker(api.register("records"), with_prior(model, table.num_rows), log_level=None)
        found = [score_chunk(linker, (left, parts), (right, parts)) for left, right in chunks_of(parts)]
    return join_evidence(found)  # when the engine's memory is free again


def chunks_of(parts: int) -> list[tuple[int, int]]:
    """Return the chunks in which each part of the records, numbered from 1, meets each: all pairs, once."""
    return [(left, right) for left in range(1, parts + 1) for right in range(1, parts + 1)]


def with_prior(model: dict[str, Any], records: int) -> dict[str, Any]:
    """Return the model with the prior at which `LEAST_BITS` is meant."""
    return {**model, "probability_two_random_records_match": 1 / max(records, 2)}


def score_chunk(linker: Linker, left: tuple[int, int], right: tuple[int, int]) -> Evidence:
    """Score one chunk of the pairs: part `left[0]` of `left[1]` against part `right[0]` of `right[1]`."""
    with warnings.catch_warnings(action="ignore"):
        scored = linker.inference.predict_chunk(left, right, threshold_match_weight=LEAST_BITS)
    model = linker.misc.save_model_to_json()
    rows = linker._db_api.duckdb_con.sql(scores_query(model, scored.physical_name)).to_arrow_table()  # noqa: SLF001  # the engine that we opened
    scored.drop_table_from_database_and_remove_from_cache()
    return evidence_of(rows, model)


def scores_query(model: dict[str, Any], table: str) -> str:
    """Return the query of what `evidence_of` takes from a table of scored pairs."""
    columns = ", ".join(f"mw_{one['output_column_name']}" for one in model["comparisons"])
    return f"SELECT rec_l, rec_r, match_weight, {columns} FROM {table}"  # noqa: S608  # names of our own


def evidence_of(rows: pa.Table, model: dict[str, Any]) -> Evidence:
    """Return scored pairs as evidence: without the prior, with levels instead of weights."""
    left_side, right_side = (rows[side].to_numpy().astype(np.int32) for side in ("rec_l", "rec_r"))
    names = tuple(one["output_column_name"] for one in model["comparisons"])
    weights = [rows[f"mw_{name}"].to_numpy() for name in names]
    prior = model["probability_two_random_records_match"]
    return Evidence(
        i=np.minimum(left_side, right_side),
        j=np.maximum(left_side, right_side),
        bits=rows["match_weight"].to_numpy() - math.log2(prior / (1 - prior)),
        levels=np.stack([_levels(one, each) for one, each in zip(model["comparisons"], weights, strict=True)], axis=1),
        comparisons=names,
    )


def join_evidence(parts: list[Evidence]) -> Evidence:
    """Return all parts as one, ordered by record."""
    i, j = np.concatenate([part.i for part in parts]), np.concatenate([part.j for part in parts])
    order = np.lexsort((j, i))
    return Evidence(
        i=i[order],
        j=j[order],
        bits=np.concatenate([part.bits for part in parts])[order],
        levels=np.concatenate([part.levels for part in parts])[order],
        comparisons=tuple(name for name in COMPARISONS if name in parts[0].comparisons),
    )


def _levels(one: dict[str, Any], weights: NDArray[np.float64]) -> NDArray[np.int8]:
    """Return which level has each weight: 0 for the last, which is "none of these", -1 for what is not known."""
    known = [level for level in one["comparison_levels"] if not level.get("is_null_level")]
    choices = [0.0, *(math.log2(level["m_probability"] / level["u_probability"]) for level in known)]
    numbers = np.array([-1, *range(len(known) - 1, -1, -1)], dtype=np.int8)
    away = np.abs(weights[:, None] - np.array(choices)[None, :])
    found: NDArray[np.int8] = numbers[np.argmin(away, axis=1)]
    return found
