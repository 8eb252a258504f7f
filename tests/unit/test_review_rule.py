"""The rule decides plain cases, leaves the others to people, and never goes against a conflict."""

import numpy as np
import pytest
from review_runs import invented_run, make_run

from sviedka.core.count.review.queue import queue_cases
from sviedka.core.count.review.rule import judge_by_rule
from sviedka.link.judged import linked


def judged(run):
    cases = queue_cases(linked(run), np.random.default_rng(0), sample=1.0).cases
    return [judge_by_rule(case, linked(run)) for case in cases]


@pytest.mark.parametrize(
    ("pairs", "conflicts", "expected"),
    [
        pytest.param([(0, 1, 0.95), (1, 2, 0.9)], (), (0, 0, 0), id="sure pairs are the same"),
        pytest.param([(0, 1, 0.95), (1, 2, 0.3)], (), (0, 0, 1), id="a weak pair is not"),
        pytest.param([(0, 1, 0.95), (1, 2, 0.6)], (), (), id="what is between is left to people"),
        pytest.param([(0, 1, 0.95), (1, 2, 0.6)], [(1, 2)], (0, 0, 1), id="a conflict keeps apart"),
        pytest.param([(0, 1, 0.95), (1, 2, 0.95)], [(0, 2)], (), id="a conflict inside is left to people"),
    ],
)
def test_what_the_rule_says(pairs, conflicts, expected):
    assert judged(make_run([0, 1, 2], pairs, conflicts, cluster_of=[0, 0, 0])) == [expected]


def test_the_rule_never_joins_a_father_and_his_son():
    run, _ = invented_run()
    cases = queue_cases(linked(run), np.random.default_rng(0), sample=1.0).cases
    kept = 0
    for case in cases:
        groups = judge_by_rule(case, linked(run))
        group_of = dict(zip(case.records.tolist(), groups, strict=False))
        for place in case.conflicts.tolist():
            kept += 1
            if groups:
                assert group_of[int(run.conflicts.i[place])] != group_of[int(run.conflicts.j[place])]
    assert kept > 5
    assert any(groups for groups in judged(run))
