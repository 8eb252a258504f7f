"""Kappa against its definition, its interval against the delta method worked out by differences."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sviedka.core.count.review.judgement import Judgement, Look, Record, Reviewer, Verdict
from sviedka.core.count.review.kappa import Z_95, cohen_kappa, measure_agreement

SAME, APART, UNSURE = Verdict
VERDICTS = st.lists(st.tuples(st.sampled_from(Verdict), st.sampled_from(Verdict)), min_size=12, max_size=60)


def from_cells(cells):
    observed = np.trace(cells)
    expected = cells.sum(axis=1) @ cells.sum(axis=0)
    return (observed - expected) / (1 - expected)


def by_differences(verdicts):
    """Kappa and its standard error: the gradient by differences, the covariance of a multinomial sample."""
    names = list(Verdict)
    cells = np.zeros((3, 3))
    for left, right in verdicts:
        cells[names.index(left), names.index(right)] += 1 / len(verdicts)
    gradient, step = np.zeros(9), 1e-6
    for place in range(9):
        more, less = cells.copy(), cells.copy()
        more.flat[place] += step
        less.flat[place] -= step
        gradient[place] = (from_cells(more) - from_cells(less)) / (2 * step)
    share = cells.ravel()
    covariance = np.diag(share) - np.outer(share, share)
    return from_cells(cells), np.sqrt(max(gradient @ covariance @ gradient, 0) / len(verdicts))


def test_the_textbook_table():
    verdicts = [(SAME, SAME)] * 20 + [(SAME, APART)] * 5 + [(APART, SAME)] * 10 + [(APART, APART)] * 15
    got = cohen_kappa(verdicts)
    assert (got.n, got.observed, got.expected) == (50, pytest.approx(0.7), pytest.approx(0.5))
    assert got.value == pytest.approx(0.4)
    assert (got.high - got.value) / Z_95 == pytest.approx(0.127, abs=5e-4)


@given(VERDICTS)
def test_value_and_interval_are_those_of_the_definition(verdicts):
    got = cohen_kappa(verdicts)
    if got.value is None:
        assert len({verdict for pair in verdicts for verdict in pair}) == 1
        return
    value, error = by_differences(verdicts)
    assert got.value == pytest.approx(value, abs=1e-6)
    assert got.low == pytest.approx(max(value - Z_95 * error, -1), abs=1e-4)
    assert got.high == pytest.approx(min(value + Z_95 * error, 1), abs=1e-4)


def test_one_verdict_throughout_says_nothing_about_agreement():
    got = cohen_kappa([(SAME, SAME)] * 9)
    assert (got.observed, got.value, got.low) == (1.0, None, None)


def records(number):
    return (Record("a" * 64, number), Record("b" * 64, number))


def said(number, groups, by, **rest):
    return Judgement(
        records=records(number), groups=groups, by=Reviewer(by), rank=rest.pop("rank", "1"),
        look=rest.pop("look", Look.BLIND), **rest,
    )  # fmt: skip


def test_rules_and_third_looks_are_nobodys_agreement():
    judged = [said(1, (0, 0), "first"), said(1, (0, 1), "office", look=Look.RULE, rule="a rule")]
    judged.append(said(1, (0, 0), "third", look=Look.THIRD))
    assert measure_agreement(judged).reviewers is None
    assert measure_agreement([*judged, said(1, (0, 0), "second")]).kappa.n == 1


def test_what_differs_is_listed_and_what_one_alone_judged_is_counted():
    judged = [said(number, (0, 0), "first") for number in (1, 2, 3)]
    judged += [said(1, (0, 0), "second"), said(2, (0, 1), "second")]
    got = measure_agreement(judged)
    assert got.reviewers == ("first", "second")
    assert got.differing == (records(2),)
    assert (got.kappa.n, got.once) == (2, 1)


def test_the_newest_counts_and_what_was_taken_back_does_not():
    judged = [said(1, (0, 1), "first"), said(1, (0, 0), "first", rank="2"), said(1, (0, 0), "second")]
    assert measure_agreement(judged).differing == ()
    assert measure_agreement([*judged, said(1, (), "second", rank="3", taken_back=True)]).kappa is None


def test_two_who_split_a_cluster_in_two_ways_differ():
    three = tuple(Record("a" * 64, row) for row in (1, 2, 3))
    judged = [
        Judgement(records=three, groups=groups, by=Reviewer(by), rank="1", look=Look.BLIND)
        for by, groups in (("first", (0, 0, 1)), ("second", (0, 1, 1)))
    ]
    got = measure_agreement(judged)
    assert got.kappa.observed == 1.0
    assert got.differing == (three,)
