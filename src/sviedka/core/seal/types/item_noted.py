# SPDX-License-Identifier: AGPL-3.0-or-later
"""Something about an original that was found when it came and must not be forgotten. Its subject is the item, or the folder above."""

from __future__ import annotations

from typing import Final

from sviedka.core.base.kinds import Line, OneOf
from sviedka.core.base.schema import ARCHIVE, OWN, About, Field, StatementType
from sviedka.core.base.shapes import PARTY

FINDINGS: Final = (
    "link-not-followed",
    "special-file",
    "unreadable",
    "changed-while-read",
    "container-refused",
    "member-not-unpacked",
)
"""Not followed: a symbolic link. Special: a pipe, socket or device. Refused: a container over the limits, or one whose names lead
out of it; it is sealed as it is and not unpacked."""

_OF_GIVER: Final = About(fields=("handed_over_by",))

TYPE: Final = StatementType(
    name="item.noted",
    version=1,
    label="finding about an item",
    fields=(
        Field(name="finding", kind=OneOf(words=FINDINGS, source="own"), about=ARCHIVE, required=True),
        Field(name="reason", kind=Line(most=120), about=ARCHIVE),
        # Spelt as in item.received, and as likely to be somebody's name.
        Field(name="name", kind=Line(), about=_OF_GIVER),
        Field(name="target", kind=Line(most=4_096), about=_OF_GIVER),
        Field(name="handed_over_by", kind=PARTY, about=OWN),
        Field(name="tool", kind=Line(most=120), about=ARCHIVE, required=True),
        Field(name="version", kind=Line(most=120), about=ARCHIVE, required=True),
    ),
)
