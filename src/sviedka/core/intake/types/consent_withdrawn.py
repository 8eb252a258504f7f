# SPDX-License-Identifier: AGPL-3.0-or-later
"""A person takes everything back. Nothing more leaves from now on; erasure follows after the waiting period."""

from __future__ import annotations

from typing import Final

from sviedka.core.base.schema import StatementType
from sviedka.core.intake.consent_fields import LANGUAGE_FIELD, METHOD_FIELD, NOTE_FIELD, PERSON_FIELD

TYPE: Final = StatementType(
    name="consent.withdrawn",
    version=1,
    label="consent withdrawn",
    subject_is_person=True,
    fields=(PERSON_FIELD, LANGUAGE_FIELD, METHOD_FIELD, NOTE_FIELD),
)
