# SPDX-License-Identifier: AGPL-3.0-or-later
"""Somebody opened an original, and what for. It is recorded before the key is given (rule R11)."""

from __future__ import annotations

from typing import Final

from sviedka.core.base.kinds import Line, Ref
from sviedka.core.base.schema import ARCHIVE, Field, StatementType

TYPE: Final = StatementType(
    name="item.opened",
    version=1,
    label="item opened",
    fields=(
        Field(name="purpose", kind=Line(most=200), about=ARCHIVE, required=True),
        Field(name="by", kind=Ref(to="user"), about=ARCHIVE, required=True),
    ),
)
