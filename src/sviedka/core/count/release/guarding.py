# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is never shown, however many people it is about: sexual violence and minors below region and month.

A number of ten in one village on one day still tells neighbours whom it is about. One facility on one day is refused as a table, for no
number in it could be shown.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sviedka.core.count.release.release_errors import TableForbidden

if TYPE_CHECKING:
    from sviedka.core.count.release.plan import ReleasePlan
    from sviedka.core.count.suppress.primary import CellCount
    from sviedka.core.count.suppress.table import Cell

SEXUAL_VIOLENCE: Final = frozenset({"rape", "sexual-assault", "sexual-violence"})
"""Codes of acts; the first two are those of the record."""
OF_AGE: Final = 18
_AGES: Final = re.compile(r"([0-9]{1,3})(?:-([0-9]{1,3})|\+)")
_FINE: Final = frozenset({"facility", "day"})


def refuse_forbidden(plan: ReleasePlan) -> None:
    """Refuse a plan with a table of which nothing could ever be shown.

    Raises:
        TableForbidden: A table crosses one facility with one day.
    """
    for table in plan.tables:
        if set(table.across) >= _FINE:
            raise TableForbidden("The table {table} crosses a facility with a day.", table=table.name)


def guard(plan: ReleasePlan, cell: Cell, count: CellCount) -> CellCount:
    """Return the count, marked if it may never be shown."""
    at = dict(cell.at)
    if not any(_is_guarded(name, code) for name, code in cell.at):
        return count
    place = plan.dimensions.get("place")
    is_fine = bool(_FINE & at.keys()) or (place is not None and "place" in at and place.depth(at["place"]) > 1)
    return replace(count, never_shown=True) if is_fine else count


def is_minor(code: str) -> bool:
    """Whether an age band holds anybody under 18. A code that is no range of years is taken for one that does."""
    ages = _AGES.fullmatch(code)
    return code != "unknown" and (ages is None or int(ages[1]) < OF_AGE)


def _is_guarded(name: str, code: str) -> bool:
    return (name == "act" and code in SEXUAL_VIOLENCE) or (name == "age_band" and is_minor(code))
