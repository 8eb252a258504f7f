# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where something is known from. Its reliability is judged by itself, apart from what it says (rule R19)."""

from __future__ import annotations

from typing import Final

from sviedka.core.base.kinds import Date, Flag, Line, OneOf, Ref
from sviedka.core.base.schema import ARCHIVE, EVERYONE, Field, StatementType
from sviedka.core.base.shapes import LANGUAGE, PERSON, TITLE

KINDS: Final = (
    "person",
    "document",
    "recording",
    "image",
    "dataset",
    "official-statement",
    "publication",
    "web-item",
    "physical",
)

CONNECTIONS: Final = (
    "victim",
    "eyewitness",
    "earwitness",
    "reported-perpetrator",
    "insider",
    "relative",
    "colleague",
    "lawyer",
    "medical",
    "ngo",
    "intergovernmental",
    "journalist",
    "official",
    "leak",
    "unknown",
)
"""How the source stands to what it tells (HURIDOCS list 19; insider, leak and intergovernmental are ours)."""

RELIABILITY: Final = ("A", "B", "C", "D", "E", "F")
"""A completely, B usually, C fairly, D not usually reliable, E unreliable, F cannot be judged (Admiralty code)."""

TYPE: Final = StatementType(
    name="source",
    version=1,
    label="source",
    fields=(
        Field(name="kind", kind=OneOf(words=KINDS, source="own, after HURIDOCS list 16"), about=ARCHIVE, required=True),
        Field(name="title", kind=TITLE, about=EVERYONE, required=True),
        Field(name="publisher", kind=Line(), about=EVERYONE),
        Field(name="author", kind=Line(), about=EVERYONE),
        Field(name="language", kind=LANGUAGE, about=ARCHIVE),
        Field(name="created", kind=Date(), about=EVERYONE),
        Field(name="published", kind=Date(), about=ARCHIVE),
        Field(name="received", kind=Date(), about=EVERYONE),
        Field(name="connection", kind=OneOf(words=CONNECTIONS, source="HURIDOCS list 19"), about=EVERYONE),
        Field(name="reliability", kind=OneOf(words=RELIABILITY, source="Admiralty code"), about=ARCHIVE, required=True),
        Field(name="reliability_reason", kind=Line(), about=EVERYONE),
        Field(name="independence_group", kind=Line(most=120), about=ARCHIVE),
        Field(name="url", kind=Line(most=2_000), about=EVERYONE),
        Field(name="perishable", kind=Flag(), about=ARCHIVE),
        Field(name="item", kind=Ref(to="item"), about=ARCHIVE),
        Field(name="persons", kind=PERSON, about=ARCHIVE, repeated=True),
    ),
)
