"""Who may judge what: two reviewers blindly, a third only what they saw differently."""

import numpy as np
import pytest
from review_runs import invented_run, make_run

from sviedka.core.count.review.judgement import Look, Reviewer
from sviedka.core.count.review.settling import settle
from sviedka.link.judged import apply_judgements
from sviedka.link.reviewing import NotTheirs, Sitting, judge_all_by_rule, queue_run, review_cases


@pytest.fixture(scope="module")
def made():
    run, truth = invented_run(people=200)
    return run, truth, review_cases(run, queue_run(run, b"a run", most=100))


class Log:
    """Keeps judgements in order, each with its rank, as the archive does."""

    def __init__(self):
        self.said = []

    def sit(self, cases, me, look=Look.BLIND):
        return Sitting(cases=cases, said=list(self.said), me=Reviewer(me), look=look, record=self.keep)

    def keep(self, judgement):
        from dataclasses import replace

        self.said.append(replace(judgement, rank=f"{len(self.said):06d}"))


def judge_truly(sitting, truth, wrong_every=0):
    number = 0
    while sitting.current is not None:
        number += 1
        people = truth.person_of[sitting.current.case.records].tolist()
        sitting.judge(["all"] * len(people) if wrong_every and number % wrong_every == 0 else people)


def test_two_reviewers_who_know_the_truth_bring_the_count_there(made):
    run, truth, cases = made
    log = Log()
    for me in ("first", "second"):
        judge_truly(log.sit(cases, me), truth)
    judged = apply_judgements(run, log.said)
    before, after = abs(run.people - truth.captured), abs(judged.run.people - truth.captured)
    assert before >= 2
    assert after < before  # a pair below LEAST_P is never looked at
    assert (judged.contradicted, judged.open) == (0, 0)
    spreads = [np.ptp([len(np.unique(draw)) for draw in one.draws]) for one in (run, judged.run)]
    assert spreads[0] > 5
    assert spreads[1] < spreads[0]  # what is left lies below LEAST_P


def test_a_case_that_two_people_judged_is_shown_to_no_third(made):
    _, truth, cases = made
    log = Log()
    for me in ("first", "second"):
        judge_truly(log.sit(cases, me), truth)
    assert log.sit(cases, "third").todo == []
    assert log.sit(cases, "first").todo == []


def test_what_two_saw_differently_waits_for_somebody_else(made):
    run, truth, cases = made
    log = Log()
    judge_truly(log.sit(cases, "first"), truth)
    judge_truly(log.sit(cases, "second"), truth, wrong_every=3)
    assert settle(log.said).open
    for me in ("first", "second"):
        with pytest.raises(NotTheirs):
            log.sit(cases, me, Look.THIRD)
    third = log.sit(cases, "third", Look.THIRD)
    assert 0 < len(third.todo) < len(cases)
    judge_truly(third, truth)
    assert abs(apply_judgements(run, log.said).run.people - truth.captured) <= 1
    assert settle(log.said).open == ()
    assert log.sit(cases, "third", Look.THIRD).todo == []


def test_what_is_taken_back_is_to_be_judged_again(made):
    cases = made[2]
    log = Log()
    sitting = log.sit(cases, "first")
    assert not sitting.undo()
    sitting.judge(())
    assert sitting.undo()
    assert log.sit(cases, "first").todo == list(range(len(cases)))


def test_the_rule_judges_all_cases_and_takes_none_from_a_person(made):
    run, _, cases = made
    log = Log()
    for judgement in judge_all_by_rule(run, cases):
        log.keep(judgement)
    assert len(log.said) == len(cases)
    assert len(log.sit(cases, "first").todo) == len(cases)
    assert apply_judgements(run, log.said).applied == len(cases)


def test_every_reviewer_gets_the_same_lot_and_another_run_another():
    run = make_run([0, 1] * 100, [(2 * n, 2 * n + 1, 1.0) for n in range(100)])
    lots = [
        [case.records for case in review_cases(run, queue_run(run, data, most=100))]
        for data in (b"a run", b"a run", b"another run")
    ]
    assert len(lots[0]) == 5
    assert lots[0] == lots[1] != lots[2]
