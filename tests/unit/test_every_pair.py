"""Where people differ mildly, a model chosen by nobody finds them; the choice by BIC does not, and is not refuted either."""

import numpy as np
import published_tables as published
import pytest
from estimate_kit import independent

from sviedka.core.count.capture import CaptureTable
from sviedka.core.count.estimate.every_pair import estimate_every_pair
from sviedka.core.count.estimate.failures import NotEstimable
from sviedka.core.count.estimate.fit_judgement import judge_fit, measure_deviance
from sviedka.core.count.estimate.hierarchical_models import all_models, close_model, main_effects, richest_model
from sviedka.core.count.estimate.loglinear import fit_model, search_models
from sviedka.core.count.estimate.saturated import estimate_saturated

SELDOM, OFTEN = (0.18, 0.13, 0.11, 0.07, 0.06), (0.66, 0.48, 0.4, 0.26, 0.22)
MILD = CaptureTable(
    lists=tuple("abcde"), people=independent(*SELDOM, people=1_500).people + independent(*OFTEN, people=500).people
)
"""2,000 people of whom a quarter is caught nearly four times as often, as they are expected on five lists."""


def fit_of(table, *richest, seed=1):
    return judge_fit(richest, table.people, np.random.default_rng(seed))


def test_people_who_differ_mildly_are_found_only_where_nothing_was_chosen():
    hidden = estimate_every_pair(MILD)
    low, high = (MILD.observed + end for end in hidden.interval())
    assert low < 2_000 < high
    assert MILD.observed + hidden.people == pytest.approx(2_000, rel=0.05)
    chosen = search_models(MILD, order=2, most=1)[0]
    assert MILD.observed + chosen.hidden.people < 0.9 * 2_000


def test_with_three_lists_it_is_the_model_without_the_interaction_of_all():
    one, other = estimate_every_pair(published.HEPATITIS), estimate_saturated(published.HEPATITIS)
    assert (one.log, one.variance) == (pytest.approx(other.log, abs=1e-5), pytest.approx(other.variance, rel=1e-3))


@pytest.mark.parametrize("table", [published.KOREA, published.ARTIFICIAL])
def test_tables_on_which_it_has_no_maximum_give_no_number(table):
    with pytest.raises(NotEstimable):
        estimate_every_pair(table)


@pytest.mark.parametrize(("lists", "order"), [(3, 2), (3, 3), (4, 2), (4, 3), (5, 1), (5, 2)])
def test_the_richest_model_holds_every_model_of_its_order(lists, order):
    richest = set(richest_model(lists, order))
    assert all(richest >= set(model) for model in all_models(lists, order) if len(model) < 2**lists)
    assert tuple(sorted(richest)) in all_models(lists, min(order, lists - 1))


def test_a_model_is_closed_under_its_largest_terms():
    assert close_model((6, 5)) == (0, 1, 2, 4, 5, 6)


def test_the_pairs_of_kosovo_are_refuted_and_its_triples_are_not():
    """BIC puts all models of pairs 22 behind those of triples (Silverman, Chan and Vincent 2024)."""
    assert fit_of(published.KOSOVO, richest_model(4, 2)) == 1 / 2_000
    assert fit_of(published.KOSOVO, richest_model(4, 3)) > 0.01


def test_lists_that_catch_apart_refute_nothing():
    assert fit_of(independent(0.5, 0.4, 0.3, 0.2), main_effects(4)) > 0.5


def test_a_model_that_spends_every_cell_is_never_refuted():
    assert fit_of(published.HEPATITIS, richest_model(3, 2)) == 1.0


def test_true_models_are_refuted_as_seldom_as_promised():
    """Fifty tables drawn from a model: the share of fits below one in ten is about one in ten."""
    generator, model = np.random.default_rng(7), main_effects(4)
    chances = independent(0.4, 0.3, 0.2, 0.2).people / 1_000
    drawn = [CaptureTable(lists=tuple("abcd"), people=generator.poisson(1_000 * chances)) for _ in range(50)]
    fits = [fit_of(table, model, seed=seed) for seed, table in enumerate(drawn)]
    assert np.mean(np.array(fits) < 0.1) == pytest.approx(0.1, abs=0.1)
    assert min(fits) >= 0.001


def test_deviance_is_that_of_the_likelihood_ratio():
    people = np.array([0, 30, 20, 6, 40, 10, 8, 2], dtype=np.int64)
    fit = fit_model(main_effects(3), people)
    seen, means = people[1:], fit.means[1:]
    assert measure_deviance(fit, people) == pytest.approx(2 * float((seen * np.log(seen / means)).sum()), rel=1e-6)
