# SPDX-License-Identifier: AGPL-3.0-or-later
"""This log goes on after one that lost its end: the last head known of that one, and what is still there of it."""

from __future__ import annotations

from typing import Final

from sviedka.core.base.kinds import Digest, Integer, Token
from sviedka.core.base.schema import ARCHIVE, Field, StatementType

TYPE: Final = StatementType(
    name="log.succeeded",
    version=1,
    label="log succeeded",
    fields=(
        Field(
            name="closed",
            kind=Token(
                pattern=r"[a-z0-9](?:[a-z0-9.-]{0,62}[a-z0-9])?/[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?",
                says="the name of a log, archive/desk",
            ),
            about=ARCHIVE,
            required=True,
        ),
        Field(name="known_size", kind=Integer(), about=ARCHIVE, required=True),
        Field(name="known_root", kind=Digest(), about=ARCHIVE, required=True),
        Field(name="held_size", kind=Integer(), about=ARCHIVE, required=True),
        Field(name="held_root", kind=Digest(), about=ARCHIVE, required=True),
    ),
)
