# SPDX-License-Identifier: AGPL-3.0-or-later
"""A person allowed something, told what it means. Each widening is a new one of these, by the person (rule R3)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from sviedka.core.base.kinds import Line, OneOf
from sviedka.core.base.schema import EVERYONE, Field, StatementType
from sviedka.core.intake.consent_fields import (
    CONDITIONS_FIELD,
    FORM_FIELD,
    GRANTS_FIELD,
    INFORMED_FIELD,
    LANGUAGE_FIELD,
    METHOD_FIELD,
    NOTE_FIELD,
    PERSON_FIELD,
)

CAPACITIES: Final = ("own", "guardian-and-assent", "supported", "unknown")

TYPE: Final = StatementType(
    name="consent.given",
    version=1,
    label="consent given",
    subject_is_person=True,
    fields=(
        PERSON_FIELD,
        GRANTS_FIELD,
        replace(FORM_FIELD, required=True),
        LANGUAGE_FIELD,
        METHOD_FIELD,
        replace(INFORMED_FIELD, required=True),
        CONDITIONS_FIELD,
        Field(name="capacity", kind=OneOf(words=CAPACITIES, source="own"), about=EVERYONE),
        Field(name="explained_by", kind=Line(), about=EVERYONE),
        Field(name="interpreted", kind=Line(), about=EVERYONE),
        NOTE_FIELD,
    ),
)
