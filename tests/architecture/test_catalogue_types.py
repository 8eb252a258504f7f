# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rules that every declared statement type keeps: nothing for a register of people, persons findable, cells safe."""

import ast
import re
from dataclasses import replace
from pathlib import Path

import pytest

from sviedka.core import catalogue
from sviedka.core.base.asserted import DEMANDS, Asserted
from sviedka.core.base.compound_kinds import Either, ListOf, Map, Words
from sviedka.core.base.consent_words import LEVELS, MATERIALS, PURPOSES
from sviedka.core.base.kinds import Line, OneOf, Ref
from sviedka.core.base.schema import ARCHIVE, OWN, Field, StatementType
from sviedka.core.catalogue import all_types, find_type
from sviedka.core.disclose.consent_terms import Level, Material, Purpose
from sviedka.core.seal.statement_compose import FIELD_NAME, TYPE_NAME
from sviedka.core.seal.statement_shapes import COMMON, PAYLOAD

SOURCE = Path(catalogue.__file__).parent
ROOT = Path(__file__).resolve().parents[2]

# Promise G10: records what was done to people, never what people did; and no identity rests here.
FORBIDDEN = {
    "what people did or think": (
        "activis", "attend", "ballot", "belief", "chant", "conviction", "creed", "demonstrat", "ethnic", "ideolog",
        "march", "member", "opinion", "opposition", "participa", "partis", "party_", "poster", "protest", "rally",
        "religio", "slogan", "strike", "sympath", "view", "vote",
    ),
    "who people are": (
        "birth", "biometric", "document_number", "fingerprint", "first_name", "forename", "full_name", "given_name",
        "last_name", "maiden", "passport", "patronym", "real_name", "surname", "voiceprint",
    ),
    "how to find people": (
        "account", "address", "contact", "coordinate", "email", "handle", "home", "imei", "latitude", "longitude",
        "messenger", "phone", "telegram",
    ),
    "faces": ("embedding", "face", "facial", "likeness", "portrait"),
}  # fmt: skip

# Two names that hold a forbidden word and are about a file or a copy of a page.
ALLOWED = {"archive_reference"}


def field_names(kind):
    for field in kind.all_fields:
        yield field.name
        yield from field.kind.names()


def forbidden_in(kind):
    words = [word for group in FORBIDDEN.values() for word in group]
    return sorted({name for name in field_names(kind) if name not in ALLOWED for word in words if word in name})


def inner_kinds(kind):
    yield kind
    if isinstance(kind, ListOf):
        yield from inner_kinds(kind.of)
    if isinstance(kind, Map):
        for inner in (*kind.required.values(), *kind.optional.values()):
            yield from inner_kinds(inner)
    if isinstance(kind, Either):
        for inner in kind.kinds:
            yield from inner_kinds(inner)


@pytest.mark.parametrize("kind", all_types(), ids=lambda kind: kind.reference)
def test_no_type_has_a_field_for_what_people_did_or_who_they_are(kind):
    assert forbidden_in(kind) == []


@pytest.mark.parametrize(
    "field",
    [
        Field(name="protest_participation", kind=Line(), about=ARCHIVE),
        Field(name="notes", kind=Map(optional={"political_opinion": Line()}), about=ARCHIVE),
        Field(name="seen", kind=ListOf(of=Map(required={"face_embedding": Line()})), about=ARCHIVE),
        Field(name="identity", kind=Either(kinds=(Line(), Map(optional={"surname": Line()}))), about=ARCHIVE),
        Field(name="phone", kind=Line(), about=ARCHIVE, repeated=True),
    ],
    ids=lambda field: field.name,
)
def test_the_rule_finds_a_field_that_must_not_be(field):
    act = find_type("act/1")
    assert len(forbidden_in(replace(act, fields=(*act.fields, field)))) == 1


def test_a_person_has_a_pseudonym_a_cell_and_a_counting_unit_and_nothing_else():
    assert set(field_names(find_type("person/1"))) == {
        "cell",
        "pseudonym",
        "counting_unit",
        "label",
        "part",
        "of",
        "number",
    }


@pytest.mark.parametrize("kind", all_types(), ids=lambda kind: kind.reference)
def test_everybody_in_a_statement_is_found_by_the_one_name_person(kind):
    for field in kind.all_fields:
        for inner in inner_kinds(field.kind):
            members = {**inner.required, **inner.optional} if isinstance(inner, Map) else {}
            assert all(name == "person" for name, of in members.items() if isinstance(of, Ref) and of.to == "person")
            assert not (isinstance(inner, ListOf) and isinstance(inner.of, Ref) and inner.of.to == "person")
        if isinstance(field.kind, Ref) and field.kind.to == "person":
            assert (field.name, field.repeated) == ("person", False)


def holds_more_than_an_identifier(field):
    """Tell whether a field that names persons says anything more of them."""
    free = (Line, Words, OneOf)
    kinds = list(inner_kinds(field.kind))
    names_persons = any(isinstance(inner, Ref) and inner.to == "person" for inner in kinds)
    return names_persons and any(isinstance(inner, free) for inner in kinds)


@pytest.mark.parametrize("kind", all_types(), ids=lambda kind: kind.reference)
def test_what_says_more_of_a_person_than_an_identifier_goes_under_their_cell(kind):
    for field in kind.all_fields:
        if holds_more_than_an_identifier(field):
            assert field.about != ARCHIVE, f"{kind.reference} {field.name}"
    act = find_type("act/1")
    roles = next(field for field in act.fields if field.name == "role")
    assert roles.about == OWN
    assert holds_more_than_an_identifier(replace(roles, about=ARCHIVE))  # the control


@pytest.mark.parametrize("kind", all_types(), ids=lambda kind: kind.reference)
def test_where_a_statement_can_name_persons_its_text_is_not_about_nobody(kind):
    if kind.subject_is_person or any(
        isinstance(inner, Ref) and inner.to == "person" for field in kind.fields for inner in inner_kinds(field.kind)
    ):
        for field in kind.fields:
            if isinstance(field.kind, Words):
                assert field.about != ARCHIVE, f"{kind.reference} {field.name}"


@pytest.mark.parametrize("kind", all_types(), ids=lambda kind: kind.reference)
def test_names_are_such_as_a_statement_can_carry_and_fields_refer_to_fields(kind):
    assert TYPE_NAME.fullmatch(kind.reference)
    names = [field.name for field in kind.all_fields]
    assert len(set(names)) == len(names)
    assert set(names).isdisjoint({*COMMON, *PAYLOAD})
    for field in kind.all_fields:
        assert FIELD_NAME.fullmatch(field.name)
        assert not re.search(r"\.[0-9]", field.name)
        assert set(field.about.fields) <= set(names)
        assert not (field.repeated and isinstance(field.kind, Words))


def test_each_type_is_one_file_named_for_it():
    files = {
        path.stem: path
        for room in catalogue.ROOMS
        for path in (SOURCE / room / "types").glob("*.py")
        if not path.stem.startswith("_")
    }
    named = {kind.name.replace(".", "_") + (f"_{kind.version}" if kind.version > 1 else "") for kind in all_types()}
    assert set(files) == named
    for path in files.values():
        declared = [node for node in ast.parse(path.read_text("utf-8")).body if isinstance(node, ast.AnnAssign)]
        assert sum(ast.unparse(node.target) == "TYPE" for node in declared) == 1


def test_a_new_file_in_a_types_folder_is_a_new_type(tmp_path, monkeypatch):
    package = tmp_path / "types"
    package.mkdir()
    (package / "rumour.py").write_text(
        "from sviedka.core.base.schema import StatementType\n"
        "TYPE = StatementType(name='rumour', version=1, label='rumour', fields=())\n"
    )
    (package / "_draft.py").write_text("TYPE = None\n")
    from sviedka.core.record import types

    monkeypatch.setattr(types, "__path__", [*types.__path__, str(package)])
    catalogue._by_reference.cache_clear()
    try:
        assert find_type("rumour/1").label == "rumour"
    finally:
        monkeypatch.undo()
        catalogue._by_reference.cache_clear()
    with pytest.raises(catalogue.TypeUnknown):
        find_type("rumour/1")


def test_two_rooms_use_the_same_words_of_consent():
    assert tuple(Purpose) == PURPOSES
    assert tuple(Level) == LEVELS
    assert tuple(Material) == MATERIALS


def test_wording_presumes_innocence():
    words = {
        word
        for kind in all_types()
        for field in kind.all_fields
        for inner in inner_kinds(field.kind)
        if isinstance(inner, OneOf)
        for word in inner.words
    }
    assert "reported-perpetrator" in words
    assert words.isdisjoint({"perpetrator", "suspect", "criminal", "murderer", "torturer", "guilty", "culprit"})


def test_every_vocabulary_says_where_it_comes_from():
    for kind in all_types():
        for field in kind.all_fields:
            for inner in inner_kinds(field.kind):
                if isinstance(inner, OneOf):
                    assert inner.source
                    assert len(set(inner.words)) == len(inner.words)


def test_a_statement_type_is_frozen():
    with pytest.raises(AttributeError):
        find_type("claim/1").fields = ()
    assert isinstance(find_type("claim/1"), StatementType)


def test_the_list_of_what_is_asserted_in_person_is_that_of_the_declared_types_and_of_the_page():
    for name, demand in DEMANDS.items():
        assert find_type(f"{name}/{demand.since}").asserted is demand.asserted
        if demand.asserted is Asserted.NAMED:
            assert {field.name: field.required for field in find_type(f"{name}/{demand.since}").fields}["by"]
    page = (ROOT / "verifier" / "src" / "asserted.ts").read_text("utf-8")
    listed = re.findall(r'\["([a-z.]+)", \{ since: ([0-9]+), asserted: "([a-z]+)" \}\]', page)
    ours = sorted((name, str(demand.since), demand.asserted.value) for name, demand in DEMANDS.items())
    assert sorted(listed) == ours
    assert sorted(listed[1:]) != ours  # a line left out would be seen
