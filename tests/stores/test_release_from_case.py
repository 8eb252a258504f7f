# SPDX-License-Identifier: AGPL-3.0-or-later
"""Persons of a case are counted once, only if they allow it, and nothing but numbers comes out."""

import pytest
from archive_kit import PASSPHRASE

from release_kit import PLAN
from sviedka.core.count.release.release_errors import CountsRefused, PlanRefused
from sviedka.core.count.suppress.table import Cell
from sviedka.keeper.asserting import with_passphrase
from sviedka.store.dossier.reading import CaseEmpty
from sviedka.store.records.recording import record
from sviedka.store.release.ledger import read_releases
from sviedka.store.release.making import NothingToShow, release
from sviedka.store.session import open_store

PEOPLE = 40
GRANT = "{purpose: %s, recipients: [%s], level: aggregate, material: [%s], until: null}"


def casebook():
    """Forty people: all detained, every second beaten too, three sources. Person 0 agrees to nothing; 1 to casework; 2 withdraws."""
    lines = ["casebook: 1", "case: {label: many, title: An invented case}", "persons:"]
    lines += [f"  - {{label: p-{n}, pseudonym: Person {n}, counting_unit: individual}}" for n in range(PEOPLE)]
    lines += ["sources:"]
    lines += [f"  - {{label: s-{n}, kind: document, title: Source {n}, reliability: B}}" for n in range(3)]
    lines += ["citations:", *(f"  - {{label: c-{n}, source: s-{n}, access: whole}}" for n in range(3))]
    lines += ["events:", '  - {label: e-1, title: Detention, date: "2020-08-10"}', "acts:"]
    for n in range(PEOPLE):
        town = "Pinsk" if n % 4 else "Brest"
        place = f"{{country: BY, settlement: {town}}}"
        victim = f"roles: [{{role: victim, person: p-{n}}}]"
        lines.append(
            f'  - {{label: d-{n}, event: e-1, act_type: detention, date: "2020-08-10", place: {place}, {victim}}}'
        )
        if n % 2:
            lines.append(
                f'  - {{label: b-{n}, event: e-1, act_type: assault, date: "2020-08-XX", place: {place}, {victim}}}'
            )
    lines += ["claims:"]
    lines += [
        f"  - {{label: k-{n}, about: e-1, predicate: course, value: told, stance: asserts, basis: first-hand, citations: [c-{n}], credibility: 2, status: accepted}}"  # noqa: E501
        for n in range(3)
    ]
    lines += ["consents:"]
    for n in range(1, PEOPLE):
        grant = GRANT % ("casework" if n == 1 else "statistics", "public", "statement-text")
        lines.append(
            f"  - {{label: g-{n}, person: p-{n}, event: given, form: f-1, language: be, method: signed, informed: [risks], grants: [{grant}]}}"  # noqa: E501
        )
    lines.append("  - {label: w-2, person: p-2, event: withdrawn, method: digital}")
    return "\n".join(lines) + "\n"


CASE_PLAN = (
    PLAN.split("dimensions:")[0].replace("DAY", "2099-12-31").replace("counts: counts.csv", "count_case: many")
    + """
dimensions:
  - name: place
    title: {en: Place, be: Месца}
    several: true
    categories:
      - {code: brest-region, parts: [{code: brest, matches: [Brest]}, {code: pinsk, matches: [Pinsk]}]}
  - name: act
    title: {en: Act, be: Дзеянне}
    several: true
    categories: [detention, assault]
tables:
  - {name: by-act, title: {en: By act, be: Паводле дзеяння}, across: [place, act]}
"""
).replace("unit: complaints", "unit: persons")


@pytest.fixture
def case(archive, keeper, tmp_path):
    (tmp_path / "case.yaml").write_text(casebook())
    record(archive, keeper, tmp_path / "case.yaml", assertor=keeper.assertor)


def publish(archive, keeper, tmp_path, text=CASE_PLAN):
    (tmp_path / "plan.yaml").write_text(text, "utf-8")
    willing = with_passphrase(archive, keeper.keyring.actor, lambda _: bytearray(PASSPHRASE))
    release(archive, keeper, tmp_path / "plan.yaml", out=tmp_path / "out", assertor=willing)
    (past,) = read_releases(open_store(archive, keeper))
    return past.version


def cell(unit="persons", **at):
    return Cell(unit=unit, population="invented complaints", at=tuple(sorted(at.items())))


def test_a_person_counts_once_and_only_with_their_consent(archive, keeper, case, tmp_path):
    version = publish(archive, keeper, tmp_path)
    assert version.counts[cell()].people == PEOPLE - 3
    assert version.counts[cell(act="assault")].people == PEOPLE // 2 - 1
    assert version.counts[cell(act="detention", place="brest")].people == PEOPLE // 4 - 1
    assert version.counts[cell(place="brest-region")].people == PEOPLE - 3
    assert version.counts[cell()].sources == 3
    page = (tmp_path / "out" / "release.en.html").read_text("utf-8")
    assert "the parts come to more than the total" in page
    assert "Person" not in page.replace("Persons", "").replace("One person", "")


def test_acts_of_somebody_who_does_not_agree_are_not_counted_either(archive, keeper, case, tmp_path):
    acts = CASE_PLAN.replace("unit: persons", "unit: acts").replace("    several: true\n", "")
    version = publish(archive, keeper, tmp_path, acts)
    assert version.counts[cell("acts")].people == PEOPLE - 3 + PEOPLE // 2 - 1


def test_nobody_is_counted_for_sexual_violence_who_did_not_grant_that(archive, keeper, tmp_path):
    (tmp_path / "case.yaml").write_text(casebook().replace("act_type: assault", "act_type: rape"))
    record(archive, keeper, tmp_path / "case.yaml", assertor=keeper.assertor)
    version = publish(archive, keeper, tmp_path, CASE_PLAN.replace("[detention, assault]", "[detention, rape]"))
    assert version.counts[cell(act="rape")].people == 0
    assert version.counts[cell(act="detention")].people == PEOPLE - 3  # control: they are there


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    several: true\n", ""),
        ("name: act", "name: sex"),
        ("unit: persons", "unit: complaints"),
        ("count_case: many", "count_case: many\ncounts: counts.csv"),
    ],
)
def test_a_plan_that_the_record_cannot_fill_is_refused(archive, keeper, tmp_path, old, new):
    with pytest.raises(PlanRefused):
        publish(
            archive, keeper, tmp_path, CASE_PLAN.replace(old, new).replace("across: [place, act]", "across: [place]")
        )


def test_what_fits_no_category_is_not_left_out_silently(archive, keeper, case, tmp_path):
    with pytest.raises(CountsRefused):
        publish(archive, keeper, tmp_path, CASE_PLAN.replace("[detention, assault]", "[detention]"))
    version = publish(archive, keeper, tmp_path, CASE_PLAN.replace("[detention, assault]", "[detention, unknown]"))
    assert version.counts[cell(act="unknown")].people == PEOPLE // 2 - 1


def test_a_case_that_is_not_there_and_one_with_too_few_are_refused(archive, keeper, tmp_path):
    with pytest.raises(CaseEmpty):
        publish(archive, keeper, tmp_path)
    (tmp_path / "case.yaml").write_text(casebook())
    record(archive, keeper, tmp_path / "case.yaml", assertor=keeper.assertor)
    with pytest.raises(NothingToShow):  # what was recorded by that day: nothing
        publish(archive, keeper, tmp_path, CASE_PLAN.replace("2099-12-31", "2019-12-31"))
