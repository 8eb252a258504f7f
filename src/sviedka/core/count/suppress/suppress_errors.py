# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is wrong with a table, or forbids to publish it."""

from __future__ import annotations

from sviedka.core.base.errors import Malformed, Unavailable, Withheld


class TableMalformed(Malformed):
    """The categories or the numbers of a table do not fit together."""

    code = "malformed.table"
    hint = "Each category has one parent, each cell one number of 0 or more, and a total is the sum of its parts."


class AlreadyRevealed(Withheld):
    """What was published before lets a sensitive number be worked out, whatever is hidden now."""

    code = "withheld.already-revealed"
    hint = "Publish nothing further of these tables; merge categories, or wait until the change has grown past the threshold."


class PatternNotFound(Unavailable):
    """The search for cells to hide ended at its limit without an answer."""

    code = "unavailable.suppression"
    hint = "Give it more time, or publish fewer or smaller tables."
