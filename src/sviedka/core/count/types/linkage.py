# SPDX-License-Identifier: AGPL-3.0-or-later
"""Lists were linked: which, what is counted, how many people that comes to. Its subject is the sealed linkage run."""

from __future__ import annotations

from typing import Final

from sviedka.core.base.compound_kinds import ListOf, Map
from sviedka.core.base.kinds import Day, Digest, Integer, Line
from sviedka.core.base.schema import ARCHIVE, Field, StatementType

COUNTED: Final = Map(required={"unit": Line(most=500), "what": Line(most=500), "where": Line(most=500), "until": Day()})

_LIST: Final = Map(
    required={
        "name": Line(most=64),
        "holder": Line(most=500),
        "provenance": Line(most=500),
        "sha256": Digest(),
        "rows": Integer(),
    },
    optional={"copied_from": Line(most=64)},
)

TYPE: Final = StatementType(
    name="linkage",
    version=1,
    label="lists linked",
    fields=(
        Field(name="run_sha256", kind=Digest(), about=ARCHIVE, required=True),
        Field(name="counted", kind=COUNTED, about=ARCHIVE, required=True),
        Field(name="as_of", kind=Day(), about=ARCHIVE, required=True),
        Field(name="lists", kind=ListOf(of=_LIST, least=1, most=16), about=ARCHIVE, required=True),
        Field(name="key_version", kind=Integer(), about=ARCHIVE, required=True),
        Field(name="records", kind=Integer(), about=ARCHIVE, required=True),
        # The people whom the linkage finds, and the fewest and most over its draws.
        Field(name="people", kind=Integer(), about=ARCHIVE, required=True),
        Field(name="people_drawn", kind=ListOf(of=Integer(), least=2, most=2), about=ARCHIVE, required=True),
        Field(name="pairs_doubtful", kind=Integer(), about=ARCHIVE, required=True),
    ),
)
