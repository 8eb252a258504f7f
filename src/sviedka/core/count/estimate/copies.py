# SPDX-License-Identifier: AGPL-3.0-or-later
"""A list copied from another is no list: nobody on it was found once more. It is laid together with its origin."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sviedka.core.count.capture import CaptureMalformed, CaptureTable
from sviedka.core.count.estimate.overlaps import bit_of

if TYPE_CHECKING:
    from collections.abc import Mapping


def lay_together(table: CaptureTable, copied_from: Mapping[str, str]) -> CaptureTable:
    """Return `table` without the copies; people whom only a copy has count for its origin.

    Args:
        table: The captures.
        copied_from: For each copy the list it was made from, which may be a copy itself.

    Raises:
        CaptureMalformed: A list is not in the table, or lists are copied in a circle.
    """
    origins = {name: _origin(name, copied_from, table.lists) for name in table.lists}
    if unknown := set(copied_from) - set(table.lists):
        raise CaptureMalformed("No list is called {name}.", name=min(unknown))
    kept = tuple(name for name in table.lists if origins[name] == name)
    people = np.zeros(1 << len(kept), dtype=np.int64)
    for pattern in np.nonzero(table.people)[0]:
        on = {origins[name] for place, name in enumerate(table.lists) if pattern & bit_of(place, len(table.lists))}
        people[sum(bit_of(kept.index(name), len(kept)) for name in on)] += table.people[pattern]
    return CaptureTable(lists=kept, people=people)


def _origin(name: str, copied_from: Mapping[str, str], lists: tuple[str, ...]) -> str:
    seen = {name}
    while (before := copied_from.get(name)) is not None:
        if before not in lists:
            raise CaptureMalformed("No list is called {name}.", name=before)
        if before in seen:
            raise CaptureMalformed("Lists are said to be copied from each other in a circle.")
        seen.add(before)
        name = before
    return name
