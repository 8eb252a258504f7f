# SPDX-License-Identifier: AGPL-3.0-or-later
"""Somebody, under a pseudonym. Names, contacts and documents of identity have no field here and never will."""

from __future__ import annotations

from typing import Final

from sviedka.core.base.kinds import Line, OneOf, Ref
from sviedka.core.base.schema import ARCHIVE, EVERYONE, Field, StatementType

COUNTING_UNITS: Final = ("individual", "family", "group", "organisation", "unknown")

TYPE: Final = StatementType(
    name="person",
    version=1,
    label="person",
    subject_is_person=True,
    fields=(
        # Which cell is theirs must be known when it is gone: that is how one sees that it was taken back.
        Field(name="cell", kind=Ref(to="cell"), about=ARCHIVE, required=True),
        Field(name="pseudonym", kind=Line(most=120), about=EVERYONE, required=True),
        Field(
            name="counting_unit",
            kind=OneOf(words=COUNTING_UNITS, source="HURIDOCS list 7, shortened"),
            about=EVERYONE,
            required=True,
        ),
    ),
)
