"""The queue: what changes the count most stands first, each case says why, and what nobody doubts is drawn by lot."""

import numpy as np
import pytest
from review_runs import invented_run, make_run

from sviedka.core.count.review.queue import Queue, Why, queue_cases
from sviedka.link.judged import linked


def queue(run, **options):
    return queue_cases(linked(run), np.random.default_rng(0), **options).cases


def test_what_changes_the_count_most_stands_first():
    run = make_run(
        [0, 1, 0, 1, 0, 1],
        [(0, 1, 0.99), (2, 3, 0.9), (4, 5, 0.55)],
        draws=[[0, 0, 1, 1, 2, 2], [0, 0, 1, 1, 2, 3], [0, 0, 1, 4, 2, 3], [0, 0, 1, 1, 2, 2]],
    )
    cases = queue(run, sample=0.0)
    assert [case.records.tolist() for case in cases] == [[4, 5], [2, 3], [0, 1]]
    assert [case.change for case in cases] == [0.5, 0.25, 0.0]
    assert cases[0].why & Why.COUNT
    assert not cases[2].why & Why.COUNT


def test_a_bridge_is_seen_and_a_ring_is_none():
    bridge = make_run([0, 1, 2], [(0, 1, 0.999), (1, 2, 0.6)])
    ring = make_run([0, 1, 2], [(0, 1, 0.999), (1, 2, 0.6), (0, 2, 0.6)])
    assert queue(bridge)[0].why & Why.BRIDGE
    assert not queue(ring)[0].why & Why.BRIDGE


def test_each_reason_is_given_where_it_holds_and_only_there():
    run = make_run([0, 1, 2, 2, 1], [(0, 1, 0.7), (1, 2, 0.7), (2, 3, 0.7), (3, 4, 0.7)], conflicts=[(0, 4)])
    (case,) = queue(run)
    assert case.why == Why.LARGE | Why.WIDE | Why.TWICE | Why.CONFLICT | Why.BRIDGE
    (small,) = queue(make_run([0, 1], [(0, 1, 0.7)]))
    assert small.why == Why.BRIDGE


def test_records_far_apart_are_no_case():
    assert queue(make_run([0, 1, 0], [(0, 1, 0.05)])) == ()


def test_a_sample_of_what_nobody_doubts_is_drawn_from_a_seed():
    pairs = [(2 * n, 2 * n + 1, 1.0) for n in range(100)]
    run = make_run([0, 1] * 100, pairs)
    drawn = queue(run, sample=0.1)
    assert [case.why for case in drawn] == [Why.SAMPLE] * 10
    again, other = queue(run, sample=0.1), queue_cases(linked(run), np.random.default_rng(1), sample=0.1).cases
    firsts = [[int(case.records[0]) for case in cases] for cases in (drawn, again, other)]
    assert firsts[0] == firsts[1] != firsts[2]


def test_no_more_cases_than_asked_for():
    run, _ = invented_run()
    whole, few = queue(run, sample=0.0), queue(run, most=5, sample=0.0)
    assert [case.records.tolist() for case in few] == [case.records.tolist() for case in whole[:5]]
    assert len(whole) > 50
    changes = [case.change for case in whole]
    assert changes == sorted(changes, reverse=True)


def test_what_waits_and_what_is_too_large_is_said():
    run, _ = invented_run()
    whole = queue_cases(linked(run), np.random.default_rng(0), sample=0.0)
    few = queue_cases(linked(run), np.random.default_rng(0), most=5, sample=0.0)
    assert (whole.waiting, whole.too_large) == (0, 0)
    assert few.waiting == len(whole.cases) - 5
    chain = make_run([0, 1] * 150, [(n, n + 1, 0.6) for n in range(299)])
    assert queue_cases(linked(chain), np.random.default_rng(0)) == Queue(cases=(), waiting=0, too_large=1)


def test_to_judge_the_queue_in_its_order_nears_the_truth_faster_than_by_lot():
    """With the same number of cases judged truly, the count comes nearer where the queue says."""
    run, truth = invented_run(people=1200, draws=20)
    cases = queue(run, sample=0.0)

    def wrong_after(chosen):
        labels = run.cluster_of.astype(np.int64).copy()
        people = len(np.unique(labels))
        for case in chosen:
            people += len(np.unique(truth.person_of[case.records])) - len(np.unique(run.cluster_of[case.records]))
        return abs(people - truth.captured)

    lot = np.random.default_rng(5)
    quarter = len(cases) // 4
    by_lot = np.mean([wrong_after([cases[n] for n in lot.permutation(len(cases))[:quarter]]) for _ in range(50)])
    assert wrong_after(()) > 10
    assert wrong_after(cases) == pytest.approx(0, abs=3)
    assert wrong_after(cases[:quarter]) < by_lot
