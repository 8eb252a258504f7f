# SPDX-License-Identifier: AGPL-3.0-or-later
"""An epoch's key was destroyed: what was wrapped to it and not rewrapped is beyond recovery."""

from __future__ import annotations

from typing import Final

from sviedka.core.base.compound_kinds import ListOf
from sviedka.core.base.kinds import Integer, Line
from sviedka.core.base.schema import ARCHIVE, Field, StatementType
from sviedka.core.base.shapes import EPOCH

TYPE: Final = StatementType(
    name="epoch.ended",
    version=1,
    label="epoch ended",
    fields=(
        Field(name="epoch", kind=EPOCH, about=ARCHIVE, required=True),
        Field(name="rewrapped_to", kind=EPOCH, about=ARCHIVE, required=True),
        Field(name="slips", kind=Integer(), about=ARCHIVE),
        Field(name="cells", kind=Integer(), about=ARCHIVE),
        Field(name="confirmed_by", kind=ListOf(of=Line(most=120), most=32), about=ARCHIVE),
    ),
)
