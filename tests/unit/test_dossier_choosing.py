# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whatever is left out, nothing of it is shown, what remains still verifies, and what lost its meaning goes whole."""

import json
from dataclasses import replace
from hashlib import shake_256

from hypothesis import given, settings
from hypothesis import strategies as st
from small_dossier import ARCHIVE, START, make_id, private_key

from sviedka.core.disclose.choosing import WHO, Choice, HeldStatement, choose, choose_fields
from sviedka.core.disclose.dossier_spec import Reason
from sviedka.core.seal.statement import Disclose, Draft, Segment, Text, compose, format_kid, parse_disclosure

PEOPLE = ("anna", "boris", "clara")
ARCHIVE_CELL = make_id("archive cell")
ORIGIN = f"{ARCHIVE}/minsk-1"


def cell(person):
    return make_id(f"cell of {person}")


def say(number, kind, subject, *parts):
    """Seal a statement; parts are (name, value, people) or (name, [(sentence, people), …])."""
    key, author = private_key("desk"), private_key("author")
    cells = {ARCHIVE_CELL, *(cell(person) for person in PEOPLE)}
    made = [
        Text(name=part[0], segments=tuple(Segment(text=text, cells=under(people)) for text, people in part[1]))
        if len(part) == 2
        else Disclose(name=part[0], value=part[1], cells=under(part[2]))
        for part in parts
    ]
    jti = make_id(f"statement {number}")
    composed = compose(
        Draft(
            jti=jti, case=make_id("case"), type=f"{kind}/1", subject=make_id(subject), heads=(), at=START,
            parts=tuple(made), archive_cell=ARCHIVE_CELL,
        ),
        origin=ORIGIN,
        desk_key=key,
        desk_kid=format_kid(ORIGIN, key.public_key().public_bytes_raw()),
        author=make_id("author"),
        author_key=author,
        cell_keys={one: bytes(32) for one in cells},
        entropy=shake_256(str(number).encode()).digest,
    )  # fmt: skip
    return HeldStatement(
        jti=jti, index=number, jwt=composed.jwt, type=f"{kind}/1", subject=make_id(subject), groups=composed.groups
    )


def under(people):
    return tuple(sorted(cell(person) for person in people)) or (ARCHIVE_CELL,)


def who(person):
    return {"person": make_id(person)}


def role(word, person):
    return {"role": word, **who(person)}


def claim(number, subject, about, value, people=(), **more):
    told = [("predicate", "something", people), ("value", value, people)]
    told += [("persons.1", who(person), ()) for person in people]
    told += [("citation.1", make_id(more["citation"]), ())] if more else []
    return say(number, "claim", subject, ("about", about, ()), *told)


def case():
    sentences = [("Anna was hit.", ("anna",)), ("Boris saw Anna.", ("anna", "boris")), ("It rained.", ())]
    anna, boris = ("anna",), ("boris",)
    first = [
        ("event", make_id("e1"), ()),
        ("act_type", "assault", anna),
        ("text", sentences),
        ("label", "act-one", anna),
    ]
    first += [("role.1", role("victim", "anna"), anna), ("role.2", role("witness", "boris"), boris)]
    second = [("event", make_id("e2"), ()), ("act_type", "arrest", boris), ("role.1", role("victim", "boris"), boris)]
    return [
        say(0, "case.opened", "case", ("title", "A case", ())),
        *(say(1 + number, "person", one, ("pseudonym", one.title(), (one,))) for number, one in enumerate(PEOPLE)),
        say(5, "source", "s1", ("title", "A report", ())),
        say(6, "source", "s2", ("title", "Talk with Boris", ())),
        say(7, "citation", "c1", ("source", make_id("s1"), ())),
        say(8, "citation", "c2", ("source", make_id("s2"), ())),
        say(9, "event", "e1", ("title", "Something", ())),
        say(10, "event", "e2", ("title", "Boris alone", ())),
        say(11, "act", "a1", *first),
        say(12, "act", "a2", *second),
        claim(13, "k1", {"act": make_id("a1")}, "bruises", anna, citation="c1"),
        claim(14, "k2", {"act": make_id("a2")}, "a stop", boris, citation="c2"),
        claim(15, "k3", {"act": make_id("a2")}, "nothing"),
        claim(16, "k4", {"event": make_id("e1")}, 3, citation="c1"),
    ]


CASE = case()


def leave(*people, **options):
    return Choice(
        persons={make_id(one): Reason.NO_GRANT for one in people},
        cells={cell(one): Reason.NO_GRANT for one in people},
        **options,
    )


def parts(chosen):
    return [parse_disclosure(text) for one in chosen.statements for text in one.disclosures]


def text_of(chosen):
    return json.dumps([[part.name, part.value] for part in parts(chosen)])


def subjects(chosen):
    return {one.held.subject for one in chosen.statements}


def test_with_nobody_left_out_everything_goes_but_what_never_does():
    chosen = choose(CASE, Choice())
    assert {} == chosen.statements_withheld == chosen.passages_withheld
    told = {part.name for part in parts(chosen)}
    assert told.isdisjoint({"label", "heads", "case"} | WHO)
    assert "author_sig" in {part.name for part in parts(choose(CASE, Choice(authors=True)))}


def test_of_a_shared_act_only_what_is_about_others_goes():
    chosen = choose(CASE, leave("boris"))
    act = next(one for one in chosen.statements if one.held.subject == make_id("a1"))
    assert act.shown.fields["text"] == ["Anna was hit.", "It rained."]
    assert act.shown.positions["text"] == (0, 2)
    assert "role.2" not in act.shown.fields
    assert chosen.passages_withheld == {Reason.NO_GRANT: 2}


def test_what_was_only_about_them_goes_whole_with_its_sources_and_what_was_said_of_it():
    gone = {"boris", "s2", "c2", "e2", "a2", "k2", "k3"}
    chosen = choose(CASE, leave("boris"))
    assert subjects(choose(CASE, Choice())) - subjects(chosen) == {make_id(name) for name in gone} | set()
    assert {Reason.NO_GRANT: len(gone)} == chosen.statements_withheld


def test_nobody_is_recorded_who_appears_in_nothing():
    assert make_id("clara") not in subjects(choose(CASE, Choice()))


def test_a_segment_or_a_subject_is_left_out_by_order():
    chosen = choose(CASE, Choice(segments={(make_id("a1"), "text", 3)}, subjects={make_id("k4"): Reason.LEFT_OUT}))
    assert "It rained." not in text_of(chosen)
    assert make_id("k4") not in subjects(chosen)
    assert {Reason.LEFT_OUT: 1} == chosen.passages_withheld == chosen.statements_withheld


def test_single_fields_are_withheld_of_a_subject():
    chosen = choose(CASE, Choice(fields={make_id("k4"): {"value": Reason.NO_GRANT}}))
    assert make_id("k4") not in subjects(chosen), "a claim without its value says nothing"


def test_of_a_consent_only_the_named_fields_are_shown():
    held = say(
        30,
        "consent.given",
        "anna",
        ("person", make_id("anna"), ()),
        ("grants", [], ("anna",)),
        ("form", "f", ("anna",)),
    )
    shown = choose_fields(held, {"type", "grants"})
    assert {"grants"} == shown.shown.fields.keys()
    assert shown.shown.type == "consent.given/1"


@settings(deadline=None)
@given(
    people=st.sets(st.sampled_from(PEOPLE)),
    ordered=st.sets(st.sampled_from(["a1", "k1", "e1", "s1", "c1"])),
    numbers=st.sets(st.integers(1, 4)),
)
def test_nothing_of_whoever_is_left_out_is_ever_shown(people, ordered, numbers):
    choice = leave(
        *people,
        subjects={make_id(name): Reason.LEFT_OUT for name in ordered},
        segments={(make_id("a1"), "text", number) for number in numbers},
    )
    chosen = choose(CASE, choice)
    told = text_of(chosen)
    for person in people:
        assert make_id(person) not in told
        assert person.title() not in told.replace("Talk with Boris", "").replace("Boris alone", "")
    under_them = {
        text
        for held in CASE
        for group in held.groups
        if set(group.cells) & {cell(person) for person in people}
        for text in group.disclosures
    }
    assert under_them.isdisjoint(text for one in chosen.statements for text in one.disclosures)
    assert not subjects(chosen) & {make_id(name) for name in ordered}
    if "boris" in people:
        assert "Boris" not in told
    assert [one.held.index for one in chosen.statements] == sorted(one.held.index for one in chosen.statements)


def test_what_was_taken_back_is_withheld_with_what_lost_its_meaning():
    erased = [
        replace(
            held,
            groups=tuple(
                replace(group, disclosures=(), withheld=True) if cell("boris") in group.cells else group
                for group in held.groups
            ),
        )
        for held in CASE
    ]
    chosen = choose(erased, Choice())
    assert "Boris saw" not in text_of(chosen)
    assert make_id("k2") not in subjects(chosen)
    assert chosen.statements_withheld.keys() == {Reason.NO_GRANT}
