# SPDX-License-Identifier: AGPL-3.0-or-later
"""Consents of a casebook: whoever records that somebody agreed stands behind it in person; taking back asks for nothing."""

import pytest
from archive_kit import PASSPHRASE, admit_all, case_of, sign_unasserted
from dossier_case import CASEBOOK

from sviedka.core.catalogue import find_type
from sviedka.core.seal.asserting import verify_asserted
from sviedka.core.seal.quick_head import read_head
from sviedka.core.seal.quick_reading import read_shown
from sviedka.keeper.asserting import with_passphrase
from sviedka.keeper.errors import AssertionNeeded, WrongPassphrase
from sviedka.store.drafting import Saying
from sviedka.store.models import Consent, Passage, Statement
from sviedka.store.records.recording import record
from sviedka.store.scope import in_cases
from sviedka.store.session import open_store
from sviedka.vault.entropy import new_id

CONSENTS = CASEBOOK.count("event: given")
WITHDRAWN = """\
casebook: 1
case: {label: case-one, title: {en: x}}
consents:
  - {label: w-a, person: p-a, event: withdrawn, method: agreed-word}
"""


def asked(archive, keeper, words=PASSPHRASE):
    """Return an assertor, and the list in which it notes how many statements it was asked for at a time."""
    real, counts = with_passphrase(archive, keeper.keyring.actor, lambda _: bytearray(words)), []

    def assertor(pending):
        counts.append(len(pending))
        return real(pending)

    return assertor, counts


def book(folder, text=CASEBOOK):
    path = folder / "book.yaml"
    path.write_text(text)
    return path


@pytest.fixture
def recorded(archive, keeper, tmp_path):
    """Return a path to a casebook without items, ready to be recorded."""
    open_store(archive, keeper)
    return book(tmp_path, without_items(CASEBOOK))


def without_items(text):
    head, found, rest = text.partition("items:\n")
    return head + (rest[rest.index("consents:") :] if found else "")


def statements(keeper, kind):
    with in_cases(case_of(keeper, "case-one")):
        return list(Statement.objects.filter(type__startswith=kind).order_by("leaf_index"))


def count(keeper):
    with in_cases(case_of(keeper, "case-one")):
        return Statement.objects.count()


def test_all_consents_of_a_file_are_asked_for_once_and_each_is_asserted(archive, keeper, recorded):
    assertor, counts = asked(archive, keeper)
    record(archive, keeper, recorded, assertor=assertor)
    assert counts == [CONSENTS]
    rows = statements(keeper, "consent.given/")
    assert [row.type for row in rows] == ["consent.given/2"] * CONSENTS
    keylist = keeper.keyring.keylist
    for row in rows:
        with in_cases(row.case):
            texts = [text for one in Passage.objects.filter(statement=row) for text in one.disclosures]
        statement = read_shown(read_head(row.jwt.encode()), texts)
        assert verify_asserted(statement, keylist=keylist) == keylist.user_key(keeper.keyring.actor)
    keeper.run_job("sviedka.store.rebuild:job", {})
    assert len(statements(keeper, "consent.given/2")) == CONSENTS


def test_the_same_file_again_asks_nobody(archive, keeper, recorded):
    assertor, _ = asked(archive, keeper)
    first = record(archive, keeper, recorded, assertor=assertor)
    again = record(archive, keeper, recorded)
    assert (again.admitted, again.known) == (0, first.admitted)


def test_without_anybody_to_stand_behind_them_nothing_of_the_file_is_recorded(archive, keeper, recorded):
    before = count(keeper)
    with pytest.raises(AssertionNeeded):
        record(archive, keeper, recorded)
    assert count(keeper) == before


def test_after_a_wrong_passphrase_the_rest_is_there_and_the_consents_come_when_it_is_right(archive, keeper, recorded):
    wrong, _ = asked(archive, keeper, b"not these words")
    with pytest.raises(WrongPassphrase):
        record(archive, keeper, recorded, assertor=wrong)
    assert statements(keeper, "person/1")
    assert statements(keeper, "consent.") == []
    assertor, _ = asked(archive, keeper)
    assert record(archive, keeper, recorded, assertor=assertor).admitted == CONSENTS


def test_taking_back_waits_for_no_passphrase(archive, keeper, recorded, tmp_path):
    assertor, _ = asked(archive, keeper)
    record(archive, keeper, recorded, assertor=assertor)
    assert record(archive, keeper, book(tmp_path, WITHDRAWN)).admitted >= 1
    assert [row.type for row in statements(keeper, "consent.withdrawn/")] == ["consent.withdrawn/1"]


@pytest.mark.parametrize("taken_back", ["withdrawn", "narrowed"])
def test_a_consent_that_is_taken_back_in_the_same_file_stays_taken_back(archive, keeper, tmp_path, taken_back):
    """The order of the file is the order of the log: what widens must not come after what narrows it."""
    one = "{purpose: media, recipients: [journalist], level: pseudonym, material: [document], until: null}"
    grants = f"form: f-1, language: be, method: signed, informed: [risks], grants: [{one}]"
    taken = "" if taken_back == "withdrawn" else f", grants: [{one}]"
    text = f"""\
casebook: 1
case: {{label: case-one, title: {{en: x}}}}
persons:
  - {{label: p-a, pseudonym: Alpha, counting_unit: individual}}
consents:
  - {{label: c-a, person: p-a, event: given, {grants}}}
  - {{label: c-b, person: p-a, event: {taken_back}, method: agreed-word{taken}}}
  - {{label: c-c, person: p-a, event: given, {grants}}}
"""
    assertor, counts = asked(archive, keeper)
    record(archive, keeper, book(tmp_path, text), assertor=assertor)
    with in_cases(case_of(keeper, "case-one")):
        events = [row.event for row in Consent.objects.order_by("leaf_index")]
    assert events == ["given", taken_back, "given"]
    assert counts == [1, 1]


def test_no_consent_is_signed_in_the_older_way(archive, keeper, recorded):
    """A desk that was taken over asks for the version that needed nobody."""
    assertor, _ = asked(archive, keeper)
    record(archive, keeper, recorded, assertor=assertor)
    with pytest.raises(AssertionNeeded):
        admit_all(archive, keeper, [older(keeper)])


def test_a_consent_from_sign_unasserted_is_not_given_again(archive, keeper, recorded, monkeypatch):
    """Otherwise the file, recorded once more after a withdrawal, would undo it."""
    from sviedka.store.records import casebook_fields, recording

    monkeypatch.setitem(casebook_fields.CONSENTS, "given", "consent.given/1")
    monkeypatch.setattr(keeper.keyring.__class__, "compose", sign_unasserted)
    first = record(archive, keeper, recorded)
    monkeypatch.undo()
    assert recording.find_type("consent.given/2").asserted is not None
    again = record(archive, keeper, recorded)
    assert (again.admitted, again.known) == (0, first.admitted)
    assert {row.type for row in statements(keeper, "consent.given/")} == {"consent.given/1"}
    keeper.run_job("sviedka.store.rebuild:job", {})
    with in_cases(case_of(keeper, "case-one")):
        assert Consent.objects.filter(event="given").count() == CONSENTS


def older(keeper):
    (row, *_) = statements(keeper, "person/1")
    grant = {"purpose": "media", "recipients": ["journalist"], "level": "full", "material": ["statement-text"]}
    return Saying(
        jti=new_id(),
        case=row.case,
        type=find_type("consent.given/1").reference,
        subject=row.subject,
        fields={
            "person": row.subject,
            "grants": [grant | {"until": None}],
            "form": "f-1",
            "method": "signed",
            "informed": ["risks"],
        },
    )
