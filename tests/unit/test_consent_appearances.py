# SPDX-License-Identifier: AGPL-3.0-or-later
"""Everybody who appears in what is disclosed is found, by identifier, wherever the identifier stands."""

from hypothesis import given
from hypothesis import strategies as st

from sviedka.core.disclose.appearances import find_appearances, find_traces
from sviedka.core.disclose.consent_terms import Material

ANNA, BORIS, ITEM, ACT = ("a" * 32, "b" * 32, "c" * 32, "d" * 32)
TEXT = Material.STATEMENT_TEXT


def traces(kind, subject=ACT, **fields):
    return find_traces(
        kind=kind, subject=subject, fields={name.replace("__", "."): value for name, value in fields.items()}
    )


def appear(*found, listed=(), exhibits=None):
    return find_appearances(found, listed=listed, exhibits=exhibits or {})


def test_people_are_found_in_roles_lists_and_references():
    for statement in (
        traces("act/1", role__1={"role": "victim", "person": ANNA}),
        traces("claim/1", persons__1={"person": ANNA}),
        traces("claim/1", persons=[ANNA]),
        traces("item.received/1", shows=[ANNA]),
        traces("custody.transfer/1", **{"from": {"person": ANNA}}),
        traces("unknown/9", deep=[{"deeper": [{"person": ANNA}]}]),
    ):
        assert {ANNA: frozenset({TEXT})} == appear(statement)


def test_a_known_person_is_found_wherever_their_identifier_stands():
    known = traces("person/1", subject=ANNA)
    assert {ANNA: frozenset()} == appear(known)
    assert {ANNA: frozenset({TEXT})} == appear(known, traces("claim/1", about=ANNA))
    assert {ANNA: frozenset({TEXT})} == appear(traces("claim/1", value=ANNA), listed=[ANNA])
    assert appear(traces("claim/1", about=ACT)) == {}


def test_consent_statements_make_nobody_appear():
    assert appear(traces("consent.given/1", subject=ANNA, person=ANNA)) == {}
    assert appear(traces("consent.given/1", subject=ANNA, person=ANNA), listed=[ANNA]) == {}


def test_an_exhibit_needs_the_grant_of_its_kind():
    shown = traces("item.received/1", subject=ITEM, shows=[ANNA])
    for media_type, material in (
        ("image/jpeg", Material.IMAGE_OF_FACE),
        ("video/mp4", Material.VIDEO),
        ("audio/ogg", Material.AUDIO),
        ("application/pdf", Material.DOCUMENT),
        ("", Material.DOCUMENT),
    ):
        assert {ANNA: frozenset({material})} == appear(shown, exhibits={ITEM: media_type})


def test_sensitive_material_needs_a_grant_that_names_it():
    who = {"role": "victim", "person": ANNA}
    marked = traces("claim/1", persons=[ANNA], sensitive=["sexual-violence", "medical"])
    assert {TEXT, Material.SEXUAL_VIOLENCE, Material.MEDICAL} == appear(marked)[ANNA]
    for fields in ({"act_type": "rape"}, {"act_type": "sexual-assault"}, {"methods": ["burns", "sexual-threat"]}):
        assert Material.SEXUAL_VIOLENCE in appear(traces("act/1", role__1=who, **fields))[ANNA]
    assert {TEXT} == appear(traces("act/1", role__1=who, act_type="assault", methods=["burns"]))[ANNA]


def test_two_people_in_one_statement_both_appear():
    both = traces("act/1", role__1={"person": ANNA}, role__2={"person": BORIS})
    assert {ANNA, BORIS} == set(appear(both))


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from([ANNA, BORIS, ITEM]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["person", "shows", "x"]), inner),
)


@given(fields=st.dictionaries(st.sampled_from(["person", "persons.1", "shows", "role.2", "x"]), values))
def test_whatever_the_fields_hold_a_listed_person_in_them_is_found(fields):
    found = find_traces(kind="claim/1", subject=ACT, fields=fields)
    assert (ANNA in repr(fields)) == (ANNA in appear(found, listed=[ANNA]))
