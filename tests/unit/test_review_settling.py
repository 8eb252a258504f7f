"""What holds after several people judged, some of them twice."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sviedka.core.base.schema import DoesNotFit, check, check_shown
from sviedka.core.catalogue import find_type
from sviedka.core.count.review.judgement import (
    Judgement,
    JudgementMalformed,
    Look,
    Record,
    Reviewer,
    Verdict,
    number_groups,
    parse_judgement,
    to_fields,
)
from sviedka.core.count.review.settling import settle

A, B, C = (Record("a" * 64, 1), Record("a" * 64, 2), Record("b" * 64, 1))


def said(groups, by="first", rank="1", records=(A, B, C), **rest):
    return Judgement(
        records=records, groups=groups, by=Reviewer(by), rank=rank, look=rest.pop("look", Look.BLIND), **rest
    )


def by_rule(groups, rank="9"):
    return said(groups, by="office", rank=rank, look=Look.RULE, rule="a rule")


def test_one_group_is_the_same_several_are_not_and_none_is_unsure():
    assert said((0, 0, 0)).verdict is Verdict.SAME
    assert said((0, 1, 0)).verdict is Verdict.NOT_SAME
    assert said(()).verdict is Verdict.UNSURE


def test_a_later_judgement_of_the_same_reviewer_holds_whatever_the_order():
    both = [said((0, 0, 0), rank="1"), said((0, 0, 1), rank="2")]
    for order in (both, both[::-1]):
        settled = settle(order)
        assert settled.same == ((A, B),)
        assert settled.apart == ((A, C), (B, C))
    assert settle(both[:1]).apart == ()


def test_two_who_differ_decide_nothing_until_a_third_looks():
    both = [said((0, 0, 0)), said((0, 1, 1), by="second")]
    settled = settle(both)
    assert settled.same == ((B, C),)
    assert settled.open == ((A, B), (A, C))
    assert settle([*both, said((0, 1, 1), by="third", look=Look.THIRD)]).open == ()


def test_who_is_unsure_where_another_is_sure_leaves_it_open():
    assert len(settle([said((0, 0, 0)), said((), by="second")]).open) == 3


def test_a_rule_holds_only_where_no_person_looked():
    assert settle([by_rule((0, 0, 0))]).same == ((A, B), (A, C), (B, C))
    assert settle([by_rule((0, 0, 0)), said((0, 1, 2))]).same == ()
    assert settle([by_rule((0, 0, 0)), said(())]).same == ()


def test_what_was_taken_back_decides_nothing():
    settled = settle([said((0, 0, 0)), said((), rank="2", taken_back=True)])
    assert (settled.same, settled.apart) == ((), ())
    with pytest.raises(JudgementMalformed):
        said((0, 0, 0), taken_back=True)


def test_what_counts_for_more_comes_first():
    third = said((0, 0), records=(B, C), by="third", look=Look.THIRD, rank="0")
    settled = settle([by_rule((0, 0, 0)), said((0, 0), records=(A, B)), third])
    assert settled.same == ((B, C), (A, B), (A, C))


@pytest.mark.parametrize(
    ("change", "named"),
    [
        pytest.param({"records": (B, A)}, "order", id="out of order"),
        pytest.param({"records": (A,), "groups": ()}, "one", id="one record"),
        pytest.param({"groups": (0,)}, "groups", id="too few groups"),
        pytest.param({"groups": (1, 0, 0)}, "groups", id="groups numbered otherwise"),
        pytest.param({"rule": "a rule"}, "rule", id="a person with a rule"),
    ],
)
def test_a_judgement_that_says_nothing_clear_is_refused(change, named):
    with pytest.raises(JudgementMalformed):
        replace(said((0, 0, 1)), **change)


RECORDS = st.builds(Record, st.sampled_from(["a" * 64, "b" * 64, "c" * 64]), st.integers(1, 2**31 - 1))


@st.composite
def judgements(draw):
    records = tuple(sorted(draw(st.sets(RECORDS, min_size=2, max_size=12))))
    marks = draw(st.lists(st.integers(0, 4), min_size=len(records), max_size=len(records)))
    groups = number_groups(marks) if draw(st.booleans()) else ()
    rule = draw(st.sampled_from([None, "a rule"]))
    return Judgement(
        records=records, groups=groups, by=Reviewer("u"), rank="r", rule=rule,
        look=draw(st.sampled_from([Look.BLIND, Look.THIRD])) if rule is None else Look.RULE,
        taken_back=not groups and draw(st.booleans()),
    )  # fmt: skip


@given(judgements())
def test_a_statement_gives_back_what_was_judged(judgement):
    fields = to_fields(judgement, run_sha256="d" * 64)
    check(find_type("judgement/1"), fields)
    check_shown(find_type("judgement/1"), fields)
    assert parse_judgement(fields, by="u", rank="r") == judgement


@pytest.mark.parametrize(
    "harm",
    [
        pytest.param({"verdict": "not-same"}, id="another verdict"),
        pytest.param({"lists": []}, id="no list"),
        pytest.param({"records": [[0, 1], [5, 1], [0, 3]]}, id="a list that is not named"),
        pytest.param({"records": "three"}, id="words"),
        pytest.param({"records": [[0, -1], [0, 1], [0, 2]]}, id="no such row"),
    ],
)
def test_a_statement_that_does_not_fit_together_is_malformed(harm):
    fields = to_fields(said((0, 0, 0)), run_sha256="d" * 64)
    assert parse_judgement(fields, by="first", rank="1") == said((0, 0, 0))
    with pytest.raises(JudgementMalformed):
        parse_judgement(fields | harm, by="first", rank="1")


@pytest.mark.parametrize(
    "harm",
    [
        pytest.param({"groups": [0, 0]}, id="too few groups"),
        pytest.param({"verdict": "unsure"}, id="unsure with groups"),
        pytest.param({"look": "rule"}, id="a rule without a name"),
    ],
)
def test_the_type_refuses_what_says_nothing_clear(harm):
    fields = to_fields(said((0, 0, 0)), run_sha256="d" * 64)
    with pytest.raises(DoesNotFit):
        check(find_type("judgement/1"), fields | harm)
