# SPDX-License-Identifier: AGPL-3.0-or-later
"""Somebody takes back what they gave. It freezes at once; erasing it waits, for time and for two people."""

from __future__ import annotations

from typing import Final

from sviedka.core.base.compound_kinds import ListOf
from sviedka.core.base.kinds import OneOf, Ref
from sviedka.core.base.schema import ARCHIVE, Field, StatementType

MOST_ITEMS: Final = 500
ASKED_BY: Final = ("the-person", "somebody-for-them", "the-office")
CHANNELS: Final = ("in-person", "agreed-channel", "letter", "other")

TYPE: Final = StatementType(
    name="erasure.asked",
    version=1,
    label="taken back",
    fields=(
        # Identifiers alone, under the archive's cell: what was taken back must be known when the rest is erased.
        Field(name="of", kind=OneOf(words=("person", "item"), source="own"), about=ARCHIVE, required=True),
        Field(name="asked_by", kind=OneOf(words=ASKED_BY, source="own"), about=ARCHIVE, required=True),
        Field(name="channel", kind=OneOf(words=CHANNELS, source="own"), about=ARCHIVE, required=True),
        Field(name="items", kind=ListOf(of=Ref(to="item"), most=MOST_ITEMS), about=ARCHIVE, required=True),
        Field(name="blocked", kind=ListOf(of=Ref(to="item"), most=MOST_ITEMS), about=ARCHIVE, required=True),
    ),
)
