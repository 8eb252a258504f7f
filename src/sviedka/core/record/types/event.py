# SPDX-License-Identifier: AGPL-3.0-or-later
"""What acts happened together: a time and a place. It holds no person."""

from __future__ import annotations

from typing import Final

from sviedka.core.base.compound_kinds import Words
from sviedka.core.base.kinds import Date, Ref
from sviedka.core.base.schema import ARCHIVE, Field, StatementType
from sviedka.core.base.shapes import PLACE, TITLE, WORD

TYPE: Final = StatementType(
    name="event",
    version=1,
    label="event",
    fields=(
        Field(name="title", kind=TITLE, about=ARCHIVE, required=True),
        Field(name="kind", kind=WORD, about=ARCHIVE),
        Field(name="date", kind=Date(), about=ARCHIVE),
        Field(name="place", kind=PLACE, about=ARCHIVE),
        Field(name="part_of", kind=Ref(to="event"), about=ARCHIVE),
        Field(name="summary", kind=Words(), about=ARCHIVE),
    ),
)
