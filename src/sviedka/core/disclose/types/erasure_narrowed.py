# SPDX-License-Identifier: AGPL-3.0-or-later
"""A wish to take back is narrowed: to a freeze without erasing, or to nothing, which two people have to approve."""

from __future__ import annotations

from typing import Final

from sviedka.core.base.kinds import OneOf, Ref
from sviedka.core.base.schema import ARCHIVE, Field, StatementType

TO: Final = ("freeze", "nothing")

TYPE: Final = StatementType(
    name="erasure.narrowed",
    version=1,
    label="wish to take back narrowed",
    fields=(
        Field(name="request", kind=Ref(to="statement"), about=ARCHIVE, required=True),
        Field(name="to", kind=OneOf(words=TO, source="own"), about=ARCHIVE, required=True),
    ),
)
