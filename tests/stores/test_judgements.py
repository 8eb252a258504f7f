"""Judgements are kept as statements, read back as they were said, and survive a rebuild; the later one holds."""

import pytest

from sviedka.core.count.review.judgement import Judgement, Look, Record, Reviewer
from sviedka.core.count.review.settling import settle

RUN = "d" * 64
A, B = Record("a" * 64, 1), Record("b" * 64, 7)


def said(groups, *, rule=None, **rest):
    return Judgement(
        records=(A, B), groups=groups, by=Reviewer(""), rank="", rule=rule,
        look=Look.BLIND if rule is None else Look.RULE, **rest,
    )  # fmt: skip


@pytest.fixture
def record(archive, keeper):
    from sviedka.store.judgements import record_judgements

    return lambda *judgements: record_judgements(archive, keeper, judgements, run_sha256=RUN)


@pytest.fixture
def read(archive, keeper):
    from sviedka.store.judgements import read_judgements

    return lambda: read_judgements(archive, keeper).judgements


def test_what_was_judged_is_read_back_with_its_author(keeper, record, read):
    assert read() == ()
    assert record(said((0, 1))) == 1
    (found,) = read()
    assert (found.records, found.groups, found.look) == ((A, B), (0, 1), Look.BLIND)
    assert found.by == keeper.facts().actor
    assert found.rank


def test_the_later_judgement_holds_and_the_earlier_one_stays_in_the_log(record, read):
    record(said((0, 0)))
    record(said((0, 1)))
    record(said((), taken_back=True))
    assert [one.groups for one in read()] == [(0, 0), (0, 1), ()]
    assert settle(read()[:2]).apart == ((A, B),)
    assert settle(read()).apart == ()


def test_a_rule_that_judges_the_same_again_adds_nothing_and_a_person_does(record, read):
    assert record(said((0, 0), rule="sure-90-40/1")) == 1
    assert record(said((0, 0), rule="sure-90-40/1")) == 0
    assert record(said((0, 0))) + record(said((0, 0))) == 2
    assert len(read()) == 3


def test_judgements_come_back_from_the_vault_alone(archive, keeper, record, read):
    from archive_kit import lose_projections, open_again

    record(said((0, 0), rule="a rule"), said((0, 1)))
    before = read()
    lose_projections(archive)
    keeper.run_job("sviedka.store.rebuild:job", {})
    open_again(keeper)
    assert read() == before
    assert len(before) == 2


def test_two_reviewers_speak_of_one_subject_that_nobody_outside_can_work_out(archive, keeper, record):
    from archive_kit import ids_of

    from sviedka.store.connect import current_database
    from sviedka.store.house import own_case
    from sviedka.store.judgements import cluster_id

    record(said((0, 0)), said((0, 1)))
    subject = cluster_id((A, B), ids_of(keeper), own_case(keeper.facts()))
    found = current_database().run("SELECT DISTINCT subject FROM store_statement WHERE type = 'judgement/1'").fetchall()
    assert found == [(subject,)]
    assert subject != cluster_id((A, Record("b" * 64, 8)), ids_of(keeper), own_case(keeper.facts()))


def test_that_names_are_shown_is_recorded_and_no_name_is(archive, keeper):
    from sviedka.store.connect import current_database
    from sviedka.store.judgements import record_names_shown
    from sviedka.store.ledger import find_disclosures

    jti = record_names_shown(archive, keeper, (A, B), run_sha256=RUN, purpose="to tell two records apart")
    _, texts = find_disclosures(current_database(), [jti])[jti]
    assert texts
    found = current_database().run("SELECT type FROM store_statement WHERE jti = ?", (jti,)).fetchone()
    assert found == ("names.shown/1",)


def test_one_judgement_that_fits_its_type_and_nothing_else_keeps_no_other_from_being_read(archive, keeper, record):
    """It is named. The control: what fits is read."""
    from sviedka.core.base.ids import StatementId, SubjectId
    from sviedka.store.admission import admit
    from sviedka.store.drafting import Drafter, Saying
    from sviedka.store.house import own_case
    from sviedka.store.judgements import read_judgements
    from sviedka.store.session import open_store
    from sviedka.vault.clock import now
    from sviedka.vault.entropy import new_id

    record(said((0, 1)))
    facts = keeper.facts()
    bad = {
        "lists": ["a" * 64],
        "records": [[0, 1], [0, 1]],
        "run_sha256": RUN,
        "verdict": "same",
        "look": "blind",
        "groups": [0, 0],
    }
    saying = Saying(
        jti=StatementId(new_id()), case=own_case(facts), type="judgement/1", subject=SubjectId(new_id()), fields=bad
    )
    admit(archive, keeper, [Drafter(open_store(archive, keeper), archive_cell=facts.archive_cell).draft(saying, now())])
    found = read_judgements(archive, keeper)
    assert [one.groups for one in found.judgements] == [(0, 1)]
    assert found.unread == (saying.jti,)
