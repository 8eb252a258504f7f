# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is compared of two records, and at which levels it agrees: the model of Fellegi and Sunter in Splink's words.

Only Splink's own levels and plain SQL, so that the same model runs on DuckDB and on Spark. A comparison whose column no list
has is left out.

Source: I. P. Fellegi, A. B. Sunter, A theory for record linkage, JASA 64 (1969), 1183-1210.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import splink.comparison_level_library as level
import splink.comparison_library as comparison
from splink import SettingsCreator
from splink.blocking_rule_library import CustomRule

from sviedka.link.rules import rules_for

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

RAREST: Final = 1e-5
"""A name counts as at least so common: that nobody else bears it, no list can know."""

COMPARISONS: Final = (
    "surname",
    "spelling",
    "given",
    "patronymic",
    "sex",
    "born",
    "place",
    "event",
    "facility",
    "identifier",
    "list",
)
"""All comparisons, in their order."""

TRAINING_BLOCKS: Final = (
    (frozenset({"surname_key", "given_key"}), "l.surname_key = r.surname_key AND l.given_key = r.given_key"),
    (frozenset({"born_day"}), "l.born_day = r.born_day"),
    (frozenset({"event_day", "place_key"}), "l.event_day = r.event_day AND l.place_key = r.place_key"),
)
"""Among which pairs the model is trained, with the columns that are needed. Two that have no column in common are enough."""

_SWAPPED: Final = (
    "substr(born_text_l, 1, 4) = substr(born_text_r, 1, 4) AND substr(born_text_l, 6, 2) = substr(born_text_r, 9, 2) "
    "AND substr(born_text_l, 9, 2) = substr(born_text_r, 6, 2)"
)
_EXCHANGED: Final = "name_pair_l = name_pair_r"
_BOTH_FULL: Final = "born_day_l IS NOT NULL AND born_day_r IS NOT NULL"


def settings_for(columns: Collection[str], *, prior: float, rounds: int = 30) -> SettingsCreator:
    """Return the model before it is trained.

    Args:
        columns: Those in which anything is known.
        prior: The probability that two records are of one person, before anything is compared.
        rounds: How often expectation maximisation goes round at most.
    """
    there = set(columns)
    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="rec",
        probability_two_random_records_match=prior,
        comparisons=[one for needs, one in _comparisons() if needs <= there],
        blocking_rules_to_generate_predictions=[
            CustomRule(rule.unpacked(), arrays_to_explode=list(rule.share) or None) for rule in rules_for(there)
        ],
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=True,
        max_iterations=rounds,
    )


def complete(model: dict[str, Any], *, sampled: float) -> dict[str, Any]:
    """Give a trained model what training had no pairs for.

    A level that no random pair reached is rarer than one in those sampled; one that no true pair reached says nothing.

    Args:
        model: As Splink writes it.
        sampled: How many random pairs u was counted over.
    """
    never = 0.5 / sampled
    for one in model["comparisons"]:
        for level_ in one["comparison_levels"]:
            if level_.get("is_null_level"):
                continue
            u = level_.get("u_probability") or never
            level_ |= {"m_probability": max(level_.get("m_probability") or u, never), "u_probability": u}
    return model


def _comparisons() -> Iterator[tuple[set[str], comparison.CustomComparison]]:
    """Yield each comparison with the columns that it needs, in the order of `COMPARISONS`."""
    yield {"surname_keys"}, _surname()
    yield {"surname_keys"}, _spelling()
    yield {"given_codes"}, _given()
    yield {"father_ids"}, _levels("patronymic", "father_ids", level.ArrayIntersectLevel("father_ids"))
    yield {"sex"}, _levels("sex", "sex", level.ExactMatchLevel("sex"))
    yield {"born_first"}, _born()
    yield {"place_key"}, _place()
    yield {"event_day"}, _event()
    yield (
        {"facility_key"},
        _levels("facility", "facility_key", _frequent(level.ExactMatchLevel("facility_key"), "facility_key")),
    )
    yield {"external_id"}, _identifier()
    yield {"list_no"}, _levels("list", "list_no", level.CustomLevel("list_no_l = list_no_r", "one list"))


def _levels(name: str, column: str, *levels: Any) -> comparison.CustomComparison:  # noqa: ANN401  # Splink has no public type
    return comparison.CustomComparison(
        output_column_name=name, comparison_levels=[level.NullLevel(column), *levels, level.ElseLevel()]
    )


def _frequent(one: Any, column: str) -> Any:  # noqa: ANN401
    """Let a rare name say more than a common one (Splink's term frequencies)."""
    return one.configure(tf_adjustment_column=column, tf_minimum_u_value=RAREST, disable_tf_exact_match_detection=True)


def _surname() -> comparison.CustomComparison:
    return _levels(
        "surname",
        "surname_keys",
        _frequent(level.ArrayIntersectLevel("surname_keys"), "surname_key"),
        level.CustomLevel(_EXCHANGED, "in the other column"),
        level.JaroWinklerLevel("surname_key", 0.95),
        level.JaroWinklerLevel("surname_key", 0.88),
    )


def _spelling() -> comparison.CustomComparison:
    """Whether a surname that has the same key is also spelt alike; says nothing where the key is another."""
    other = level.CustomLevel("coalesce(surname_key_l <> surname_key_r, true)", "another key")
    return comparison.CustomComparison(
        output_column_name="spelling",
        comparison_levels=[
            other.configure(is_null_level=True),
            level.CustomLevel("spelt_l = spelt_r", "spelt alike"),
            level.ElseLevel(),
        ],
    )


def _given() -> comparison.CustomComparison:
    """How given names agree; nothing where the names stand in each other's column, which the surname has counted."""
    unsaid = f"given_codes_l IS NULL OR given_codes_r IS NULL OR ({_EXCHANGED} AND given_code_l <> given_code_r)"
    return comparison.CustomComparison(
        output_column_name="given",
        comparison_levels=[
            level.CustomLevel(unsaid, "not known").configure(is_null_level=True),
            _frequent(level.ArrayIntersectLevel("given_codes"), "given_code"),
            level.JaroWinklerLevel("given_key", 0.92),
            level.JaroWinklerLevel("given_key", 0.8),
            level.ElseLevel(),
        ],
    )


def _born() -> comparison.CustomComparison:
    return _levels(
        "born",
        "born_first",
        level.ExactMatchLevel("born_day"),
        level.CustomLevel(_SWAPPED, "day and month exchanged"),
        level.CustomLevel(
            f"born_year_l = born_year_r AND {_BOTH_FULL} AND levenshtein(born_text_l, born_text_r) <= 2", "two digits"
        ),
        level.CustomLevel(f"born_year_l = born_year_r AND NOT ({_BOTH_FULL})", "the year, as far as known"),
        level.CustomLevel(
            "abs(born_year_l - born_year_r) = 1 AND substr(born_text_l, 6) = substr(born_text_r, 6)", "a year off"
        ),
        level.CustomLevel("abs(born_year_l - born_year_r) <= 1", "about the year"),
    )


def _place() -> comparison.CustomComparison:
    return _levels(
        "place",
        "place_key",
        _frequent(level.ExactMatchLevel("place_key"), "place_key"),
        level.JaroWinklerLevel("place_key", 0.9),
    )


def _event() -> comparison.CustomComparison:
    return _levels(
        "event",
        "event_day",
        _frequent(level.ExactMatchLevel("event_day"), "event_day"),
        level.CustomLevel("abs(event_day_l - event_day_r) <= 2", "two days off"),
        level.CustomLevel("abs(event_day_l - event_day_r) <= 10", "ten days off"),
    )


def _identifier() -> comparison.CustomComparison:
    """The digest of an identifier: no sample of pairs shows how rarely two people share one, so it is not trained."""
    same = level.ExactMatchLevel("external_id").configure(
        m_probability=0.98, u_probability=1e-7, fix_m_probability=True, fix_u_probability=True
    )
    other = level.ElseLevel().configure(
        m_probability=0.02, u_probability=1 - 1e-7, fix_m_probability=True, fix_u_probability=True
    )
    return comparison.CustomComparison(
        output_column_name="identifier", comparison_levels=[level.NullLevel("external_id"), same, other]
    )
