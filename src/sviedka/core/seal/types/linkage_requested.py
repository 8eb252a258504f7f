# SPDX-License-Identifier: AGPL-3.0-or-later
"""Somebody asks two custodians for the link cells of one linkage, and says what for. They stand behind it in person."""

from __future__ import annotations

from typing import Final

from sviedka.core.base.kinds import Digest, Integer, Line
from sviedka.core.base.schema import ARCHIVE, Field, StatementType

TYPE: Final = StatementType(
    name="linkage.requested",
    version=1,
    label="linkage requested",
    fields=(
        Field(name="cells", kind=Integer(least=1, most=2_000), about=ARCHIVE, required=True),
        # Exactly which: SHA-256 of the identifiers, a line each, ascending. A cell more or another is refused.
        Field(name="cells_sha256", kind=Digest(), about=ARCHIVE, required=True),
        Field(name="first_seat", kind=Integer(least=1, most=4), about=ARCHIVE, required=True),
        Field(name="second_seat", kind=Integer(least=2, most=5), about=ARCHIVE, required=True),
        Field(name="purpose", kind=Line(most=200), about=ARCHIVE, required=True),
    ),
)
