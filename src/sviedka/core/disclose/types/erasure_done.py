# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was taken back was erased: which slips and cells, where, and what was not reached."""

from __future__ import annotations

from typing import Final

from sviedka.core.base.compound_kinds import ListOf
from sviedka.core.base.kinds import Integer, Line, Ref
from sviedka.core.base.schema import ARCHIVE, Field, StatementType
from sviedka.core.base.shapes import EPOCH
from sviedka.core.disclose.types.erasure_asked import MOST_ITEMS

MOST_CELLS: Final = 32

TYPE: Final = StatementType(
    name="erasure.done",
    version=1,
    label="erased",
    fields=(
        Field(name="request", kind=Ref(to="statement"), about=ARCHIVE, required=True),
        Field(name="items", kind=ListOf(of=Ref(to="item"), most=MOST_ITEMS), about=ARCHIVE, required=True),
        Field(name="cells", kind=ListOf(of=Ref(to="cell"), most=MOST_CELLS), about=ARCHIVE, required=True),
        # In the first of several statements, where one cannot list all that went.
        Field(name="removed", kind=Integer(), about=ARCHIVE, required=True),
        # Until these have ended, a copy of a slip or cell from elsewhere would still open.
        Field(name="epochs", kind=ListOf(of=EPOCH, most=256), about=ARCHIVE, required=True),
        Field(name="reached", kind=ListOf(of=Line(most=120), most=32), about=ARCHIVE, required=True),
        Field(name="not_reached", kind=ListOf(of=Line(most=120), most=32), about=ARCHIVE, required=True),
    ),
)
