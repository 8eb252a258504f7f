# SPDX-License-Identifier: AGPL-3.0-or-later
"""One thing done to somebody, as somebody reports it: the smallest unit that is counted.

Each role is a disclosure of its own under the cell of the person in it. What was done, how, when and where goes under
the victims' cells: it is what they suffered. No field says what anybody did before it was done to them.
"""

from __future__ import annotations

from typing import Final

from sviedka.core.base.compound_kinds import ListOf, Map, Words
from sviedka.core.base.kinds import Date, Flag, Integer, Line, OneOf, Ref
from sviedka.core.base.phrases import Phrase
from sviedka.core.base.schema import ARCHIVE, OWN, About, Field, Fields, StatementType
from sviedka.core.base.shapes import PLACE, SENSITIVE_FIELD
from sviedka.core.record.act_words import ACT_TYPES, DEGREES, METHODS, ROLES, VICTIMS

_SUFFERED: Final = About(fields=("role",), roles=VICTIMS)

IDENTIFIED_BY: Final = (
    "self-identified",
    "badge",
    "insignia",
    "vehicle",
    "voice",
    "known-to-witness",
    "document",
    "leaked-list",
    "inference",
)

ROLE: Final = Map(
    required={"role": OneOf(words=ROLES, source="own; wording after rule R26")},
    optional={
        "person": Ref(to="person"),
        "unit": Line(),
        "description": Line(),
        "degree": OneOf(words=tuple(DEGREES), source="HURIDOCS list 18, own terms"),
        "identified_by": ListOf(of=OneOf(words=IDENTIFIED_BY, source="own"), least=1, most=9),
        "number_least": Integer(least=1, most=10_000_000),
        "number_most": Integer(least=1, most=10_000_000),
        "minor": Flag(),
        "note": Line(),
    },
    one_of=("person", "unit", "description"),
)


def _degrees_are_of_reported_roles(fields: Fields) -> Phrase | None:
    roles = fields.get("role")
    for role in roles if isinstance(roles, list) else []:
        if isinstance(role, dict) and "degree" in role and role.get("role") in {*VICTIMS, "witness"}:
            return Phrase("a degree of involvement belongs to a reported role, not to a victim or witness.")
    return None


TYPE: Final = StatementType(
    name="act",
    version=1,
    label="act",
    fields=(
        Field(name="event", kind=Ref(to="event"), about=ARCHIVE),
        Field(
            name="act_type",
            kind=OneOf(words=tuple(ACT_TYPES), source="HURIDOCS list 4, own terms"),
            about=_SUFFERED,
            required=True,
        ),
        Field(
            name="methods",
            kind=ListOf(of=OneOf(words=tuple(METHODS), source="HURIDOCS list 5, own terms"), most=len(METHODS)),
            about=_SUFFERED,
        ),
        Field(name="date", kind=Date(), about=_SUFFERED),
        Field(name="place", kind=PLACE, about=_SUFFERED),
        Field(name="role", kind=ROLE, about=OWN, required=True, repeated=True),
        Field(name="text", kind=Words(), about=About(fields=("role",))),
        SENSITIVE_FIELD,
    ),
    rules=(_degrees_are_of_reported_roles,),
)
