"""Conflicts, clusters, thresholds: each rule by itself, on records that can be looked at."""

from itertools import combinations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sviedka.link.clustering import components, join_pairs
from sviedka.link.conflicts import find_conflicts
from sviedka.link.deciding import State, counting_threshold, decide, expected_quality, probabilities
from sviedka.link.facts import Conflict, conflicts_between, facts_of
from sviedka.link.recall import recall_of_two

ORDINARY = {"born": "1987-05-03", "sex": "m", "fathers": ["ivan"], "event": 100, "died": None}


def days(text):
    return None if text is None or len(text) == 4 else int(np.datetime64(text, "D").astype(int))


def facts(*records):
    full = [ORDINARY | record for record in records]
    return facts_of(
        pa.table(
            {
                "father_ids": pa.array([one["fathers"] for one in full], pa.list_(pa.string())),
                "sex": pa.array([one["sex"] for one in full], pa.string()),
                "born_year": pa.array(
                    [None if one["born"] is None else int(one["born"][:4]) for one in full], pa.int16()
                ),
                "born_day": pa.array([days(one["born"]) for one in full], pa.int32()),
                "event_date_first": pa.array([one["event"] for one in full], pa.int32()),
                "died_last": pa.array([one["died"] for one in full], pa.int32()),
            }
        )
    )


def numbers(*values):
    return np.array(values, dtype=np.int32)


def conflict(first, second):
    return Conflict(int(conflicts_between(facts(first, second), numbers(0), numbers(1))[0]))


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ({"born": "1987-05-03"}, {"born": "1987-09-21"}, Conflict.BORN),
        ({"born": "1987-05-03"}, {"born": "1961-05-03"}, Conflict.BORN | Conflict.GENERATION),
        ({"born": "1987"}, {"born": "1961"}, Conflict.GENERATION),
        ({"sex": "m"}, {"sex": "f"}, Conflict.SEX),
        ({"fathers": ["ivan"]}, {"fathers": ["piotr"]}, Conflict.PATRONYMIC),
        ({"died": 99}, {"event": 100}, Conflict.DIED),
    ],
)
def test_what_two_people_differ_in_is_a_conflict_both_ways(first, second, expected):
    assert conflict(first, second) == expected
    assert conflict(second, first) == expected


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({}, {}),
        ({"born": "1987-05-03"}, {"born": "1987-03-05"}),
        ({"born": "1987-05-03"}, {"born": "1987-05-08"}),
        ({"born": "1987-12-31"}, {"born": "1988-12-31"}),
        ({"born": "1987-05-03"}, {"born": "1990"}),
        ({"born": None}, {"born": "1961-05-03"}),
        ({"sex": None}, {"sex": "f"}),
        ({"fathers": None}, {"fathers": ["piotr"]}),
        ({"fathers": ["~pitr"]}, {"fathers": ["piotr"]}),
        ({"fathers": ["ivan", "iona"]}, {"fathers": ["iona"]}),
        ({"died": 100}, {"event": 100}),
    ],
)
def test_what_a_slip_or_a_gap_explains_is_none(first, second):
    assert conflict(first, second) == 0


def test_a_conflict_keeps_apart_what_a_third_record_would_join():
    # Father and son of one name; the middle record says neither patronymic nor date of birth.
    people = facts({"fathers": ["ivan"]}, {"fathers": None, "born": None}, {"fathers": ["piotr"]})
    pairs = numbers(0, 1), numbers(1, 2)
    found = find_conflicts(people, [pairs])
    assert (found.i.tolist(), found.j.tolist(), found.reason.tolist()) == ([0], [2], [Conflict.PATRONYMIC])
    assert join_pairs(people, pairs).tolist() == [0, 0, 2]
    assert components(3, pairs).tolist() == [0, 0, 0]  # without it, all three are one


def joined_plainly(count, pairs, conflicts):
    """Join as the module says, the slow way."""
    groups = [{record} for record in range(count)]
    for one, other in pairs:
        first, second = (next(group for group in groups if record in group) for record in (one, other))
        if first is second or any({a, b} <= first | second for a, b in conflicts):
            continue
        groups = [group for group in groups if group not in (first, second)] + [first | second]
    return [min(next(group for group in groups if record in group)) for record in range(count)]


PAIRS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(lambda pair: pair[0] < pair[1]), max_size=30)


PEOPLE = st.lists(
    st.fixed_dictionaries(
        {
            "fathers": st.sampled_from([None, ["ivan"], ["piotr"]]),
            "born": st.sampled_from([None, "1987-05-03", "1961"]),
            "sex": st.sampled_from([None, "m", "f"]),
        }
    ),
    min_size=10,
    max_size=10,
)


def sides_of(pairs):
    return tuple(numbers(*(pair[end] for pair in pairs)) for end in (0, 1))


def each_two(people):
    """Return all conflicts, the slow way."""
    two = list(combinations(range(len(people)), 2))
    return [pair for pair, found in zip(two, conflicts_between(facts(*people), *sides_of(two)), strict=True) if found]


@given(PEOPLE, PAIRS)
def test_joining_is_what_it_says(people, pairs):
    assert join_pairs(facts(*people), sides_of(pairs)).tolist() == joined_plainly(10, pairs, each_two(people))


def test_control_people_who_conflict_in_nothing_are_joined_as_they_hang_together():
    pairs = [(0, 1), (1, 2), (5, 7)]
    together = [0, 0, 0, 3, 4, 5, 6, 5, 8, 9]
    assert join_pairs(facts(*[{}] * 10), sides_of(pairs)).tolist() == together
    assert components(10, sides_of(pairs)).tolist() == together
    father_and_son = [{}, {"fathers": None, "born": None}, {"fathers": ["piotr"]}, *[{}] * 7]
    assert join_pairs(facts(*father_and_son), sides_of(pairs)).tolist() != together


@given(PEOPLE, PAIRS, st.integers(1, 10))
def test_conflicts_are_those_of_all_who_hang_together_unless_they_are_a_crowd(people, pairs, crowd):
    group = components(10, sides_of(pairs))
    found = find_conflicts(facts(*people), [sides_of(pairs)], crowd=crowd)
    asked = (np.bincount(group, minlength=10)[group] <= crowd).tolist()
    expected = [(a, b) for a, b in each_two(people) if group[a] == group[b] and asked[a]]
    assert list(zip(found.i.tolist(), found.j.tolist(), strict=True)) == expected
    assert (conflicts_between(facts(*people), found.i, found.j) == found.reason).all()


def simulated(seed, *, true=2_000, false=200_000):
    """Evidence of pairs whose truth is known, from the model that the probabilities assume."""
    rng = np.random.default_rng(seed)
    strength = 9.0
    odds = rng.normal(0, 3, true + false) + np.repeat([strength / 2 * 1.0, -strength / 2], [true, false])
    bits = strength * odds / 9 / np.log(2)  # two normal curves of variance 9, 9 apart: their log likelihood ratio
    return bits, np.repeat([True, False], [true, false])


def test_probabilities_are_as_often_right_as_they_say():
    bits, true = simulated(1)
    p = probabilities(bits, possible=float(len(bits)))
    assert p.sum() == pytest.approx(true.sum(), rel=0.1)
    likely = (p > 0.6) & (p < 0.9)
    assert true[likely].mean() == pytest.approx(p[likely].mean(), abs=0.05)


def test_at_the_threshold_as_many_links_are_wrong_as_are_missed():
    bits, true = simulated(2)
    p = probabilities(bits, possible=float(len(bits)))
    threshold = counting_threshold(p)
    wrong, missed = (~true[p >= threshold]).sum(), true[p < threshold].sum()
    assert abs(int(wrong) - int(missed)) <= 0.05 * true.sum()
    careful = (~true[p >= 0.99]).sum(), true[p < 0.99].sum()
    assert careful[1] > 10 * careful[0]  # what a threshold for certainty does to the count
    assert counting_threshold(p, recall=0.9) < threshold  # what was never compared is missed as well


def test_expected_quality_is_of_the_probabilities():
    assert expected_quality(np.array([1.0, 0.5, 0.1]), 0.4) == (0.75, pytest.approx(1.5 / 1.6))
    assert expected_quality(np.zeros(0), 0.4) == (1.0, 1.0)


def test_a_pair_in_conflict_is_asked_about_and_never_linked_by_machine():
    p = np.array([0.995, 0.995, 0.5, 0.1])
    states = decide(p, np.array([False, True, True, True]))
    assert states.tolist() == [State.AUTO, State.REVIEW, State.REVIEW, State.APART]


def test_two_independent_captures_tell_what_both_miss():
    rng = np.random.default_rng(3)
    first, second = rng.random(20_000) < 0.9, rng.random(20_000) < 0.5
    found = first | second
    estimated = recall_of_two(np.ones(found.sum()), first[found], second[found])
    assert estimated == pytest.approx(found.mean(), abs=0.01)
    assert recall_of_two(np.ones(5), np.ones(5, bool), np.zeros(5, bool)) is None
