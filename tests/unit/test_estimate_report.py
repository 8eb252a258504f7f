"""A report gives a range where the data carry one, and says in plain words why not where they do not."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import published_tables as published
import pytest
from estimate_kit import COUNTED, EASY, LITTLE, codes, estimate, every_refusal, every_warning, independent

from sviedka.core.count.capture import CaptureMalformed, CaptureTable
from sviedka.core.count.estimate.chain_quality import effective_size, potential_scale_reduction
from sviedka.core.count.estimate.estimating import estimate_people
from sviedka.core.count.estimate.hidden import Hidden
from sviedka.core.count.estimate.latent_class import ChainPlan, ClassPosterior
from sviedka.core.count.estimate.method import MethodResult, Role
from sviedka.core.count.estimate.pooling import pool
from sviedka.core.count.estimate.refusals import judge_methods
from sviedka.core.count.estimate.refuting import methods_of_range
from sviedka.core.count.estimate.report import envelope_of
from sviedka.core.count.estimate.saturated import estimate_saturated
from sviedka.core.count.estimate.warnings import warn_of_methods, warn_of_tables

TWENTY = [EASY] * 21


def told(name, people, low=None, high=None, **facts):
    ends = {"low": low or people * 0.9, "high": high or people * 1.1}
    return MethodResult(name=name, role=Role.TOTAL, people=people, facts=facts, **ends)


def refuted(name, people):
    return replace(told(name, people, fit=0.0005), refuted=True)


def chains(shift=0.0, length=2_000):
    noise = np.random.default_rng(1).normal(5, 0.1, size=(4, length)) + shift * np.arange(4)[:, None]
    unseen = np.rint(np.exp(noise)).astype(np.int64)
    logs = np.log(unseen + 0.5)
    return ClassPosterior(unseen=unseen, r_hat=potential_scale_reduction(logs), effective=effective_size(logs))


def test_lists_that_say_something_give_a_range_around_the_truth():
    report = estimate(*TWENTY).report
    assert report.refusal == ()
    low, high = report.published_range
    assert low < 1_000 < high
    assert report.documented.decided == EASY.observed < low
    assert [str(xi) for xi, _, _ in report.sensitivity] == ["1/2", "2/3", "1", "3/2", "2"]
    assert report.sensitivity[2][1:] == (low, high)
    assert [one.name for one in report.methods] == [
        "chao-lower-bound",
        "log-linear",
        "every-pair",
        "graph-average",
        "latent-class",
        "no-highest-interaction",
    ]
    assert [one.name for one in report.ranged] == ["log-linear", "every-pair", "graph-average", "latent-class"]


def test_the_report_says_what_it_counts_until_when_and_how_sure():
    printed = estimate(*TWENTY).report.to_json()
    assert printed["counted"] == {
        "unit": "person",
        "what": "detained (invented)",
        "where": "Exampleland",
        "until": "2021-03-31",
    }
    assert (printed["level"], printed["seed"], printed["draws"]) == (0.95, 1, 20)


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ("11 30, 10 50, 01 50", "few-lists"),
        ("100 30, 010 30, 001 30, 110 2, 101 2", "few-overlaps"),
        ("100 30, 010 30, 001 30, 111 9", "nobody-twice"),
        ("100 30, 010 30, 110 20", "empty-list"),
    ],
)
def test_a_table_that_carries_no_total_is_refused_and_keeps_its_minimum(cells, code):
    table = published.table("abc"[: len(cells.split()[0])], cells)
    report = estimate(table).report
    assert code in codes(report.refusal)
    assert (report.published_range, report.sensitivity, report.methods) == (None, (), ())
    assert report.documented.decided == table.observed


def test_more_lists_than_anybody_can_fill_are_refused_before_any_work():
    people = np.zeros(1 << 11, dtype=np.int64)
    people[[1 << one for one in range(11)] + [3, 6, 12, 24, 48]] = 9
    report = estimate(CaptureTable(lists=tuple("abcdefghijk"), people=people)).report
    assert codes(report.refusal) == {"many-lists"}
    assert report.methods == ()


def test_one_draw_that_carries_nothing_is_enough_to_refuse():
    assert "nobody-twice" in codes(estimate(EASY, published.table("abc", "100 9, 010 9, 001 9, 111 9")).report.refusal)


@pytest.mark.parametrize(
    ("totals", "seen", "code"),
    [
        ((told("log-linear", 1_000), told("latent-class", 3_100)), chains(), "methods-apart"),
        ((told("log-linear", 1_000, 500, 2_600), told("latent-class", 900)), chains(), "too-wide"),
        ((told("log-linear", 1_000), told("graph-average", 900)), chains(shift=0.4), "chains-apart"),
        ((MethodResult(name="log-linear", role=Role.TOTAL), told("a", 900), told("b", 950)), chains(), "no-maximum"),
        ((told("log-linear", 1_000), MethodResult(name="latent-class", role=Role.TOTAL)), chains(), "one-method"),
        ((told("log-linear", 1_000), told("every-pair", 1_100)), chains(), "one-method"),
    ],
)
def test_methods_that_carry_no_total_are_refused(totals, seen, code):
    assert codes(judge_methods(totals, seen, envelope_of(totals))) == {code}


def test_methods_that_agree_are_not_refused():
    totals = (told("log-linear", 1_000), told("latent-class", 1_100))
    assert judge_methods(totals, chains(), envelope_of(totals)) == ()


def test_a_method_that_the_table_refutes_makes_no_range_and_no_refusal():
    totals = (refuted("log-linear", 9_000), told("graph-average", 1_000), told("latent-class", 1_100))
    assert envelope_of(totals) == (900, pytest.approx(1_210))
    assert judge_methods(totals, chains(), envelope_of(totals)) == ()
    believed = (told("log-linear", 9_000), *totals[1:])
    assert codes(judge_methods(believed, chains(), envelope_of(believed))) == {"methods-apart", "too-wide"}


@pytest.mark.parametrize(
    "others",
    [
        (refuted("graph-average", 1_000), told("latent-class", 1_100)),
        (told("every-pair", 1_100),),
        (),
    ],
)
def test_where_too_few_kinds_of_methods_are_left_none_is_left_out(others):
    totals = (refuted("log-linear", 2_000), *others)
    assert methods_of_range(totals) == totals
    assert envelope_of(totals)[1] == pytest.approx(2_200)


def test_a_bound_and_a_reading_never_make_the_range():
    beside = [replace(told("x", 5_000), role=role) for role in (Role.BOUND, Role.READING)]
    assert methods_of_range([*beside, told("log-linear", 900), told("latent-class", 950)]) == (
        told("log-linear", 900),
        told("latent-class", 950),
    )


def test_chains_that_stand_apart_give_no_number():
    hurried = replace(LITTLE, chains=ChainPlan(chains=2, sweeps=60, warm_up=10, thin=5))
    found = next(one for one in estimate(published.KOSOVO, plan=hurried).report.methods if one.name == "latent-class")
    assert not found.estimated
    assert found.reason is not None


def test_a_copy_is_no_list_and_its_people_count_for_its_origin():
    copied = CaptureTable(lists=("a", "b", "c", "d"), people=np.repeat(EASY.people, 2) * np.tile([1, 0], 8))
    copied.people[0b1001] = copied.people[0b1000]
    copied.people[0b1000] = 0
    copied.people[0b0001] = 7
    report = estimate(copied, copied_from={"d": "a"}).report
    assert report.lists == ("a", "b", "c")
    assert report.documented.decided == EASY.observed + 7
    assert "copied-list" in codes(report.warnings)
    assert "copied-list" not in codes(estimate(EASY).report.warnings)


@pytest.mark.parametrize("copied", [{"x": "a"}, {"a": "x"}, {"a": "b", "b": "a"}])
def test_copies_of_nothing_and_in_a_circle_are_malformed(copied):
    with pytest.raises(CaptureMalformed):
        estimate(EASY, copied_from=copied)


def test_two_copies_leave_too_few_lists():
    assert "few-lists" in codes(estimate(EASY, copied_from={"b": "a", "c": "b"}).report.refusal)


MEETING = "100 50, 010 50, 001 50, 110 9, 101 9, 011 9, 111 5"


@pytest.mark.parametrize(
    ("tables", "code"),
    [
        ([EASY], "few-draws"),
        ([published.table("abc", "100 50, 010 50, 001 50, 110 9, 101 9")] * 21, "lists-never-meet"),
        ([published.table("abc", "100 50, 010 50, 001 1, 110 9, 101 19, 111 30")] * 21, "looks-copied"),
        ([published.table("abc", "100 900, 010 5, 001 5, 110 9, 101 9, 011 1")] * 21, "one-list-dominates"),
        (
            [published.table("abc", MEETING), published.table("abc", MEETING.replace("50", "70"))] * 11,
            "documented-spreads",
        ),
    ],
)
def test_each_doubt_about_the_lists_is_told(tables, code):
    assert codes(warn_of_tables(tables, {})) == {code}


def test_lists_without_doubt_are_not_doubted():
    assert warn_of_tables([published.table("abc", MEETING)] * 21, {}) == ()


class _Fit:
    def __init__(self, bic, people):
        self.bic, self.hidden = bic, Hidden(log=float(np.log(people)), variance=0.1)


@pytest.mark.parametrize(
    ("results", "top", "seen", "code"),
    [
        (
            (MethodResult(name="chao-lower-bound", role=Role.BOUND, people=990.0), told("graph-average", 880)),
            (),
            chains(),
            "below-bound",
        ),
        ((told("latent-class", 900, linkage_share=0.7),), (), chains(), "linkage-doubt"),
        ((told("latent-class", 900, resamples_without=3.0),), (), chains(), "resamples-left-out"),
        (
            (refuted("log-linear", 9_000), told("graph-average", 980), told("latent-class", 990)),
            (),
            chains(),
            "refuted-left-out",
        ),
        ((refuted("log-linear", 900), told("latent-class", 990)), (), chains(), "refuted-kept"),
        ((), (_Fit(10.0, 500), _Fit(11.5, 900)), chains(), "models-tied"),
        ((), (_Fit(10.0, 500),), chains(), "one-model"),
        ((), (), chains(length=40), "few-effective"),
    ],
)
def test_each_doubt_about_the_methods_is_told(results, top, seen, code):
    assert codes(warn_of_methods(results, top, seen, 500)) == {code}


def test_methods_without_doubt_are_not_doubted():
    fits = (_Fit(10.0, 500), _Fit(11.5, 520), _Fit(19.0, 9_000))
    results = (
        MethodResult(name="chao-lower-bound", role=Role.BOUND, people=800.0),
        told("latent-class", 980, linkage_share=0.2, fit=0.3),
    )
    assert warn_of_methods(results, fits, chains(), 500) == ()


def test_every_code_of_a_refusal_and_a_warning_is_brought_about_above():
    here = Path(__file__).read_text()
    known = every_refusal() | every_warning()
    assert len(known) == 24
    assert [code for code in sorted(known) if f'"{code}"' not in here] == []


def test_numbers_of_people_in_warnings_are_written_in_groups():
    told_of = warn_of_methods((), (_Fit(10.0, 9_500), _Fit(11.5, 19_000)), None, 500)
    assert str(told_of[0].sentence) == "Log-linear models that fit equally well say from 10\u202f000 to 19\u202f500."
    spread = [published.table("abc", MEETING.replace("50", size)) for size in ("5000", "6000")]
    assert "15\u202f032" in str(warn_of_tables(spread * 11, {})[-1].sentence)


def test_draws_that_differ_widen_the_interval_by_rubins_rule():
    same = pool([Hidden(log=7.0, variance=0.04)] * 20)
    apart = pool([Hidden(log=7.0 + 0.1 * (-1) ** one, variance=0.04) for one in range(20)])
    assert (same.between, same.total) == (0.0, pytest.approx(0.04))
    between = 20 / 19 * 0.01
    assert apart.total == pytest.approx(0.04 + 1.05 * between)
    low, high = same.interval(0.392, 0.392)
    wide_low, wide_high = apart.interval(0.392, 0.392)
    assert wide_low < low < high < wide_high
    assert (np.log(low), np.log(high)) == (pytest.approx(7 - 0.392), pytest.approx(7 + 0.392))


def test_the_reading_without_the_highest_interaction_is_as_reproduced():
    hidden = estimate_saturated(published.KOSOVO)
    numbers = [4_400 + number for number in (hidden.people, *hidden.interval())]
    assert numbers == [pytest.approx(number, rel=1e-3) for number in (16_942, 9_360, 36_116)]


def test_tables_over_different_lists_are_no_draws_of_one_linkage():
    with pytest.raises(CaptureMalformed):
        estimate(EASY, independent(0.5, 0.4))
    with pytest.raises(CaptureMalformed):
        estimate_people([], counted=COUNTED, seed=1)


def test_six_lists_are_estimated_by_forward_choice():
    table = independent(0.4, 0.3, 0.3, 0.2, 0.2, 0.2, people=3_000)
    methods = {one.name: one for one in estimate(table).report.methods}
    assert methods["log-linear"].people == pytest.approx(3_000, rel=0.1)
    assert methods["graph-average"].reason is not None
