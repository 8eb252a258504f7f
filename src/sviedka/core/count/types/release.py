# SPDX-License-Identifier: AGPL-3.0-or-later
"""Statistics were published: what they count, how, and which bytes left. Somebody stands behind it in person.

`ledger` holds the numbers behind the tables, hidden ones too, in segments of one text (spec/09-count.md): without them nobody
could say what the next release would give away. It is for the archive; what leaves shows the statement without it.
"""

from __future__ import annotations

from typing import Final

from sviedka.core.base.compound_kinds import Map, Words
from sviedka.core.base.kinds import Day, Digest, Integer, OneOf, Ref, Token
from sviedka.core.base.schema import ARCHIVE, Field, StatementType
from sviedka.core.base.shapes import TITLE

UNITS: Final = ("persons", "acts", "complaints", "events")
CERTAINTIES: Final = ("documented-minimum", "official-figure", "estimate")

FILE: Final = Map(
    required={
        "path": Token(
            pattern=r"[a-z0-9][a-z0-9._-]{0,99}", says="a file name of small letters, digits, dots and dashes"
        ),
        "sha256": Digest(),
    }
)

TYPE: Final = StatementType(
    name="release",
    version=1,
    label="release of statistics",
    fields=(
        Field(name="title", kind=TITLE, about=ARCHIVE, required=True),
        Field(name="unit", kind=OneOf(words=UNITS, source="own"), about=ARCHIVE, required=True),
        Field(name="population", kind=TITLE, about=ARCHIVE, required=True),
        Field(name="as_of", kind=Day(), about=ARCHIVE, required=True),
        Field(name="method", kind=TITLE, about=ARCHIVE, required=True),
        Field(name="coverage", kind=TITLE, about=ARCHIVE, required=True),
        Field(name="certainty", kind=OneOf(words=CERTAINTIES, source="own"), about=ARCHIVE, required=True),
        Field(name="threshold", kind=Integer(least=3), about=ARCHIVE, required=True),
        Field(name="rounded_to", kind=Integer(least=1), about=ARCHIVE, required=True),
        Field(name="shown", kind=Integer(), about=ARCHIVE, required=True),
        Field(name="hidden", kind=Integer(), about=ARCHIVE, required=True),
        # How many releases the attacker was given, this one included, and what doubt they were left with at least.
        Field(name="audited", kind=Integer(least=1), about=ARCHIVE, required=True),
        Field(name="least_doubt", kind=Integer(), about=ARCHIVE),
        # Estimates in the same log that the files show.
        Field(name="estimate", kind=Ref(to="statement"), about=ARCHIVE, repeated=True),
        Field(name="corrects", kind=Ref(to="statement"), about=ARCHIVE),
        Field(name="erratum", kind=TITLE, about=ARCHIVE),
        Field(name="plan_sha256", kind=Digest(), about=ARCHIVE, required=True),
        Field(name="file", kind=FILE, about=ARCHIVE, required=True, repeated=True),
        Field(name="ledger", kind=Words(), about=ARCHIVE, required=True),
    ),
)
