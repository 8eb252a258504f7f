# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where a checkpoint's timestamp stands. A missing proof is a fact: it is stored and shown, never only logged."""

from __future__ import annotations

from typing import Final

from sviedka.core.base.kinds import Digest, Instant, Integer, Line, OneOf
from sviedka.core.base.schema import ARCHIVE, Field, StatementType

STATES: Final = ("pending", "stamped", "late", "failed")

TYPE: Final = StatementType(
    name="stamp.recorded",
    version=1,
    label="timestamp recorded",
    fields=(
        Field(name="state", kind=OneOf(words=STATES, source="own"), about=ARCHIVE, required=True),
        Field(name="authority", kind=Line(most=120), about=ARCHIVE, required=True),
        Field(name="size", kind=Integer(), about=ARCHIVE, required=True),
        Field(name="digest", kind=Digest(), about=ARCHIVE, required=True),
        Field(name="since", kind=Instant(), about=ARCHIVE),
    ),
)
