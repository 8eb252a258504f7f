# SPDX-License-Identifier: AGPL-3.0-or-later
"""A new epoch: from now on slips and cells are wrapped to its key."""

from __future__ import annotations

from typing import Final

from sviedka.core.base.kinds import Token
from sviedka.core.base.schema import ARCHIVE, Field, StatementType
from sviedka.core.base.shapes import EPOCH

TYPE: Final = StatementType(
    name="epoch.begun",
    version=1,
    label="epoch begun",
    fields=(
        Field(name="epoch", kind=EPOCH, about=ARCHIVE, required=True),
        Field(
            name="recipient",
            kind=Token(pattern=r"age1[02-9ac-hj-np-z]{58}", says="an age recipient"),
            about=ARCHIVE,
            required=True,
        ),
    ),
)
