# SPDX-License-Identifier: AGPL-3.0-or-later
"""An original went from hand to hand, outside or inside. Its subject is the item."""

from __future__ import annotations

from typing import Final

from sviedka.core.base.kinds import Date, Line
from sviedka.core.base.schema import ARCHIVE, EVERYONE, OWN, Field, StatementType
from sviedka.core.base.shapes import PARTY

TYPE: Final = StatementType(
    name="custody.transfer",
    version=1,
    label="custody transfer",
    fields=(
        Field(name="from", kind=PARTY, about=OWN, required=True),
        Field(name="to", kind=PARTY, about=OWN, required=True),
        Field(name="when", kind=Date(), about=ARCHIVE, required=True),
        Field(name="means", kind=Line(), about=EVERYONE),
        Field(name="reason", kind=Line(), about=EVERYONE),
        Field(name="note", kind=Line(), about=EVERYONE),
    ),
)
