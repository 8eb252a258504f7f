# SPDX-License-Identifier: AGPL-3.0-or-later
"""Each kind of value: what it takes, what it refuses, and what it says was expected."""

import pytest

from sviedka.core import catalogue
from sviedka.core.base.compound_kinds import Either, ListOf, Map, Words, any_ref
from sviedka.core.base.kinds import Date, Day, Digest, Flag, Instant, Integer, Kind, Line, Nothing, OneOf, Ref, Token
from sviedka.core.base.schema import DoesNotFit, StatementType, check
from sviedka.core.catalogue import find_type

ID = "1" * 32
WORDS = OneOf(words=("be", "ru"), source="own")

TAKEN = [
    (Line(), "Ж"),
    (Line(most=3), "abc"),
    (Line(), "לא\u200e"),
    (Token(pattern="[a-z]+", says="letters"), "abc"),
    (WORDS, "be"),
    (Ref(to="act"), ID),
    (Integer(least=1, most=6), 6),
    (Flag(), False),
    (Nothing(), None),
    (Digest(), "0" * 64),
    (Date(), "2020-08-XX"),
    (Day(), "2031-12-31"),
    (Instant(), "2026-11-21T22:53:00Z"),
    (Words(), ["a", {"text": "b"}, {"text": "c\n\td", "about": [ID]}]),
    (ListOf(of=Integer(), least=1, most=2), [1, 2]),
    (Map(required={"a": Flag()}, optional={"b": Line()}), {"a": True}),
    (any_ref("act", "person"), {"person": ID}),
    (Either(kinds=(Flag(), Line())), "x"),
]

REFUSED = [
    (Line(), "", "a line"),
    (Line(most=3), "abcd", "1 to 3"),
    (Line(), "a\nb", "a line"),
    (Line(), "a\u2028b", "a line"),
    (Line(), "\ud800", "a line"),
    (Line(), 1, "a line"),
    (Token(pattern="[a-z]+", says="letters"), "abc\n", "letters"),
    (WORDS, "en", "one of be, ru"),
    (WORDS, ["be"], "one of be, ru"),
    (Ref(to="act"), "1", "identifier (act)"),
    (Integer(least=1, most=6), 0, "from 1 to 6"),
    (Integer(), True, "whole number"),
    (Flag(), 1, "true or false"),
    (Nothing(), "", "null"),
    (Digest(), "0" * 63 + "A", "64"),
    (Date(), "yesterday", "date with doubt"),
    (Date(), {"edtf": "2020"}, "date with doubt"),
    (Day(), "2031-12", "a day"),
    (Day(), "2031-02-30", "a day"),
    (Day(), "2031-12-XX", "a day"),
    (Day(), None, "a day"),
    (Instant(), "2026-11-21", "a moment"),
    (Words(), [], "segments"),
    (Words(), "text", "segments"),
    (Words(), ["a"] * 257, "segments"),
    (Words(), [""], "a segment's text"),
    (Words(), ["a" * 4_001], "a segment's text"),
    (Words(), ["a\x00"], "a segment's text"),
    (Words(), [{"text": "a", "by": "x"}], "an object of text and about"),
    (Words(), [{"text": "a", "about": ["x"]}], "about"),
    (Words(), [{"text": "a", "about": ID}], "about"),
    (Words(), [1], "a segment's text"),
    (ListOf(of=Integer(), least=1, most=2), [], "1 to 2"),
    (ListOf(of=Integer(), least=1, most=2), ["x"], "whole number"),
    (ListOf(of=Integer()), {}, "a list"),
    (Map(required={"a": Flag()}), {}, "members a"),
    (Map(required={"a": Flag()}), {"a": 1}, "in a, true or false"),
    (Map(required={"a": Flag()}), {"a": True, "b": 1}, "members a"),
    (Map(optional={"a": Flag()}), {}, "members a"),
    (Map(optional={"a": Flag()}), [], "members a"),
    (any_ref("act", "person"), {"act": ID, "person": ID}, "exactly one"),
    (Either(kinds=(Flag(), Nothing())), 1, "true or false or null"),
]


@pytest.mark.parametrize(("kind", "value"), TAKEN)
def test_a_value_of_its_kind_is_taken(kind, value):
    assert kind.problem(value) is None
    assert kind.expects()


@pytest.mark.parametrize(("kind", "value", "says"), REFUSED)
def test_another_value_is_refused_with_what_was_expected(kind, value, says):
    assert says in (kind.problem(value) or "")


def test_references_are_found_at_any_depth_and_only_where_there_are_any():
    kind = ListOf(of=Map(optional={"to": Either(kinds=(Ref(to="act"), Line())), "who": Ref(to="person"), "n": Flag()}))
    found = {(ref.to, ref.id) for ref in kind.references([{"to": ID, "n": True}, {"who": "2" * 32}, {"to": "words"}])}
    assert found == {("act", ID), ("person", "2" * 32)}
    assert next(iter(Words().references([{"text": "a", "about": [ID]}, "b"]))).to == "person"
    assert list(Line().references("x")) == []


def test_a_kind_without_a_rule_is_no_kind():
    with pytest.raises(NotImplementedError):
        Kind().problem(1)
    with pytest.raises(NotImplementedError):
        Kind().expects()


@pytest.mark.parametrize(
    ("reference", "fields", "says"),
    [
        ("citation/1", {"source": ID, "access": "page"}, "needs a locator"),
        (
            "citation/1",
            {"source": ID, "access": "page", "locator": "3", "translation": ["x"]},
            "needs its translator",
        ),
        (
            "act/1",
            {"act_type": "assault", "role": [{"role": "victim", "description": "x", "degree": "direct"}]},
            "belongs to a reported role",
        ),
        ("act/1", {"act_type": "assault", "role": [{"role": "victim", "person": ID, "unit": "x"}]}, "exactly one"),
        ("consent.given/1", {"person": ID}, "needs the field grants"),
    ],
)
def test_what_must_hold_between_fields(reference, fields, says):
    with pytest.raises(DoesNotFit, match=says):
        check(find_type(reference), fields)


def test_what_holds_between_fields_passes():
    check(find_type("citation/1"), {"source": ID, "access": "whole"})
    check(
        find_type("citation/1"),
        {"source": ID, "access": "page", "locator": "3", "translation": ["x"], "translated_by": "an interpreter"},
    )
    role = {"role": "reported-perpetrator", "unit": "a unit that the source does not name", "degree": "direct"}
    check(find_type("act/1"), {"act_type": "assault", "role": [role], "part": {"of": ID, "number": 2}})


def test_two_files_of_one_type_and_a_file_without_one_are_bugs(monkeypatch):
    claim = find_type("claim/1")
    catalogue._by_reference.cache_clear()
    monkeypatch.setattr(catalogue, "_declared", lambda: iter([claim, claim]))
    with pytest.raises(TypeError, match="claim/1"):
        catalogue.all_types()
    monkeypatch.undo()
    from sviedka.core.record.types import claim as module

    monkeypatch.setattr(module, "TYPE", None)
    with pytest.raises(TypeError, match=r"claim\.py"):
        catalogue.all_types()
    monkeypatch.undo()
    assert isinstance(find_type("claim/1"), StatementType)
