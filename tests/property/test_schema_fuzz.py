# SPDX-License-Identifier: AGPL-3.0-or-later
"""No fields make a type's check stumble, its messages repeat no value, and what fits survives sealing."""

from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from sviedka.core.base.canonical import encode_canonical
from sviedka.core.base.schema import DoesNotFit, check, check_shown, each_value, references
from sviedka.core.catalogue import all_types
from sviedka.core.seal.statement_parts import to_parts

CANARY = "Canary Who Must Not Be Named"
IDS = st.sampled_from(["1" * 32, "2" * 32])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | IDS | st.just(CANARY)
    | st.sampled_from(["2020-08-10", "be", "victim", "accepted", "asserts", "first-hand", "a" * 64, "2026-11.1"])
    | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["person", "role", "text", "about", "edtf", "act", "purpose", "be", "description", CANARY]), inner, max_size=3
    ),
    max_leaves=8,
)  # fmt: skip


@st.composite
def types_and_fields(draw):
    kind = draw(st.sampled_from(all_types()))
    names = st.sampled_from([field.name for field in kind.all_fields] + [CANARY, "protest"])
    repeated = {field.name for field in kind.all_fields if field.repeated}
    fields = draw(st.dictionaries(names, VALUES, max_size=6))
    return kind, {
        name: [value] if name in repeated and draw(st.booleans()) else value for name, value in fields.items()
    }


@settings(deadline=None, max_examples=400)
@given(types_and_fields())
def test_fields_fit_or_are_refused_without_repeating_them(drawn):
    kind, fields = drawn
    for look in (check, check_shown):
        try:
            look(kind, fields)
        except DoesNotFit as failure:
            assert CANARY not in str(failure)  # noqa: PT017
    with suppress(DoesNotFit):
        list(references(kind, fields))


GOOD = {
    "claim/1": {
        "about": st.just({"act": "1" * 32}),
        "predicate": st.text("abc", min_size=1),
        "value": st.integers(-5, 5) | st.booleans() | st.text("абв", min_size=1),
        "text": st.lists(st.text("абв. ", min_size=1), min_size=1, max_size=20),
        "stance": st.sampled_from(["asserts", "denies"]),
        "basis": st.just("hearsay"),
        "date": st.sampled_from(["2020-08-XX", {"edtf": "2020-08-10", "time_text": "at night"}]),
        "citation": st.lists(IDS, min_size=1, max_size=1),
        "credibility": st.integers(1, 6),
        "status": st.just("accepted"),
        "persons": st.lists(IDS.map(lambda person: {"person": person}), max_size=2),
        "label": st.text("abc", min_size=1),
    }
}


@settings(deadline=None)
@given(st.fixed_dictionaries(GOOD["claim/1"]))
def test_what_fits_before_sealing_fits_after_it(fields):
    (kind,) = (kind for kind in all_types() if kind.reference == "claim/1")
    parts = to_parts(kind, fields, subject="9" * 32, cell_of=lambda person: person, archive_cell="a" * 32)
    shown = {}
    for part in parts:
        shown[part.name] = part.value if hasattr(part, "value") else [segment.text for segment in part.segments]
    check_shown(kind, shown)
    assert encode_canonical(shown)
    named = {
        name for field in kind.all_fields if field.name in fields for name, _ in each_value(field, fields[field.name])
    }
    assert set(shown) == named
    persons = {entry["person"] for entry in fields["persons"]}
    for part in parts:
        if part.name == "value":
            assert set(part.cells) == (persons or {"a" * 32})
