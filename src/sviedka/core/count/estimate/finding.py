# SPDX-License-Identifier: AGPL-3.0-or-later
"""Something that a reader of an estimate has to know: a stable code and a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sviedka.core.base.phrases import Phrase


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One reason for a refusal, or one warning.

    Attributes:
        code: For programs; does not change.
        sentence: For people.
    """

    code: str
    sentence: Phrase
