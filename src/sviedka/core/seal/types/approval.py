# SPDX-License-Identifier: AGPL-3.0-or-later
"""Somebody approves that something be done with what a statement says. They assert it in person; no desk can for them."""

from __future__ import annotations

from typing import Final

from sviedka.core.base.kinds import Line, Ref, Token
from sviedka.core.base.schema import ARCHIVE, EVERYONE, Field, StatementType

TYPE: Final = StatementType(
    name="approval",
    version=1,
    label="approval",
    fields=(
        Field(name="approves", kind=Ref(to="statement"), about=ARCHIVE, required=True),
        # What it is approved for. Each action looks for its own word; an approval of one thing is none of another.
        Field(
            name="action",
            kind=Token(pattern=r"[a-z][a-z-]{0,63}", says="an action in small letters and dashes, such as erase"),
            about=ARCHIVE,
            required=True,
        ),
        Field(name="by", kind=Ref(to="user"), about=ARCHIVE, required=True),
        Field(name="note", kind=Line(), about=EVERYONE),
    ),
)
