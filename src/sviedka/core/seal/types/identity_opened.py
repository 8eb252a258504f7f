# SPDX-License-Identifier: AGPL-3.0-or-later
"""One person's identity is opened for whoever asked, once. It is recorded before the keeper uses a key (rule R11)."""

from __future__ import annotations

from typing import Final

from sviedka.core.base.kinds import Ref
from sviedka.core.base.schema import ARCHIVE, Field, StatementType

TYPE: Final = StatementType(
    name="identity.opened",
    version=1,
    label="identity opened",
    subject_is_person=True,
    fields=(
        Field(name="request", kind=Ref(to="statement"), about=ARCHIVE, required=True),
        Field(name="cell", kind=Ref(to="cell"), about=ARCHIVE, required=True),
    ),
)
