# SPDX-License-Identifier: AGPL-3.0-or-later
"""As `consent.given/1`, and whoever records it stands behind it in person (spec/07-keys.md §13).

Only what widens asks for that. A narrowing or a withdrawal must never wait for a passphrase.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from sviedka.core.intake.types.consent_given import TYPE as FIRST

TYPE: Final = replace(FIRST, version=2)
