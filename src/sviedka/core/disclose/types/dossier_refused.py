# SPDX-License-Identifier: AGPL-3.0-or-later
"""A dossier was asked for and not built: for what, for whom, and whose grant was missing."""

from __future__ import annotations

from typing import Final

from sviedka.core.base.compound_kinds import Map
from sviedka.core.base.consent_words import MATERIALS, PURPOSES
from sviedka.core.base.kinds import OneOf, Ref
from sviedka.core.base.schema import ARCHIVE, OWN, Field, StatementType
from sviedka.core.disclose.types.dossier_built import RECIPIENT

REASONS: Final = ("no-consent", "not-covered", "expired", "withdrawn", "erased")

TYPE: Final = StatementType(
    name="dossier.refused",
    version=1,
    label="dossier refused",
    fields=(
        Field(name="purpose", kind=OneOf(words=PURPOSES, source="own"), about=ARCHIVE, required=True),
        Field(name="recipient", kind=RECIPIENT, about=ARCHIVE, required=True),
        Field(
            name="missing",
            kind=Map(
                required={"person": Ref(to="person"), "reason": OneOf(words=REASONS, source="own")},
                optional={"material": OneOf(words=MATERIALS, source="own")},
            ),
            about=OWN,
            required=True,
            repeated=True,
        ),
    ),
)
