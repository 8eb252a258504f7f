# SPDX-License-Identifier: AGPL-3.0-or-later
"""One assertion, evidenced by citations: everything about the world is one (rules R16, R17, R19).

Claims that contradict each other are both kept. The official version is a claim like any other, by an official source,
shown beside the rest (rule R20).
"""

from __future__ import annotations

from typing import Final

from sviedka.core.base.compound_kinds import Either, Words, any_ref
from sviedka.core.base.kinds import Date, Flag, Integer, Line, OneOf, Ref
from sviedka.core.base.phrases import Phrase
from sviedka.core.base.schema import ARCHIVE, EVERYONE, Field, Fields, StatementType
from sviedka.core.base.shapes import PERSON, PLACE, SENSITIVE_FIELD

STANCES: Final = ("asserts", "denies", "cannot-confirm")
BASES: Final = ("first-hand", "hearsay", "inference", "official-record", "expert")
STATUSES: Final = ("accepted", "conflict", "work-needed", "issue", "retracted")

ABOUT: Final = any_ref("act", "event", "person", "item", "source", "citation", "claim", "case")


def _something_is_said(fields: Fields) -> Phrase | None:
    return None if {"value", "text"} & fields.keys() else Phrase("it must say something: a value, a text, or both.")


def _a_retraction_is_explained(fields: Fields) -> Phrase | None:
    if fields.get("status") == "retracted" and "status_note" not in fields:
        return Phrase("status retracted needs a status_note (rule R17).")
    return None


def _a_judgement_is_explained(fields: Fields) -> Phrase | None:
    citations = fields.get("citation")
    several = isinstance(citations, list) and len(citations) > 1
    if (several or fields.get("status") == "conflict") and "public_note" not in fields:
        return Phrase("two or more citations, or a conflict, need a public_note (rule R16).")
    return None


TYPE: Final = StatementType(
    name="claim",
    version=1,
    label="claim",
    fields=(
        Field(name="about", kind=ABOUT, about=ARCHIVE, required=True),
        Field(name="predicate", kind=Line(most=200), about=EVERYONE, required=True),
        Field(name="value", kind=Either(kinds=(Line(), Integer(least=-(2**53) + 1), Flag(), ABOUT)), about=EVERYONE),
        Field(name="text", kind=Words(), about=EVERYONE),
        Field(name="stance", kind=OneOf(words=STANCES, source="own"), about=ARCHIVE, required=True),
        Field(name="basis", kind=OneOf(words=BASES, source="own"), about=ARCHIVE, required=True),
        Field(name="date", kind=Date(), about=EVERYONE),
        Field(name="place", kind=PLACE, about=EVERYONE),
        Field(name="citation", kind=Ref(to="citation"), about=ARCHIVE, required=True, repeated=True),
        # 1 confirmed by other independent sources … 5 improbable, 6 cannot be judged (Admiralty code).
        Field(name="credibility", kind=Integer(least=1, most=6), about=ARCHIVE, required=True),
        Field(name="status", kind=OneOf(words=STATUSES, source="own"), about=ARCHIVE, required=True),
        Field(name="status_note", kind=Line(most=2_000), about=EVERYONE),
        Field(name="public_note", kind=Line(most=2_000), about=EVERYONE),
        Field(name="supersedes", kind=Ref(to="claim"), about=ARCHIVE, repeated=True),
        Field(name="persons", kind=PERSON, about=ARCHIVE, repeated=True),
        SENSITIVE_FIELD,
    ),
    rules=(_something_is_said, _a_retraction_is_explained, _a_judgement_is_explained),
)
