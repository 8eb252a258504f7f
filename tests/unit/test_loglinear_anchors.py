"""Log-linear estimates come out as they were published, to a thousandth; other tables and other models do not."""

import numpy as np
import published_tables as published
import pytest

from sviedka.core.count.estimate.existence import examine_model
from sviedka.core.count.estimate.hierarchical_models import all_models, main_effects, spell_model
from sviedka.core.count.estimate.loglinear import fit_model, search_models
from sviedka.core.count.estimate.overlaps import count_frequencies
from sviedka.core.count.estimate.stepwise import choose_stepwise


def close(number):
    return pytest.approx(number, rel=1e-3)


def described(table, fit):
    return spell_model(fit.model, len(table.lists)), table.observed + fit.hidden.people, fit.bic


@pytest.mark.parametrize(
    ("table", "order", "place", "model", "people", "bic"),
    [
        (published.KOREA, 3, 0, "[12,23]", 157.1667, 57.14081),
        (published.KOSOVO, 3, 0, "[123,14,34]", 10_356.5, 203.030),
        (published.KOSOVO, 3, 1, "[123,134]", 12_741, 203.030 + 0.0837),
        (published.KOSOVO, 2, 0, "[12,13,14,23,34]", 14_341.7, 225.211),
        (published.UK5, 2, 0, "[12,13,23,25,34]", 22_991.3, 196.540),
        (published.UK5, 2, 1, "[12,13,25,35,45]", 12_262.4, 197.495),
        (published.UK5, 4, 0, "[123,25,34]", 25_311, 195.879),
        (published.WESTERN, 2, 0, "[15,2,3,4]", 2_483.384, 118.744),
        (published.DIABETES, 3, 0, "[13,24,34]", 2_472.2, 168.213),
        (published.ROME, 3, 0, "[1,2,3,4]", 11_124.6, 117.7995),
        (published.ROME, 3, 1, "[12,3,4]", 12_318.5, 119.935),
        (published.ARTIFICIAL, 3, 0, "[1,2,3]", 539.1, 46.405),
    ],
)
def test_the_models_with_the_lowest_bic_are_those_published(table, order, place, model, people, bic):
    found = search_models(table, order=order, most=place + 1)[place]
    assert described(table, found) == (model, close(people), close(bic))


@pytest.mark.parametrize(("table", "models"), [(published.KOREA, 6), (published.KOSOVO, 113)])
def test_as_many_models_have_an_estimate_as_published(table, models):
    assert len(search_models(table, order=3)) == models


@pytest.mark.parametrize(
    ("table", "model", "people", "bic"),
    [
        (published.KOREA, "[12,3]", 268.7778, 58.9686),
        (published.UK5, "[12,13,24,25,35,45]", 11_313, None),
        (published.WESTERN, "[15,2,3,4]", 2_483.384, 118.744),
    ],
)
def test_forward_choice_ends_where_it_was_published_to_end(table, model, people, bic):
    found = choose_stepwise(table.people)
    assert described(table, found)[:2] == (model, close(people))
    assert bic is None or found.bic == close(bic)


def downhill(table, order):
    """From no interactions to the neighbour, one term more or fewer, with the lowest BIC, for as long as it is lower."""
    fits = {fit.model: fit for fit in search_models(table, order=order)}
    here = fits[main_effects(len(table.lists))]
    while True:
        near = [fit for model, fit in fits.items() if len(set(model) ^ set(here.model)) == 1]
        best = min(near, key=lambda fit: fit.bic)
        if best.bic >= here.bic:
            return here
        here = best


@pytest.mark.parametrize(
    ("table", "order", "people"),
    [(published.KOSOVO, 3, 10_357), (published.KOSOVO, 2, 14_342), (published.UK5, 2, 12_262)],
)
def test_a_search_downhill_ends_where_it_was_published_to_end(table, order, people):
    assert described(table, downhill(table, order))[1] == close(people)


def test_a_search_downhill_misses_the_best_model_that_ours_finds():
    assert downhill(published.UK5, 2).bic > search_models(published.UK5, order=2, most=1)[0].bic + 0.9


def test_a_looser_threshold_ends_elsewhere():
    chosen = choose_stepwise(published.KOREA.people, threshold=0.9)
    assert described(published.KOREA, chosen)[:2] != ("[12,3]", close(268.7778))


def test_the_interval_of_one_model_is_that_of_the_report():
    best = search_models(published.KOSOVO, order=3, most=1)[0]
    low, high = (published.KOSOVO.observed + end for end in best.hidden.interval())
    assert (low, high) == (close(9_005), close(12_105))


def test_independence_of_all_four_lists_is_as_reproduced():
    fit = fit_model(main_effects(4), published.KOSOVO.people)
    assert published.KOSOVO.observed + fit.hidden.people == close(7_395)


@pytest.mark.parametrize(
    ("pairs", "exists", "identifiable"),
    [((6, 5, 3), True, False), ((6,), False, True), ((5, 3), True, True), ((), True, True)],
)
def test_existence_is_judged_as_in_the_paper(pairs, exists, identifiable):
    found = examine_model(tuple(sorted((*main_effects(3), *pairs))), published.ARTIFICIAL.people)
    assert (found.exists, found.identifiable) == (exists, identifiable)


def test_one_person_more_is_another_estimate():
    moved = published.KOREA.people.copy()
    moved[0b111] += 1
    fit = fit_model((0, 1, 2, 3, 4, 6), moved)
    assert 124 + fit.hidden.people != close(157.1667)


def test_pairs_of_five_lists_make_as_many_models_as_published():
    assert len(all_models(5, 2)) == 1_024


def test_nearly_everybody_in_rome_is_on_one_list_alone():
    assert (int(count_frequencies(published.ROME)[1]), published.ROME.observed) == (1_774, 1_896)


@pytest.mark.parametrize(("lists", "models"), [(2, 1), (3, 8), (4, 113), (5, 6893)])
def test_there_are_as_many_hierarchical_models_as_counted(lists, models):
    found = all_models(lists, lists)
    assert len(found) == models
    assert len(set(found)) == models


def test_the_fit_that_calls_itself_certain_is_right_by_the_linear_program():
    """The shortcut and the exact answer agree on every model of sparse tables, both ways."""
    verdicts = set()
    for people in np.random.default_rng(5).multinomial(60, np.arange(1, 9) / 36, size=30).astype(np.int64):
        people[0] = 0
        people[np.random.default_rng(int(people[1])).integers(1, 8, 3)] = 0
        for model in all_models(3, 3):
            fit = fit_model(model, people)
            sound = examine_model(model, people).sound
            verdicts.add((fit is not None and fit.certain, sound))
    assert (True, False) not in verdicts
    assert {(True, True), (False, False)} <= verdicts
