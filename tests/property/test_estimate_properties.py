"""What must not matter to an estimate does not matter to it: the order of lists, their names, when it is run."""

import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

sys.path.append(str(Path(__file__).parent.parent / "unit"))
from estimate_kit import EASY, codes, estimate, independent

from sviedka.core.count.capture import CaptureTable
from sviedka.core.count.estimate.ordering import rearrange, settle_order

FEW = settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))


def numbers(report):
    printed = report.to_json()
    for one in printed["methods"]:
        one["facts"].pop("model", None)  # is written by the places of the lists
    return {name: printed[name] for name in ("documented", "methods", "range", "sensitivity")}


@FEW
@given(st.permutations(range(4)), st.integers(0, 2**31))
def test_the_order_of_lists_and_their_names_change_nothing(order, seed):
    table = independent(0.5, 0.3, 0.3, 0.2, people=800)
    drawn = CaptureTable(lists=table.lists, people=table.people + (np.arange(16) == 6))
    before = numbers(estimate(table, drawn, seed=seed).report)
    moved = [rearrange(one, tuple(order)) for one in (table, drawn)]
    renamed = [CaptureTable(lists=("w", "x", "y", "z"), people=one.people) for one in moved]
    assert numbers(estimate(*renamed, seed=seed).report) == before


def test_the_same_seed_gives_the_same_report_and_another_seed_another():
    one, again, other = (estimate(EASY, seed=seed).report.to_json() for seed in (5, 5, 6))
    assert one == again
    assert one["methods"] != other["methods"]


@given(st.lists(st.integers(0, 4), min_size=7, max_size=7), st.permutations(range(3)))
def test_the_settled_order_does_not_depend_on_the_order_given(cells, order):
    """Even where lists cannot be told apart by their sizes: small numbers make many ties."""
    table = CaptureTable(lists=("a", "b", "c"), people=np.array([0, *cells], dtype=np.int64))
    moved = rearrange(table, tuple(order))
    settled, settled_moved = (rearrange(one, settle_order([one])).people.tolist() for one in (table, moved))
    assert settled == settled_moved


@pytest.mark.parametrize("place", [0, 1, 3])
def test_an_empty_list_more_is_refused_by_name(place):
    people = np.zeros(16, dtype=np.int64)
    for pattern in range(1, 8):
        high, low = pattern >> (3 - place), pattern & ((1 << (3 - place)) - 1)
        people[high << (4 - place) | low] = EASY.people[pattern]
    lists = [*"abc"]
    lists.insert(place, "nobody")
    report = estimate(CaptureTable(lists=tuple(lists), people=people)).report
    assert codes(report.refusal) == {"empty-list"}
    assert "nobody" in str(report.refusal[0].sentence)
    assert report.documented.decided == EASY.observed
