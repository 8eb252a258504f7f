"""An estimate is stated in the log: a range with its methods, or a refusal with its reasons, never both."""

from dataclasses import replace
from fractions import Fraction

import pytest

from estimate_statement_kit import REPORT
from sviedka.core.base.phrases import Phrase
from sviedka.core.base.schema import DoesNotFit
from sviedka.core.count.estimate.finding import Finding

REFUSED = replace(REPORT, refusal=(Finding(code="methods-apart", sentence=Phrase("Too far apart.")),))
DIGESTS = {"kind": "capture-table", "input_sha256": "a" * 64, "report_sha256": "b" * 64}


@pytest.fixture
def state(archive, keeper):
    from sviedka.core.seal.statement import parse_jwt, read_disclosures
    from sviedka.store.estimates.recording import record_estimate
    from sviedka.store.ledger import find_disclosures
    from sviedka.store.session import open_store

    def record(report):
        jti = record_estimate(archive, keeper, report, **DIGESTS)
        jwt, texts = find_disclosures(open_store(archive, keeper), [jti])[jti]
        return read_disclosures(parse_jwt(jwt), texts)

    return record


def test_a_range_is_stated_with_what_it_counts_and_rests_on(state):
    stated = state(REPORT)
    assert stated.type == "estimate/1"
    assert (stated.fields["range_low"], stated.fields["range_high"]) == (931, 1_072)
    assert (stated.fields["documented_low"], stated.fields["documented"]) == (780, 790)
    assert (stated.fields["until"], stated.fields["input_sha256"]) == ("2021-03-31", "a" * 64)
    assert stated.fields["methods"] == [
        {"name": "log-linear", "people": 1_000, "low": 931, "high": 1_072, "range": "inside"},
        {"name": "every-pair", "people": 4_000, "low": 3_900, "high": 4_100, "range": "outside"},
        {"name": "graph-average", "people": 1_010, "low": 940, "high": 1_060, "range": "inside"},
    ]
    assert "refused_for" not in stated.fields


def test_a_refusal_states_its_reasons_and_no_number_but_the_minimum(state):
    stated = state(REFUSED)
    assert stated.fields["refused_for"] == ["methods-apart"]
    assert not {"range_low", "range_high", "methods"} & set(stated.fields)
    assert stated.fields["documented"] == 790


def test_the_same_question_has_the_same_subject_and_another_another(state):
    other = replace(REPORT, counted=replace(REPORT.counted, until="2021-04-30"))
    assert state(REPORT).subject == state(REFUSED).subject != state(other).subject


def test_a_range_beside_a_refusal_and_a_range_turned_round_do_not_fit(monkeypatch, state):
    from sviedka.store.estimates import recording

    true_fields = recording.estimate_fields
    for wrong in ({"refused_for": ["too-wide"]}, {"range_low": 5_000}, {"range_low": 1}):
        monkeypatch.setattr(recording, "estimate_fields", lambda *a, w=wrong, **k: {**true_fields(*a, **k), **w})
        with pytest.raises(DoesNotFit):
            state(REPORT)


def test_the_sensitivity_multiplies_the_unseen_alone():
    found = {xi: (low, high) for xi, low, high in REPORT.sensitivity}
    assert found[Fraction(1)] == REPORT.published_range
    assert found[Fraction(2)] == (780 + 303, 801 + 541)
    assert REFUSED.sensitivity == ()
