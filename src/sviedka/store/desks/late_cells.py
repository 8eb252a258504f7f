# SPDX-License-Identifier: AGPL-3.0-or-later
"""Cells that come after the statements that were told under them, as when a folder is carried in parts.

What was withheld when it was taken in has to be read then, or the projections would depend on the order in which things came.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.core.base.ids import CellId

if TYPE_CHECKING:
    from collections.abc import Container

    from sviedka.store.engine import Database

_WITHHELD: Final = "SELECT DISTINCT cells FROM store_passage WHERE withheld"


def find_late(database: Database, cell_keys: Container[CellId]) -> bool:
    """Tell whether something is withheld in the projections of which every cell has a key by now.

    Asked of what is there, not of what came just now: a process that is killed between both is made up for by the next import.

    Args:
        database: The projections.
        cell_keys: The cells that still have a key.
    """
    return any(all(CellId(cell) in cell_keys for cell in cells.split()) for (cells,) in database.run(_WITHHELD))
