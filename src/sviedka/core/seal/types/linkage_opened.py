# SPDX-License-Identifier: AGPL-3.0-or-later
"""The link cells of one linkage are opened, once, within the keeper. It is recorded before the keeper uses a key (rule R11)."""

from __future__ import annotations

from typing import Final

from sviedka.core.base.kinds import Digest, Ref
from sviedka.core.base.schema import ARCHIVE, Field, StatementType

TYPE: Final = StatementType(
    name="linkage.opened",
    version=1,
    label="linkage opened",
    fields=(
        Field(name="request", kind=Ref(to="statement"), about=ARCHIVE, required=True),
        Field(name="cells_sha256", kind=Digest(), about=ARCHIVE, required=True),
    ),
)
