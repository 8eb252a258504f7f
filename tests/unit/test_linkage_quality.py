"""Measures of linkage agree with their definitions, pair by pair and record by record."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sviedka.core.count.quality import QualityMalformed, measure_blocking, measure_linkage

LABELS = st.integers(1, 30).flatmap(
    lambda n: st.tuples(*(st.lists(st.integers(0, 6), min_size=n, max_size=n) for _ in range(2)))
)


def measure(clusters, people):
    return measure_linkage(cluster_of=np.array(clusters), person_of=np.array(people))


def by_definition(clusters, people):
    """The measures as the papers write them, by listing every pair and every record."""
    records = range(len(people))
    pairs = list(combinations(records, 2))
    found = {pair for pair in pairs if clusters[pair[0]] == clusters[pair[1]]}
    true = {pair for pair in pairs if people[pair[0]] == people[pair[1]]}
    purity, cover = [], []
    for record in records:
        mine = {other for other in records if clusters[other] == clusters[record]}
        his = {other for other in records if people[other] == people[record]}
        purity.append(len(mine & his) / len(mine))
        cover.append(len(mine & his) / len(his))
    both = len(found & true)
    return (
        both / len(found) if found else 1.0,
        both / len(true) if true else 1.0,
        sum(purity) / len(purity),
        sum(cover) / len(cover),
    )


@given(LABELS)
def test_the_fast_measures_are_the_definitions(labels):
    got = measure(*labels)
    values = (got.pairs.precision, got.pairs.recall, got.b_cubed.precision, got.b_cubed.recall)
    assert values == pytest.approx(by_definition(*labels))


def test_one_person_in_two_clusters_costs_recall_and_adds_to_the_count():
    got = measure([0, 0, 1, 2], [7, 7, 7, 8])
    assert got.pairs.precision == 1.0
    assert got.pairs.recall == pytest.approx(1 / 3)
    assert (got.clusters, got.true_clusters, got.whole_clusters) == (3, 2, 1)
    assert got.count_bias == pytest.approx(0.5)


def test_two_people_in_one_cluster_cost_precision_and_take_from_the_count():
    got = measure([0, 0], [7, 8])
    assert (got.pairs.precision, got.pairs.f1) == (0.0, 0.0)
    assert got.count_bias == -0.5


@given(LABELS, st.permutations(range(7)))
def test_what_clusters_are_called_changes_nothing(labels, names):
    clusters, people = labels
    assert measure([names[cluster] for cluster in clusters], people) == measure(clusters, people)


def test_blocking_counts_each_pair_once_whichever_way_it_is_named():
    person = np.array([1, 1, 1, 2])
    got = measure_blocking(left=np.array([0, 1, 1, 3, 2]), right=np.array([1, 0, 2, 0, 2]), person_of=person)
    assert got.recall == pytest.approx(2 / 3)
    assert got.precision == pytest.approx(2 / 3)


def test_nothing_at_all_is_nothing_wrong():
    nothing = np.zeros(0, dtype=np.int64)
    got = measure_linkage(cluster_of=nothing, person_of=nothing)
    assert (got.clusters, got.pairs.f1, got.count_bias) == (0, 1.0, 0.0)


@pytest.mark.parametrize(
    "call",
    [
        pytest.param(lambda: measure([0, 1], [0]), id="two lengths"),
        pytest.param(
            lambda: measure_blocking(left=np.array([0]), right=np.array([4]), person_of=np.array([1, 1])),
            id="no such record",
        ),
    ],
)
def test_records_that_do_not_fit_are_refused(call):
    with pytest.raises(QualityMalformed):
        call()
