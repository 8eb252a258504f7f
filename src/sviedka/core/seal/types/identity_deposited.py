# SPDX-License-Identifier: AGPL-3.0-or-later
"""A person's identity was deposited under a cell that two custodians and the keeper open together.

What was deposited has no field: it stands in disclosures under that cell, which only the keeper makes and no draft can.
"""

from __future__ import annotations

from typing import Final

from sviedka.core.base.kinds import Digest, Ref
from sviedka.core.base.schema import ARCHIVE, Field, StatementType

TYPE: Final = StatementType(
    name="identity.deposited",
    version=1,
    label="identity deposited",
    subject_is_person=True,
    fields=(
        Field(name="cell", kind=Ref(to="cell"), about=ARCHIVE, required=True),
        # Of the ten copies: a copy that was exchanged for another cell's is found before anybody is asked to open it.
        Field(name="cell_sha256", kind=Digest(), about=ARCHIVE, required=True),
        Field(name="link_cell", kind=Ref(to="cell"), about=ARCHIVE),
        Field(name="link_sha256", kind=Digest(), about=ARCHIVE),
    ),
)
