# SPDX-License-Identifier: AGPL-3.0-or-later
"""A case: what statements are gathered under. Its subject is the case."""

from __future__ import annotations

from typing import Final

from sviedka.core.base.compound_kinds import Words
from sviedka.core.base.schema import ARCHIVE, Field, StatementType
from sviedka.core.base.shapes import TITLE

TYPE: Final = StatementType(
    name="case.opened",
    version=1,
    label="case opened",
    fields=(
        Field(name="title", kind=TITLE, about=ARCHIVE, required=True),
        Field(name="scope", kind=Words(), about=ARCHIVE),
    ),
)
