# SPDX-License-Identifier: AGPL-3.0-or-later
"""The bytes of an original are sealed: their digest before and after, and where the slip is."""

from __future__ import annotations

from typing import Final

from sviedka.core.base.kinds import Digest, Flag, Integer
from sviedka.core.base.schema import ARCHIVE, OWN, About, Field, StatementType
from sviedka.core.base.shapes import EPOCH, MEDIA_TYPE, PARTY

TYPE: Final = StatementType(
    name="item.sealed",
    version=1,
    label="item sealed",
    fields=(
        # The digest of a known video tells who held it: it goes with the one who gave it.
        Field(name="plain_sha256", kind=Digest(), about=About(fields=("handed_over_by",)), required=True),
        Field(name="payload_sha256", kind=Digest(), about=ARCHIVE, required=True),
        Field(name="epoch", kind=EPOCH, about=ARCHIVE, required=True),
        Field(name="size_bytes", kind=Integer(), about=ARCHIVE, required=True),
        Field(name="media_type", kind=MEDIA_TYPE, about=ARCHIVE, required=True),
        Field(name="shared", kind=Flag(), about=ARCHIVE),
        Field(name="handed_over_by", kind=PARTY, about=OWN),
    ),
)
