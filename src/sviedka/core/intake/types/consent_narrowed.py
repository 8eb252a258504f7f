# SPDX-License-Identifier: AGPL-3.0-or-later
"""A person allows less than before. The grants listed are all that is left; what is not listed is gone."""

from __future__ import annotations

from typing import Final

from sviedka.core.base.schema import StatementType
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

TYPE: Final = StatementType(
    name="consent.narrowed",
    version=1,
    label="consent narrowed",
    subject_is_person=True,
    fields=(
        PERSON_FIELD,
        GRANTS_FIELD,
        FORM_FIELD,
        LANGUAGE_FIELD,
        METHOD_FIELD,
        INFORMED_FIELD,
        CONDITIONS_FIELD,
        NOTE_FIELD,
    ),
)
