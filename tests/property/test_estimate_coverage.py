"""On invented populations whose size is known, the range holds the truth as often as it should, linkage errors and all."""

import sys

import numpy as np
import pytest

from sviedka.bench.coverage import Population, coverage_of, describe_populations, estimate_populations
from sviedka.bench.simulated_lists import TRUTH, simulate_linkage, train_once

POPULATIONS = 200


@pytest.mark.long
@pytest.mark.timeout(3_600)
def test_nine_of_ten_ranges_hold_the_truth(capsys):
    populations = estimate_populations(POPULATIONS)
    told = describe_populations(populations)
    with capsys.disabled():
        sys.stdout.write(
            "\n    ".join([f"\ncoverage {coverage_of(populations):.3f}", *(f"{name}: {told[name]}" for name in told)])
            + "\n"
        )
    assert coverage_of(populations) >= 0.9
    assert abs(told["bias of the linked count"]) <= 0.03


def population(low, high, refused=()):
    return Population(low=low, high=high, refused=refused, bias=0.01, methods={"m": low <= TRUTH <= high})


def test_ranges_that_miss_are_counted_as_missing():
    assert coverage_of([population(1_000, 3_000), population(2_001, 9_000)]) == 0.5
    told = describe_populations([population(1_000, 3_000), population(2_001, 9_000, ("too-wide",))])
    assert (told["refused"], told["coverage where a range is given"], told["m alone"]) == (0.5, 1.0, "0.50 of 2")


def test_the_linked_count_is_within_three_percent_of_the_people_seen():
    model = train_once()
    linked = [simulate_linkage(np.random.default_rng(seed), model) for seed in range(2)]
    biases = [np.mean([table.observed for table in one.tables[1:]]) / one.seen - 1 for one in linked]
    assert abs(np.mean(biases)) <= 0.03
    assert all(len(one.tables) == 21 for one in linked)
    assert len({table.observed for table in linked[0].tables}) > 1
