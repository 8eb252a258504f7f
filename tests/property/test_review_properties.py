"""Judgements on linkages: nothing crosses what people keep apart, merge then split is identity, nothing is lost."""

import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent.parent / "unit"))
from review_runs import invented_run, make_run

from sviedka.core.count.capture import tabulate_captures
from sviedka.core.count.review.constraining import first_seen
from sviedka.core.count.review.judgement import Judgement, Look, Reviewer, number_groups
from sviedka.link.judged import apply_judgements, records_of


def judge(run, numbers, groups, *, by="first", rank="1", look=Look.BLIND, **rest):
    numbers = np.array(numbers)
    records = records_of(run, numbers)
    marks = {records_of(run, np.array([n]))[0]: group for n, group in zip(numbers.tolist(), groups, strict=False)}
    return Judgement(
        records=records, groups=number_groups(marks[record] for record in records) if groups else (),
        by=Reviewer(by), rank=rank, look=look, **rest,
    )  # fmt: skip


def same_clusters(left, right):
    return first_seen(left).tolist() == first_seen(right).tolist()


def same_runs(left, right):
    return same_clusters(left.cluster_of, right.cluster_of) and all(
        same_clusters(one, other) for one, other in zip(left.draws, right.draws, strict=True)
    )


@pytest.fixture(scope="module")
def run():
    return invented_run()[0]


@pytest.fixture(scope="module")
def sizes(run):
    return np.bincount(first_seen(run.cluster_of))


def members(run, cluster):
    return np.flatnonzero(first_seen(run.cluster_of) == cluster).tolist()


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_merge_then_split_is_identity_in_the_decision(run, sizes, data):
    one, other = data.draw(st.lists(st.integers(0, len(sizes) - 1), min_size=2, max_size=2, unique=True))
    left, right = members(run, one), members(run, other)
    merge = judge(run, left + right, [0] * (len(left) + len(right)))
    merged = apply_judgements(run, [merge]).run
    assert len(set(merged.cluster_of[left + right].tolist())) == 1
    split = judge(run, left + right, [0] * len(left) + [1] * len(right), rank="2")
    assert same_clusters(apply_judgements(run, [merge, split]).run.cluster_of, run.cluster_of)
    assert same_clusters(apply_judgements(merged, [merge, split]).run.cluster_of, run.cluster_of)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_what_is_taken_back_leaves_no_trace_in_any_draw(run, sizes, data):
    numbers = data.draw(st.lists(st.integers(0, run.records - 1), min_size=2, max_size=8, unique=True))
    groups = data.draw(st.lists(st.integers(0, 2), min_size=len(numbers), max_size=len(numbers)))
    said = judge(run, numbers, groups)
    back = judge(run, numbers, (), rank="2", taken_back=True)
    assert same_runs(apply_judgements(run, [said, back]).run, run)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_not_the_same_is_kept_in_every_draw_and_no_machine_crosses_a_conflict(run, data):
    numbers = data.draw(st.lists(st.integers(0, run.records - 1), min_size=2, max_size=10, unique=True))
    groups = data.draw(st.lists(st.integers(0, 3), min_size=len(numbers), max_size=len(numbers)))
    judged = apply_judgements(run, [judge(run, numbers, groups)]).run
    by_people = {tuple(sorted((a, b))) for a in numbers for b in numbers}
    for labels in (judged.cluster_of, *judged.draws):
        for a, first in zip(numbers, groups, strict=True):
            for b, second in zip(numbers, groups, strict=True):
                assert (labels[a] == labels[b]) == (first == second)
        together = labels[run.conflicts.i] == labels[run.conflicts.j]
        for a, b in zip(run.conflicts.i[together].tolist(), run.conflicts.j[together].tolist(), strict=True):
            assert (a, b) in by_people


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_judgements_twice_are_judgements_once_and_their_order_is_none(run, data):
    said = []
    for number in range(data.draw(st.integers(1, 4))):
        numbers = data.draw(st.lists(st.integers(0, 60), min_size=2, max_size=5, unique=True))
        groups = data.draw(st.lists(st.integers(0, 1), min_size=len(numbers), max_size=len(numbers)))
        said.append(judge(run, numbers, groups, rank=str(number), by=data.draw(st.sampled_from(["first", "second"]))))
    once = apply_judgements(run, said).run
    assert same_runs(apply_judgements(run, data.draw(st.permutations(said))).run, once)
    assert same_runs(apply_judgements(once, said).run, once)


def test_the_sources_move_with_a_merge_and_come_back_with_the_split():
    run = make_run([0, 1, 2, 2], [(0, 1, 0.9)])
    names = ("a", "b", "c")
    captures = lambda one: tabulate_captures(names, list_of=one.list_of, cluster_of=one.cluster_of).people.tolist()  # noqa: E731
    assert captures(run) == [0, 2, 0, 0, 0, 0, 1, 0]
    merge = judge(run, [0, 1, 2], [0, 0, 0])
    merged = apply_judgements(run, [merge]).run
    assert captures(merged) == [0, 1, 0, 0, 0, 0, 0, 1]
    assert merged.records == run.records
    split = judge(run, [0, 1, 2], [0, 0, 1], rank="2")
    assert captures(apply_judgements(run, [merge, split]).run) == captures(run)


def test_father_and_son_are_joined_by_people_only():
    """0 and 1 are the father, 2 and 3 the son; a machine is nearly sure that all are one."""
    pairs = [(0, 1, 0.95), (2, 3, 0.95), (1, 2, 0.99), (0, 3, 0.99)]
    run = make_run([0, 1, 0, 1], pairs, conflicts=[(0, 2), (0, 3), (1, 2), (1, 3)])
    assert same_clusters(run.cluster_of, [0, 0, 1, 1])
    # A judgement about somebody else makes the machine look at both again: it still does not join them.
    other = make_run([0, 1, 0, 1, 2], [*pairs, (3, 4, 0.9)], conflicts=[(0, 2), (0, 3), (1, 2), (1, 3)])
    apart = apply_judgements(other, [judge(other, [3, 4], [0, 1])]).run
    assert same_clusters(apart.cluster_of, [0, 0, 1, 1, 2])
    judged = apply_judgements(run, [judge(run, [0, 1, 2, 3], [0, 0, 0, 0])]).run
    assert same_clusters(judged.cluster_of, [0, 0, 0, 0])
    assert all(same_clusters(draw, [0, 0, 0, 0]) for draw in judged.draws)


def test_a_split_takes_the_machines_likeliest_pairs_along():
    run = make_run([0, 1, 2], [(0, 1, 0.9), (1, 2, 0.6), (0, 2, 0.7)])
    assert same_clusters(run.cluster_of, [0, 0, 0])
    judged = apply_judgements(run, [judge(run, [0, 2], [0, 1])]).run
    assert same_clusters(judged.cluster_of, [0, 0, 1])


def test_people_who_contradict_each_other_are_reported_and_not_the_same_is_kept():
    run = make_run([0, 1, 2], [(0, 1, 0.9)])
    said = [judge(run, [0, 1], [0, 0]), judge(run, [1, 2], [0, 0], rank="2"), judge(run, [0, 2], [0, 1], rank="3")]
    judged = apply_judgements(run, said)
    assert judged.contradicted == 1
    assert judged.run.cluster_of[0] != judged.run.cluster_of[2]
    assert apply_judgements(run, said[:2]).contradicted == 0


def test_a_judgement_of_a_list_that_has_changed_is_counted_and_left_out():
    run = make_run([0, 1], [(0, 1, 0.9)])
    other = make_run([0, 1, 1], [(0, 1, 0.9)])
    elsewhere = judge(other, [1, 2], [0, 0])
    judged = apply_judgements(run, [elsewhere, judge(run, [0, 1], [0, 1])])
    assert (judged.applied, judged.elsewhere) == (1, 1)
    assert judged.run.people == 2
