"""Moves of the latent class model leave a distribution as it is: from the prior they lead to the prior, by every number of it."""

import numpy as np
import pytest
from scipy.stats import ks_1samp, ks_2samp

from sviedka.core.count.estimate.latent_class_moves import draw_concentration, slide_class, swap_labels
from sviedka.core.count.estimate.latent_class_state import fresh_classes

CLASSES, LISTS, STARTS, PEOPLE = 4, 3, 3_000, 40
PRIOR = (2.0, 2.0)
NOBODY = (np.zeros((1, LISTS), dtype=np.bool_), np.zeros(1, dtype=np.int64))


def broken_stick(concentration, generator):
    sticks = generator.beta(1.0, concentration, size=CLASSES)
    sticks[-1] = 1.0
    return sticks * np.concatenate([[1.0], np.cumprod(1 - sticks)[:-1]])


def from_prior(generator, concentration=None):
    state = fresh_classes(CLASSES, NOBODY[0], generator)
    state.concentration[0] = generator.gamma(PRIOR[0], 1 / PRIOR[1]) if concentration is None else concentration
    state.share[:] = broken_stick(state.concentration[0], generator)
    state.members[:] = generator.multinomial(PEOPLE, state.share)
    state.captures[:] = generator.binomial(state.members[:, None], state.caught)
    return state


def alike(some, others):
    return ks_2samp(some, others).pvalue > 1e-4


@pytest.fixture(scope="module")
def slid():
    """States from the prior after thirty slides each, without anybody seen; how many slides were taken."""
    generator, taken, states = np.random.default_rng(1), 0, []
    for _ in range(STARTS):
        state = from_prior(generator, concentration=1.5)
        taken += sum(slide_class(*NOBODY, state, generator) for _ in range(30))
        states.append((state.share.copy(), state.caught.copy()))
    return states, taken / (30 * STARTS)


def test_sliding_a_class_leaves_shares_and_captures_as_the_prior_has_them(slid):
    states, taken = slid
    generator = np.random.default_rng(2)
    fresh = np.array([broken_stick(1.5, generator) for _ in range(STARTS)])
    for place in range(CLASSES):
        assert alike(np.array([share[place] for share, _ in states]), fresh[:, place])
        for one in range(LISTS):
            assert ks_1samp(np.array([caught[place, one] for _, caught in states]), lambda x: x).pvalue > 1e-4
    assert 0.5 < taken < 1


def test_a_distribution_that_is_not_the_prior_is_seen_to_be_another(slid):
    states, _ = slid
    generator = np.random.default_rng(2)
    other = np.array([broken_stick(1.2, generator)[0] for _ in range(STARTS)])
    assert not alike(np.array([share[0] for share, _ in states]), other)
    assert not ks_1samp(np.array([caught[0, 0] ** 1.2 for _, caught in states]), lambda x: x).pvalue > 1e-4


def test_the_concentration_is_drawn_as_the_prior_has_it():
    generator, before, after = np.random.default_rng(3), [], []
    for _ in range(STARTS):
        state = from_prior(generator)
        before.append(state.concentration[0])
        draw_concentration(state, PRIOR, 10, generator)
        after.append(state.concentration[0])
    assert alike(before, after)
    assert np.corrcoef(before, after)[0, 1] < 0.9
    assert not alike(before, np.array(after) * 1.2)


def test_neighbours_change_places_as_sticks_allow_and_take_their_captures_along():
    generator, before, after, changed = np.random.default_rng(4), [], [], 0
    for _ in range(STARTS):
        state = from_prior(generator, concentration=1.5)
        here, pairs = state.members.copy(), {(m, *c) for m, c in zip(state.members, state.captures, strict=True)}
        for _ in range(10):
            swap_labels(state, generator)
        before.append(here)
        after.append(state.members.copy())
        changed += bool((here != state.members).any())
        assert {(m, *c) for m, c in zip(state.members, state.captures, strict=True)} == pairs
    for place in range(CLASSES):
        assert alike([one[place] for one in before], [one[place] for one in after])
    assert changed > STARTS / 2
    assert not alike([one[0] for one in before], [one[1] for one in after])
