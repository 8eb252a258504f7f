# SPDX-License-Identifier: AGPL-3.0-or-later
"""The words in which a person says what may be done with what they gave (practice: V-CONSENT).

They stand here, and not with the intake, because verifiers read them too.
"""

from __future__ import annotations

from typing import Final

PURPOSES: Final = (
    "casework",
    "statistics",
    "publication-anonymised",
    "publication-pseudonym",
    "publication-named",
    "un-special-procedures",
    "un-investigation",
    "prosecution-abroad",
    "international-court",
    "domestic-authorities",
    "partner-organisations",
    "media",
    "research",
    "machine-learning",
)
"""What for. Nothing is granted that was not named: no consent recorded means no."""

LEVELS: Final = ("full", "initials", "pseudonym", "anonymous", "aggregate")
"""How much of who they are, from most to least."""

MATERIALS: Final = (
    "statement-text",
    "audio",
    "video",
    "image-of-face",
    "medical",
    "sexual-violence",
    "contact",
    "document",
)
"""Which material. The medical and the sexual-violence part each need a grant that names them."""

SENSITIVE: Final = ("medical", "sexual-violence")
"""Of these, what a statement's own `sensitive` field can mark."""

RECIPIENT_PATTERN: Final = r"[a-z][a-z0-9-]{0,63}"
"""A kind of recipient, in one word: prosecutor, court, un-body, lawyer, journalist."""
