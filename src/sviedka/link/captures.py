# SPDX-License-Identifier: AGPL-3.0-or-later
"""From a linkage to what estimation takes: one table of captures for the decision, one for each draw.

A list that was copied from another saw nobody on its own: its records count for the list they come from. People whom
only the copy has are people all the same, seen by the origin.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sviedka.core.count.capture import CaptureTable, tabulate_captures

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sviedka.link.run import LinkageRun


def decided_captures(run: LinkageRun) -> CaptureTable:
    """Return the table of the clusters decided."""
    names, list_of = counting_lists(run)
    return tabulate_captures(names, list_of=list_of, cluster_of=run.cluster_of)


def drawn_captures(run: LinkageRun) -> tuple[CaptureTable, ...]:
    """Return one table for each draw, in their order."""
    names, list_of = counting_lists(run)
    return tuple(tabulate_captures(names, list_of=list_of, cluster_of=draw) for draw in run.draws)


def counting_lists(run: LinkageRun) -> tuple[tuple[str, ...], NDArray[np.int16]]:
    """Return the lists that are no copies, and for each record which of them it counts for, `int16[n]`."""
    copied = {one.name: one.copied_from for one in run.lists}
    names = tuple(name for name, origin in copied.items() if origin is None)
    at = np.array([names.index(_origin(copied, one.name)) for one in run.lists], dtype=np.int16)
    return names, at[run.list_of]


def _origin(copied: dict[str, str | None], name: str) -> str:
    while (before := copied[name]) is not None:
        name = before
    return name
