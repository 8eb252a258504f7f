# SPDX-License-Identifier: AGPL-3.0-or-later
"""Somebody asked, by the channel agreed as safe, whether a wish to take back is the person's own."""

from __future__ import annotations

from typing import Final

from sviedka.core.base.kinds import OneOf, Ref
from sviedka.core.base.schema import ARCHIVE, Field, StatementType
from sviedka.core.disclose.types.erasure_asked import CHANNELS

OUTCOMES: Final = ("free", "not-free", "not-reached")

TYPE: Final = StatementType(
    name="erasure.checked",
    version=1,
    label="wish to take back checked",
    fields=(
        Field(name="request", kind=Ref(to="statement"), about=ARCHIVE, required=True),
        Field(name="outcome", kind=OneOf(words=OUTCOMES, source="own"), about=ARCHIVE, required=True),
        Field(name="channel", kind=OneOf(words=CHANNELS, source="own"), about=ARCHIVE, required=True),
    ),
)
