# SPDX-License-Identifier: AGPL-3.0-or-later
"""What people allow: default no, everybody must agree, and taking back wins in whatever order it arrives."""

import itertools
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sviedka.core.base.consent_words import LEVELS, MATERIALS, PURPOSES, SENSITIVE
from sviedka.core.disclose.consent import (
    ConsentEvent,
    ConsentKind,
    decide,
    describe_missing,
    grants_at,
    intersect,
)
from sviedka.core.disclose.consent_terms import (
    Grant,
    GrantMalformed,
    Level,
    Material,
    Need,
    Purpose,
    covers,
    narrow,
    parse_grants,
)

PERSON, OTHER = "1" * 32, "2" * 32
TODAY = date(2026, 11, 21)
TEXT, FACE = Material.STATEMENT_TEXT, Material.IMAGE_OF_FACE


def grant(*, material=(TEXT,), recipients=("prosecutor",), level=Level.PSEUDONYM, until=None, purpose=None):
    return Grant(
        purpose=purpose or Purpose.PROSECUTION_ABROAD,
        recipients=frozenset(recipients),
        level=level,
        material=frozenset(material),
        until=until,
    )


def need(*material, recipient="prosecutor", level=Level.PSEUDONYM):
    return Need(
        purpose=Purpose.PROSECUTION_ABROAD, recipient=recipient, level=level, material=frozenset(material or (TEXT,))
    )


def event(number, kind, *grants, person=PERSON, on=TODAY, log="a/minsk", index=None, heads=()):
    return ConsentEvent(
        jti=f"{number:032x}",
        person=person,
        kind=kind,
        on=on,
        log=log,
        index=number if index is None else index,
        heads=tuple(f"{head:032x}" for head in heads),
        grants=grants,
    )


def given_(number, *grants, **options):
    return event(number, ConsentKind.GIVEN, *(grants or (grant(),)), **options)


def allowed(events, wanted=None, at=TODAY):
    (decision,) = decide({PERSON: wanted or need()}, events, at)
    return decision.allowed


def test_the_words_are_those_in_which_consent_is_recorded():
    assert tuple(PURPOSES) == tuple(Purpose)
    assert tuple(LEVELS) == tuple(Level)
    assert tuple(MATERIALS) == tuple(Material)
    assert set(SENSITIVE) == {Material.MEDICAL, Material.SEXUAL_VIOLENCE}


def test_no_consent_recorded_means_no():
    assert not allowed([])
    assert allowed([given_(1)])


@pytest.mark.parametrize(
    ("granted", "wanted"),
    [
        (grant(purpose=Purpose.STATISTICS), need()),
        (grant(recipients=("court",)), need()),
        (grant(level=Level.ANONYMOUS), need()),
        (grant(), need(FACE)),
        (grant(), need(TEXT, FACE)),
        (grant(), need(TEXT, Material.SEXUAL_VIOLENCE)),
    ],
)
def test_a_grant_for_something_else_is_no(granted, wanted):
    assert not allowed([given_(1, granted)], wanted)


def test_a_higher_level_covers_a_lower_one():
    assert allowed([given_(1, grant(level=Level.FULL))])
    assert allowed([given_(1, grant(level=Level.AGGREGATE))], need(level=Level.AGGREGATE))


def test_material_may_be_covered_by_several_grants_and_statements():
    assert allowed([given_(1, grant(), grant(material=(FACE,)))], need(TEXT, FACE))
    (decision,) = decide({PERSON: need(TEXT, FACE)}, [given_(1), given_(2, grant(material=(FACE,)))], TODAY)
    assert (f"{1:032x}", f"{2:032x}") == decision.relied_on


def test_no_more_consent_is_shown_than_is_needed():
    (decision,) = decide({PERSON: need(TEXT)}, [given_(1), given_(2, grant(material=(TEXT, FACE)))], TODAY)
    assert len(decision.relied_on) == 1


def test_a_grant_counts_to_the_end_of_its_last_day():
    events = [given_(1, grant(until=TODAY))]
    assert allowed(events, at=TODAY)
    assert not allowed(events, at=date(2026, 11, 22))


def test_a_withdrawal_ends_what_was_given():
    assert not allowed([given_(1), event(2, ConsentKind.WITHDRAWN)])


def test_a_withdrawal_wins_in_whatever_order_desks_hear_of_it():
    withdrawn = event(2, ConsentKind.WITHDRAWN, log="a/warsaw", index=0)
    given = given_(1, log="a/minsk", index=99)
    for order in itertools.permutations([given, withdrawn]):
        assert not allowed(order)


def test_a_withdrawal_recorded_late_still_wins_and_an_old_paper_found_later_does_not_undo_it():
    withdrawn = event(1, ConsentKind.WITHDRAWN, on=date(2026, 6, 3))
    old_paper = given_(2, on=date(2026, 6, 1), heads=(1,))
    assert not allowed([withdrawn, old_paper])


def test_a_new_decision_made_knowing_of_the_withdrawal_counts():
    withdrawn = event(1, ConsentKind.WITHDRAWN)
    assert allowed([withdrawn, given_(2)]), "the same desk, later in its log"
    assert allowed([event(1, ConsentKind.WITHDRAWN, log="a/warsaw"), given_(2, heads=(1,))]), "another desk that knew"
    between = given_(5, grant(material=(FACE,)), log="a/vilnius", heads=(1,))
    chain = [event(1, ConsentKind.WITHDRAWN, log="a/warsaw"), between, given_(6, heads=(5,))]
    assert allowed(chain), "through a statement between them"
    assert not allowed([event(1, ConsentKind.WITHDRAWN, log="a/warsaw"), given_(2)]), "another desk that did not"


def test_narrowing_leaves_only_what_both_allow():
    narrowed = event(2, ConsentKind.NARROWED, grant(material=(TEXT,), until=date(2027, 1, 1)))
    events = [given_(1, grant(material=(TEXT, FACE))), narrowed]
    assert allowed(events, need(TEXT))
    assert not allowed(events, need(FACE))
    assert not allowed(events, need(TEXT), at=date(2027, 1, 2))
    (standing,) = grants_at(events, TODAY)
    assert f"{2:032x}" == standing.shown_by


def test_narrowing_never_widens():
    narrowed = event(2, ConsentKind.NARROWED, grant(material=(TEXT, FACE), level=Level.FULL))
    assert not allowed([given_(1), narrowed], need(FACE))
    assert not allowed([given_(1), narrowed], need(level=Level.FULL))


def test_consent_of_one_person_is_nothing_for_another():
    assert not allowed([given_(1, person=OTHER)])
    stopped = intersect({PERSON: need(), OTHER: need()}, [given_(1)], TODAY)
    assert [decision.person for decision in stopped] == [OTHER]


def test_the_missing_grant_is_said_in_words():
    (decision,) = intersect({PERSON: need(TEXT, FACE)}, [], TODAY)
    text = describe_missing(decision)
    assert text == "prosecution-abroad to prosecutor at level pseudonym for image-of-face, statement-text"
    (decision,) = intersect({PERSON: need(TEXT, FACE)}, [given_(1)], TODAY)
    assert describe_missing(decision) == "prosecution-abroad to prosecutor at level pseudonym for image-of-face"
    (decision,) = intersect(
        {PERSON: Need(purpose=Purpose.MEDIA, recipient="x", level=Level.FULL, material=frozenset())}, [], TODAY
    )
    assert describe_missing(decision) == "media to x at level full for any material"


def test_grants_are_read_strictly():
    good = {
        "purpose": "media",
        "recipients": ["journalist"],
        "level": "initials",
        "material": ["audio"],
        "until": "2031-12-31",
        "conditions": "after the trial",
    }
    (read,) = parse_grants([good])
    assert date(2031, 12, 31) == read.until
    assert read == parse_grants([{**good, "conditions": "none"}])[0]
    for name, wrong in [
        ("purpose", "everything"),
        ("purpose", None),
        ("recipients", []),
        ("recipients", "journalist"),
        ("recipients", ["Journalist"]),
        ("recipients", [7]),
        ("level", "name"),
        ("material", ["all"]),
        ("material", []),
        ("until", "2031-02-30"),
        ("until", "2031"),
        ("until", 2031),
    ]:
        with pytest.raises(GrantMalformed):
            parse_grants([{**good, name: wrong}])
    for wrong in (None, {}, [None], [{}], [good] * 65):
        with pytest.raises(GrantMalformed):
            parse_grants(wrong)


grants = st.builds(
    grant,
    material=st.sets(st.sampled_from([TEXT, FACE]), min_size=1),
    recipients=st.sets(st.sampled_from(["prosecutor", "court"]), min_size=1),
    level=st.sampled_from(list(Level)),
    until=st.none() | st.dates(date(2026, 11, 1), date(2026, 12, 31)),
)
histories = st.lists(
    st.tuples(
        st.sampled_from(list(ConsentKind)),
        st.lists(grants, max_size=3),
        st.sampled_from(["a/minsk", "a/warsaw"]),
        st.dates(date(2026, 11, 1), date(2026, 11, 10)),
        st.sets(st.integers(0, 6), max_size=3),
    ),
    max_size=7,
)


def build(history):
    return [
        event(number, kind, *listed, log=log, on=on, heads=sorted(head for head in heads if head < number))
        for number, (kind, listed, log, on, heads) in enumerate(history)
    ]


@given(history=histories, data=st.data())
def test_the_order_in_which_statements_arrive_does_not_matter(history, data):
    events = build(history)
    shuffled = data.draw(st.permutations(events))
    assert grants_at(events, TODAY) == grants_at(shuffled, TODAY)


@given(history=histories, wanted=st.sets(st.sampled_from([TEXT, FACE]), min_size=1))
def test_one_more_withdrawal_never_allows_more(history, wanted):
    events = build(history)
    more = [*events, event(50, ConsentKind.WITHDRAWN, log="a/vilnius", on=TODAY)]
    assert not allowed(more, need(*wanted))


@given(
    history=histories, listed=st.lists(grants, max_size=3), wanted=st.sets(st.sampled_from([TEXT, FACE]), min_size=1)
)
def test_one_more_narrowing_never_allows_more(history, listed, wanted):
    events = build(history)
    more = [*events, event(50, ConsentKind.NARROWED, *listed, log="a/vilnius", on=TODAY)]
    assert allowed(events, need(*wanted)) or not allowed(more, need(*wanted))


@given(left=st.lists(grants, max_size=4), right=st.lists(grants, max_size=4), material=st.sampled_from([TEXT, FACE]))
def test_what_is_left_of_a_narrowing_was_in_both(left, right, material):
    kept = narrow(left, right)
    if covers(kept, need(material)) == frozenset():
        assert frozenset() == covers(left, need(material)) == covers(right, need(material))
