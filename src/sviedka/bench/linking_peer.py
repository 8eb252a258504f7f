# SPDX-License-Identifier: AGPL-3.0-or-later
"""Splink as its documentation shows it: names as they are written, its own name and date comparisons, five blocking rules.

Trained on a sample, as long lists have to be. Measured against, and used for nothing else.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import splink.comparison_library as comparison
from splink import Linker, SettingsCreator, block_on

from sviedka.link.clustering import components
from sviedka.link.engine import open_engine

if TYPE_CHECKING:
    from numpy.typing import NDArray


TRAINING_RECORDS: Final = 200_000
"""Of a million, its training compares each two born on one day and needs more than 8 GB."""


def link_raw_names(table: pa.Table, *, memory_mb: int, threads: int) -> NDArray[np.int32]:
    """Return the cluster of each record, linked from a probability of 0.5 on.

    Args:
        table: The fields of records, as text.
        memory_mb: What the engine may take.
        threads: How many work at once.
    """
    numbered = table.append_column("rec", pa.array(np.arange(table.num_rows, dtype=np.int32)))
    model = _train(numbered, memory_mb=memory_mb, threads=threads)
    with open_engine(numbered, memory_mb=memory_mb, threads=threads) as api, warnings.catch_warnings(action="ignore"):
        linker = Linker(api.register("records"), model, log_level=None)
        linker.training.estimate_probability_two_random_records_match([block_on("family", "given", "born")], recall=0.6)
        found = linker.inference.predict(threshold_match_probability=0.5)
        pairs = api.duckdb_con.sql(f"SELECT rec_l, rec_r FROM {found.physical_name}").to_arrow_table()  # noqa: S608  # its own name
    sides = (pairs["rec_l"].to_numpy().astype(np.int32), pairs["rec_r"].to_numpy().astype(np.int32))
    return components(table.num_rows, sides)


def _train(numbered: pa.Table, *, memory_mb: int, threads: int) -> dict[str, Any]:
    if numbered.num_rows > TRAINING_RECORDS:
        drawn = np.random.default_rng(1).choice(numbered.num_rows, TRAINING_RECORDS, replace=False)
        numbered = numbered.take(np.sort(drawn))
    with open_engine(numbered, memory_mb=memory_mb, threads=threads) as api, warnings.catch_warnings(action="ignore"):
        linker = Linker(api.register("records"), _settings(), log_level=None)
        linker.training.estimate_probability_two_random_records_match([block_on("family", "given", "born")], recall=0.6)
        linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
        linker.training.estimate_parameters_using_expectation_maximisation(block_on("family", "given"))
        linker.training.estimate_parameters_using_expectation_maximisation(block_on("born"))
        model: dict[str, Any] = linker.misc.save_model_to_json()
    return model


def _settings() -> SettingsCreator:
    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="rec",
        comparisons=[
            comparison.NameComparison("given"),
            comparison.NameComparison("family"),
            comparison.DateOfBirthComparison("born", input_is_string=True, invalid_dates_as_null=True),
            comparison.ExactMatch("place").configure(term_frequency_adjustments=True),
            comparison.DateOfBirthComparison("event_date", input_is_string=True),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("family", "given"),
            block_on("family", "born"),
            block_on("given", "born"),
            block_on("family", "event_date"),
            block_on("born", "event_date"),
        ],
        retain_matching_columns=False,
    )
