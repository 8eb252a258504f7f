# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which fields a type takes, and under whose cell each part of a statement goes."""

import pytest

from sviedka.core.base.schema import DoesNotFit, TypeUnknown, check, check_shown, references
from sviedka.core.catalogue import all_types, find_type
from sviedka.core.seal.statement import Disclose, Segment, Text
from sviedka.core.seal.statement_parts import to_parts

ARCHIVE = "a" * 32
VICTIM, OTHER, OFFICER, EVENT, CITATION, ACT = ("1" * 32, "2" * 32, "3" * 32, "4" * 32, "5" * 32, "6" * 32)
CELLS = {VICTIM: "b" * 32, OTHER: "c" * 32, OFFICER: "d" * 32}


def parts_of(reference, fields, subject="9" * 32):
    found = to_parts(find_type(reference), fields, subject=subject, cell_of=CELLS.__getitem__, archive_cell=ARCHIVE)
    return {part.name: part for part in found}


def act(**changes):
    return {
        "event": EVENT,
        "act_type": "assault",
        "methods": ["blows-truncheon"],
        "date": "2020-08-XX",
        "role": [
            {"role": "victim", "person": VICTIM},
            {"role": "reported-perpetrator", "person": OFFICER, "degree": "direct"},
            {"role": "witness", "description": "a man in the same cell"},
        ],
    } | changes


def claim(**changes):
    return {
        "about": {"act": ACT},
        "predicate": "number of people in the cell",
        "value": 36,
        "stance": "asserts",
        "basis": "first-hand",
        "citation": [CITATION],
        "credibility": 3,
        "status": "accepted",
    } | changes


def test_each_role_of_an_act_goes_under_the_cell_of_the_person_in_it():
    parts = parts_of("act/1", act())
    assert parts["role.1"].cells == (CELLS[VICTIM],)
    assert parts["role.2"].cells == (CELLS[OFFICER],)
    assert parts["role.3"].cells == (ARCHIVE,)
    assert parts["role.1"].value == {"role": "victim", "person": VICTIM}


def test_what_was_suffered_goes_under_the_victims_cell_alone_and_the_event_under_the_archives():
    parts = parts_of("act/1", act())
    for name in ("act_type", "methods", "date"):
        assert parts[name].cells == (CELLS[VICTIM],)
    assert parts["event"].cells == (ARCHIVE,)


def test_an_act_without_a_known_victim_is_about_nobody():
    parts = parts_of("act/1", act(role=[{"role": "victim", "description": "a man who died"}]))
    assert {part.cells for part in parts.values()} == {(ARCHIVE,)}


def test_a_segment_goes_under_those_it_names_and_by_default_under_everyone():
    text = [
        {"text": "About both.", "about": [OTHER, VICTIM]},
        {"text": "About nobody.", "about": []},
        {"text": "Not said."},
        "Not said either.",
    ]
    persons = [{"person": VICTIM}, {"person": OTHER}]
    parts = parts_of("claim/1", claim(text=text, persons=persons))
    both = (CELLS[VICTIM], CELLS[OTHER])
    assert parts["text"] == Text(
        name="text",
        segments=(
            Segment(text="About both.", cells=both),
            Segment(text="About nobody.", cells=(ARCHIVE,)),
            Segment(text="Not said.", cells=both),
            Segment(text="Not said either.", cells=both),
        ),
    )
    assert parts["value"] == Disclose(name="value", value=36, cells=both)
    assert parts["persons.1"].cells == (ARCHIVE,)  # bare: what shows somebody stays blocked when their cell is gone


def test_a_pseudonym_goes_under_the_cell_of_the_statements_subject():
    fields = {"cell": CELLS[VICTIM], "pseudonym": "Tsimur", "counting_unit": "individual", "label": "p-tsimur"}
    parts = parts_of("person/1", fields, subject=VICTIM)
    assert parts["cell"].cells == (ARCHIVE,)
    assert {parts[name].cells for name in ("pseudonym", "counting_unit", "label")} == {(CELLS[VICTIM],)}


def test_a_file_name_goes_under_giver_and_shown_and_its_digest_under_the_giver():
    received = {
        "kind": "file",
        "original_name": "one.jpg",
        "handed_over_by": {"person": OTHER},
        "shows": [{"person": VICTIM}],
        "tool": "sviedka",
        "version": "0.1.0",
    }
    parts = parts_of("item.received/1", received)
    assert parts["original_name"].cells == (CELLS[VICTIM], CELLS[OTHER])
    assert parts["handed_over_by"].cells == (CELLS[OTHER],)
    sealed = {
        "plain_sha256": "0" * 64,
        "payload_sha256": "1" * 64,
        "epoch": "2026-11.1",
        "size_bytes": 3,
        "media_type": "image/jpeg",
        "handed_over_by": {"person": OTHER},
    }
    assert parts_of("item.sealed/1", sealed)["plain_sha256"].cells == (CELLS[OTHER],)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"citation": []}, "citation should be a list of 1 to"),
        ({"credibility": 7}, "credibility should be a whole number from 1 to 6"),
        ({"stance": "insists"}, "stance should be one of asserts, denies, cannot-confirm"),
        ({"opinion": "no"}, "has no field opinion"),
        ({"Адрас": "no"}, r"has no field \(unreadable\)"),
        ({"citation": [CITATION, "7" * 32]}, "need a public_note"),
        ({"status": "conflict", "status_note": "both kept"}, "need a public_note"),
        ({"status": "retracted"}, "needs a status_note"),
        ({"date": "August 2020"}, "date should be a date with doubt"),
        ({"place": {"street": "1"}}, "place should be an object with the members country"),
        ({"about": {"act": ACT, "event": EVENT}}, "about should be exactly one of the members"),
        ({"predicate": "two\nlines"}, "predicate should be a line"),
        ({"text": [{"text": ""}]}, "text should be a segment's text"),
        ({"persons": [{"person": "Tsimur"}]}, "persons.1 should be in person, an identifier \\(person\\)"),
    ],
)
def test_what_does_not_fit_a_claim_is_named_by_type_field_and_expectation(changes, says):
    with pytest.raises(DoesNotFit, match=says) as caught:
        check(find_type("claim/1"), claim(**changes))
    assert "claim/1" in str(caught.value)
    assert "insists" not in str(caught.value)


def test_a_claim_that_fits_passes_and_one_without_any_content_does_not():
    check(find_type("claim/1"), claim())
    check(find_type("claim/1"), claim(citation=[CITATION, "7" * 32], public_note="Two reports of one count."))
    bare = claim()
    del bare["value"]
    with pytest.raises(DoesNotFit, match="must say something"):
        check(find_type("claim/1"), bare)
    with pytest.raises(DoesNotFit, match="needs the field about"):
        check(find_type("claim/1"), {"value": 1})


def test_what_was_read_back_fits_also_when_parts_are_withheld():
    kind = find_type("claim/1")
    check_shown(kind, {"predicate": "x", "citation.2": CITATION, "text": ["a segment"]})
    for wrong in ({"citation": CITATION}, {"predicate.1": "x"}, {"citation.01": CITATION}, {"citation.2": "x"}):
        with pytest.raises(DoesNotFit):
            check_shown(kind, wrong)


def test_references_are_found_wherever_they_stand():
    shown = {"about": {"act": ACT}, "citation.1": CITATION, "persons.1": {"person": VICTIM}, "value": {"event": EVENT}}
    found = {(name, ref.to, ref.id) for name, ref in references(find_type("claim/1"), shown)}
    assert found == {
        ("about", "act", ACT),
        ("citation.1", "citation", CITATION),
        ("persons.1", "person", VICTIM),
        ("value", "event", EVENT),
    }


def test_an_unknown_type_is_named_as_unknown_and_a_known_one_is_found():
    with pytest.raises(TypeUnknown):
        find_type("claim/2")
    assert find_type("claim/1").label == "claim"
    assert len({kind.reference for kind in all_types()}) == len(all_types()) >= 20
