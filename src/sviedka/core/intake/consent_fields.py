# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the three consent statements share: who, and how it was said."""

from __future__ import annotations

from typing import Final

from sviedka.core.base.compound_kinds import Either, ListOf, Map
from sviedka.core.base.consent_words import LEVELS, MATERIALS, PURPOSES, RECIPIENT_PATTERN
from sviedka.core.base.kinds import Day, Line, Nothing, OneOf, Ref, Token
from sviedka.core.base.schema import ARCHIVE, EVERYONE, Field
from sviedka.core.base.shapes import LANGUAGE

METHODS: Final = ("signed", "audio", "verbal-witnessed", "digital", "agreed-word")

GRANT: Final = Map(
    required={
        "purpose": OneOf(words=PURPOSES, source="own, after the consent forms of the field"),
        "recipients": ListOf(
            of=Token(pattern=RECIPIENT_PATTERN, says="a kind of recipient in one word"), least=1, most=32
        ),
        "level": OneOf(words=LEVELS, source="own"),
        "material": ListOf(of=OneOf(words=MATERIALS, source="own"), least=1, most=len(MATERIALS)),
        "until": Either(kinds=(Day(), Nothing())),
    },
    optional={"conditions": Line()},
)
"""One permission: what for, to whom, how much of who they are, which material, until when (null: until taken back)."""

PERSON_FIELD: Final = Field(name="person", kind=Ref(to="person"), about=ARCHIVE, required=True)
"""Bare, under the archive's cell: that somebody took something back must be known after the rest is erased."""

GRANTS_FIELD: Final = Field(name="grants", kind=ListOf(of=GRANT, least=1, most=64), about=EVERYONE, required=True)

METHOD_FIELD: Final = Field(name="method", kind=OneOf(words=METHODS, source="own"), about=EVERYONE, required=True)

FORM_FIELD: Final = Field(name="form", kind=Line(most=120), about=EVERYONE)

INFORMED_FIELD: Final = Field(name="informed", kind=ListOf(of=Line(), least=1, most=32), about=EVERYONE)
"""What they were told before they answered: purposes, risks, limits, how to take it back."""

CONDITIONS_FIELD: Final = Field(name="conditions", kind=Line(), about=EVERYONE)

LANGUAGE_FIELD: Final = Field(name="language", kind=LANGUAGE, about=EVERYONE)

NOTE_FIELD: Final = Field(name="note", kind=Line(), about=EVERYONE)
