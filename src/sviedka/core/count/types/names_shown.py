# SPDX-License-Identifier: AGPL-3.0-or-later
"""The names of one cluster were shown to a reviewer. It is recorded before they are; its subject is the cluster.

Which names they were is not in it: the digest of the list and the row say where they stand.
"""

from __future__ import annotations

from typing import Final

from sviedka.core.base.compound_kinds import ListOf
from sviedka.core.base.kinds import Digest, Integer, Line
from sviedka.core.base.schema import ARCHIVE, Field, StatementType

TYPE: Final = StatementType(
    name="names.shown",
    version=1,
    label="names of a cluster shown",
    fields=(
        Field(name="run_sha256", kind=Digest(), about=ARCHIVE, required=True),
        Field(name="lists", kind=ListOf(of=Digest(), least=1, most=16), about=ARCHIVE, required=True),
        Field(
            name="records",
            kind=ListOf(of=ListOf(of=Integer(most=2**31 - 1), least=2, most=2), least=2, most=256),
            about=ARCHIVE,
            required=True,
        ),
        Field(name="purpose", kind=Line(most=200), about=ARCHIVE, required=True),
    ),
)
