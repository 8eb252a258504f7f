# SPDX-License-Identifier: AGPL-3.0-or-later
"""The archive root signed a list of keys; its digest is logged, so that a list shown later cannot be another one."""

from __future__ import annotations

from typing import Final

from sviedka.core.base.kinds import Digest, Instant, Integer
from sviedka.core.base.schema import ARCHIVE, Field, StatementType

TYPE: Final = StatementType(
    name="key.listed",
    version=1,
    label="key list issued",
    fields=(
        Field(name="number", kind=Integer(least=1), about=ARCHIVE, required=True),
        Field(name="keylist_sha256", kind=Digest(), about=ARCHIVE, required=True),
        Field(name="issued", kind=Instant(), about=ARCHIVE),
    ),
)
