"""The latent class model finds what a census found, its chains agree, and chains that do not agree are seen."""

from dataclasses import replace

import numpy as np
import published_tables as published
import pytest

from sviedka.core.count.estimate.chain_quality import effective_size, potential_scale_reduction
from sviedka.core.count.estimate.latent_class import ChainPlan, sample_classes

SHORT = ChainPlan(chains=3, sweeps=600, warm_up=100, thin=5)


def drawn(table, plan, seed=1):
    return sample_classes(table.people, plan=plan, seeds=np.random.SeedSequence(seed))


def near(*numbers):
    return [pytest.approx(number, rel=0.1) for number in numbers]


KOSOVO_PLAN = ChainPlan(chains=4, sweeps=100_000, warm_up=10_000, thin=10, most_sweeps=300_000)


def test_kosovo_is_as_the_census_counted():
    """The Kosovo Memory Book names 10,401; the intervals are those that the method was reproduced with."""
    found = drawn(published.KOSOVO, KOSOVO_PLAN, seed=4)
    people = published.KOSOVO.observed + found.unseen
    assert float(np.median(people)) == pytest.approx(10_400, rel=0.05)
    assert found.r_hat <= 1.01
    assert found.settled
    assert list(np.quantile(people, [0.025, 0.975, 0.1, 0.9])) == near(8_836, 14_238, 9_451, 12_173)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(10, 20))
def test_kosovo_is_as_the_census_counted_whatever_the_seed(seed):
    found = drawn(published.KOSOVO, KOSOVO_PLAN, seed=seed)
    assert float(np.median(published.KOSOVO.observed + found.unseen)) == pytest.approx(10_400, rel=0.05)
    assert found.r_hat <= 1.01


def test_chains_go_on_until_they_agree_and_no_further():
    once = drawn(published.KOSOVO, SHORT)
    going = drawn(published.KOSOVO, replace(SHORT, most_sweeps=2_500))
    assert not once.agreed
    assert (once.unseen.shape[1], going.unseen.shape[1]) == (100, 480 - 20)
    assert (going.unseen[:, :100] == once.unseen).all()
    easy = ChainPlan(chains=2, sweeps=6_000, warm_up=1_000, thin=5, most_sweeps=60_000)
    agreed = drawn(published.SPINA_BIFIDA, easy)
    assert agreed.agreed
    assert agreed.unseen.shape[1] < 12_000 - 200


def test_hepatitis_is_as_reproduced():
    found = drawn(published.HEPATITIS, ChainPlan(chains=4, sweeps=60_000, warm_up=10_000, thin=10))
    assert list(np.quantile(found.unseen + 271, [0.5, 0.025, 0.975])) == near(514, 359, 856)


def test_the_same_seed_draws_the_same_however_many_threads_run():
    alone = drawn(published.KOREA, SHORT)
    together = drawn(published.KOREA, ChainPlan(chains=3, sweeps=600, warm_up=100, thin=5, workers=3))
    assert (alone.unseen == together.unseen).all()
    assert not (alone.unseen == drawn(published.KOREA, SHORT, seed=2).unseen).all()


def test_too_short_chains_are_not_called_settled():
    assert not drawn(published.KOSOVO, SHORT).settled


def test_chains_that_stand_apart_have_a_large_r_hat():
    noise = np.random.default_rng(1).normal(size=(4, 2_000))
    assert potential_scale_reduction(noise) == pytest.approx(1.0, abs=0.01)
    assert potential_scale_reduction(noise + np.array([[0.0], [0.0], [3.0], [3.0]])) > 1.5
    assert potential_scale_reduction(np.array([[1.0] * 10, [2.0] * 10])) == float("inf")


def test_draws_that_follow_from_the_one_before_count_less():
    """An autoregressive chain with factor r is worth (1 - r) / (1 + r) of its length."""
    generator, chains = np.random.default_rng(2), np.zeros((4, 20_000))
    noise = generator.normal(size=chains.shape)
    for step in range(1, chains.shape[1]):
        chains[:, step] = 0.8 * chains[:, step - 1] + noise[:, step]
    assert effective_size(chains) == pytest.approx(80_000 / 9, rel=0.15)
    assert effective_size(noise) == pytest.approx(80_000, rel=0.1)
