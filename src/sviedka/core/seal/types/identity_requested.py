# SPDX-License-Identifier: AGPL-3.0-or-later
"""Somebody asks two custodians to open one person's identity, and says what for. They stand behind it in person."""

from __future__ import annotations

from typing import Final

from sviedka.core.base.kinds import Integer, Line, Ref
from sviedka.core.base.schema import ARCHIVE, Field, StatementType

TYPE: Final = StatementType(
    name="identity.requested",
    version=1,
    label="identity requested",
    subject_is_person=True,
    fields=(
        Field(name="cell", kind=Ref(to="cell"), about=ARCHIVE, required=True),
        Field(name="first_seat", kind=Integer(least=1, most=4), about=ARCHIVE, required=True),
        Field(name="second_seat", kind=Integer(least=2, most=5), about=ARCHIVE, required=True),
        # The custodians read it, and it outlives the person's own cell: why somebody looked must stay known.
        Field(name="purpose", kind=Line(most=200), about=ARCHIVE, required=True),
    ),
)
