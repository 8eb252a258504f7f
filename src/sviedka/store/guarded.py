# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which tables are guarded, and how: the same on both engines, each of which says it in its own triggers."""

from __future__ import annotations

from typing import Final

APPEND_ONLY: Final = ("statement", "reference", "supersession", "consent", "pack", "erasure")
"""Tables whose rows are never changed nor taken out, whoever asks."""

OF_A_STATEMENT: Final = ("passage", "reference", "supersession")
"""Tables whose rows point to a statement; it must be of the same case, so that joins stay inside a scope."""

REWRITTEN: Final = ("case", "item", "person", "label", "subject")
"""Tables whose rows show the newest state and are overwritten."""

TAKEN_OUT: Final = ("head", "passage")
"""Tables whose rows may go: a head that was superseded, a passage whose cell was erased."""
