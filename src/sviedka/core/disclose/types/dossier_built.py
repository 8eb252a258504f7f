# SPDX-License-Identifier: AGPL-3.0-or-later
"""A dossier left: for what, to whom, and which bytes. Its subject is the dossier."""

from __future__ import annotations

from typing import Final

from sviedka.core.base.compound_kinds import Map
from sviedka.core.base.consent_words import PURPOSES, RECIPIENT_PATTERN
from sviedka.core.base.kinds import Digest, Integer, Line, OneOf, Token
from sviedka.core.base.schema import ARCHIVE, Field, StatementType
from sviedka.core.base.shapes import PERSON

RECIPIENT: Final = Map(
    required={"kind": Token(pattern=RECIPIENT_PATTERN, says="a kind of recipient in one word"), "name": Line(most=200)}
)

TYPE: Final = StatementType(
    name="dossier.built",
    version=1,
    label="dossier built",
    fields=(
        Field(name="purpose", kind=OneOf(words=PURPOSES, source="own"), about=ARCHIVE, required=True),
        Field(name="recipient", kind=RECIPIENT, about=ARCHIVE, required=True),
        Field(name="seal_sha256", kind=Digest(), about=ARCHIVE, required=True),
        Field(name="tagmanifest_sha256", kind=Digest(), about=ARCHIVE, required=True),
        Field(name="spec_sha256", kind=Digest(), about=ARCHIVE, required=True),
        Field(name="built_at", kind=Integer(), about=ARCHIVE, required=True),
        Field(name="statements", kind=Integer(), about=ARCHIVE),
        Field(name="exhibits", kind=Integer(), about=ARCHIVE),
        Field(name="withheld", kind=Integer(), about=ARCHIVE),
        Field(name="persons", kind=PERSON, about=ARCHIVE, repeated=True),
    ),
)
