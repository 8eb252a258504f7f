# SPDX-License-Identifier: AGPL-3.0-or-later
"""How an original came: its name and place on arrival, times with their clocks, who handed it over, whom it shows."""

from __future__ import annotations

from typing import Final

from sviedka.core.base.compound_kinds import ListOf, Map
from sviedka.core.base.kinds import Integer, Line, OneOf, Ref
from sviedka.core.base.schema import ARCHIVE, OWN, About, Field, StatementType
from sviedka.core.base.shapes import MEDIA_TYPE, PARTY, PERSON, SENSITIVE_FIELD

KINDS: Final = ("file", "folder", "container")
TIMES: Final = ("received", "modified", "created", "captured", "downloaded", "archived")
TRUSTS: Final = ("synchronised", "unsynchronised", "unknown", "declared")
"""Of a clock: set by a time source, not set, nobody knows, or a time that somebody or a file says."""

# A file's name often is somebody's. It goes under the cells of who gave it and of whom it shows.
_NAMED_AFTER: Final = About(fields=("handed_over_by", "shows"))

TYPE: Final = StatementType(
    name="item.received",
    version=1,
    label="item received",
    fields=(
        Field(name="kind", kind=OneOf(words=KINDS, source="own"), about=ARCHIVE, required=True),
        Field(name="original_name", kind=Line(), about=_NAMED_AFTER),
        Field(name="path", kind=Line(most=4_096), about=_NAMED_AFTER),
        Field(name="parent", kind=Ref(to="item"), about=ARCHIVE),
        Field(name="size_bytes", kind=Integer(), about=ARCHIVE),
        Field(name="media_type", kind=MEDIA_TYPE, about=ARCHIVE),
        Field(
            name="times",
            kind=ListOf(
                of=Map(
                    required={
                        "what": OneOf(words=TIMES, source="own"),
                        "value": Line(most=64),
                        "clock": Line(most=120),
                        "trust": OneOf(words=TRUSTS, source="own"),
                    }
                ),
                most=16,
            ),
            about=About(fields=("handed_over_by",)),
        ),
        Field(name="handed_over_by", kind=PARTY, about=OWN),
        Field(name="source", kind=Ref(to="source"), about=ARCHIVE),
        Field(name="tool", kind=Line(most=120), about=ARCHIVE, required=True),
        Field(name="version", kind=Line(most=120), about=ARCHIVE, required=True),
        # Bare identifiers: an item of somebody else's stays when a person it shows is erased, and stays blocked.
        Field(name="shows", kind=PERSON, about=ARCHIVE, repeated=True),
        SENSITIVE_FIELD,
    ),
)
