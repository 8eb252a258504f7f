"""Averages over graphs, sample coverage and bounds come out as published or as reproduced from the papers."""

import numpy as np
import published_tables as published
import pytest
from scipy.special import gammaln

from sviedka.core.count.estimate.decomposable_graphs import all_decomposable_graphs
from sviedka.core.count.estimate.failures import NotEstimable
from sviedka.core.count.estimate.graph_average import average_graphs, mean_by_squares
from sviedka.core.count.estimate.lower_bound import estimate_lower_bound
from sviedka.core.count.estimate.overlaps import count_lists, count_pairs
from sviedka.core.count.estimate.sample_coverage import estimate_by_coverage
from sviedka.core.count.estimate.two_lists import estimate_from_two

UNSEEN = np.arange(1.0, 301.0)


def gamma_prior(people, shape=13.14, scale=55.17):
    return gammaln(people + shape) - gammaln(people + 1) + people * np.log(scale) - (people + shape) * np.log(1 + scale)


def test_three_lists_are_averaged_as_madigan_and_york_did():
    found = average_graphs(published.SPINA_BIFIDA.people, delta=1, unseen=UNSEEN, log_prior=gamma_prior, saturated=True)
    people, best = found.unseen + 626, int(found.graph_weight.argmax())
    assert round(float(found.graph_weight[best]), 2) == 0.37
    assert round(mean_by_squares(people, found.by_graph[best])) == 731
    assert people[found.by_graph[best].argmax()] == 729
    assert round(mean_by_squares(people, found.weight)) == 731
    assert people[found.weight.argmax()] == 728


def test_another_prior_moves_the_average():
    found = average_graphs(published.SPINA_BIFIDA.people, unseen=UNSEEN, saturated=True)
    assert round(mean_by_squares(found.unseen + 626, found.weight)) != 731


def test_five_lists_are_averaged_as_reproduced():
    found = average_graphs(published.FIVE_LISTS.people, delta=0.5, unseen=UNSEEN)
    assert len(found.graphs) == 821
    assert found.unseen[found.weight.argmax()] + 537 == 614
    assert [found.quantile(share) + 537 for share in (0.5, 0.025, 0.975)] == [616, 588, 655]


def test_four_lists_are_averaged_as_reproduced():
    found = average_graphs(published.KOSOVO.people)
    assert [found.quantile(share) + 4_400 for share in (0.5, 0.025, 0.975)] == [12_595, 9_827, 16_544]


def test_numbers_that_are_spaced_say_what_every_single_number_says():
    spaced, every = (average_graphs(published.KOSOVO.people, unseen=unseen) for unseen in (None, np.arange(60_001.0)))
    assert spaced.unseen.size < every.unseen.size / 20
    shares = (0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99)
    assert [spaced.quantile(one) for one in shares] == pytest.approx([every.quantile(one) for one in shares], abs=1)
    assert spaced.hidden.log == pytest.approx(every.hidden.log, abs=1e-6)


@pytest.mark.parametrize(("lists", "graphs"), [(2, 2), (3, 8), (4, 61), (5, 822)])
def test_there_are_as_many_decomposable_graphs_as_counted(lists, graphs):
    assert len(all_decomposable_graphs(lists)) == graphs


def test_a_square_of_lists_is_not_decomposable():
    assert not any(sorted(graph.cliques) == [3, 6, 9, 12] for graph in all_decomposable_graphs(4))


@pytest.mark.parametrize(
    ("table", "bound"),
    [
        (published.KOREA, 137.45),
        (published.KOSOVO, 8_803),
        (published.UK5, 14_642),
        (published.WESTERN, 2_320),
        (published.HEPATITIS, 479),
    ],
)
def test_lower_bounds_are_as_reproduced(table, bound):
    assert table.observed + estimate_lower_bound(table).people == pytest.approx(bound, rel=1e-3)


def test_a_bound_needs_people_seen_twice():
    with pytest.raises(NotEstimable):
        estimate_lower_bound(published.table("abc", "100 5, 010 5, 001 5, 111 5"))


@pytest.mark.parametrize(
    ("table", "independence", "high", "low"),
    [(published.HEPATITIS, 407, 970.8, 507.8), (published.DIABETES, None, 2_609, 2_458)],
)
def test_sample_coverage_is_as_published(table, independence, high, low):
    found = estimate_by_coverage(table)
    assert (found.high, found.low) == (pytest.approx(high, rel=1e-3), pytest.approx(low, rel=1e-3))
    assert independence is None or found.independence == pytest.approx(independence, rel=1e-3)


def test_sample_coverage_refuses_lists_that_never_meet():
    with pytest.raises(NotEstimable):
        estimate_by_coverage(published.table("abc", "100 5, 010 5, 001 5"))


def test_two_lists_of_kosovo_span_what_was_reproduced():
    table = published.KOSOVO
    sizes = count_lists(table)
    numbers = [
        estimate_from_two(first=int(sizes[one]), second=int(sizes[other]), both=both)[0]
        for (one, other), both in count_pairs(table).items()
    ]
    assert (min(numbers), max(numbers)) == (pytest.approx(5_447, rel=1e-3), pytest.approx(9_622, rel=1e-3))
