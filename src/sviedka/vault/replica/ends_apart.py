# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which ends of epochs a restore believes: a place of keys that somebody else writes can say of any epoch that it ended.

Nothing signs such a record, and what lies under an epoch that ended is not fetched, nor its key. So an end counts only if
nothing is lost by it: all that any place holds under that epoch lies under a later one too, or was taken back.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from sviedka.vault.epochs import order_of
from sviedka.vault.layout import is_epoch_name

if TYPE_CHECKING:
    from collections.abc import Collection

_KEY: Final = re.compile(r"keys/epochs/([^/]+)\.age\Z")


def believed_ends(ended: Collection[str], names: Collection[str], behind: Collection[str]) -> frozenset[str]:
    """Return those of the epochs `ended` that nothing is lost by.

    Args:
        ended: Epochs of which any place says that they ended.
        names: All that any place holds.
        behind: Of these, what bears a mark of removal and is not fetched.
    """
    lying = _lying(names, behind)
    keys = {found[1] for found in map(_KEY.match, names) if found and is_epoch_name(found[1])}
    alive = {epoch for epoch in keys if epoch not in ended}
    believed = set()
    # Newest first: a later one whose end is not believed may hold what an older one held.
    for epoch in sorted(filter(is_epoch_name, ended), key=order_of, reverse=True):
        later = [one for one in alive if order_of(one) > order_of(epoch)]
        elsewhere = set[tuple[str, str]]().union(*(lying.get(one, ()) for one in alive))
        if later and lying.get(epoch, set()) <= elsewhere:
            believed.add(epoch)
        elif epoch in keys:
            alive.add(epoch)
    return frozenset(believed)


def _lying(names: Collection[str], behind: Collection[str]) -> dict[str, set[tuple[str, str]]]:
    """Return, by epoch, which slips and cells any place holds."""
    found: dict[str, set[tuple[str, str]]] = {}
    for name in names:
        parts = name.split("/")
        if (
            parts[0] in {"slips", "cells"} and len(parts) == 4 and len(parts[2]) == 2 and name not in behind
        ):  # <store>/<epoch>/ab/<id>
            found.setdefault(parts[1], set()).add((parts[0], parts[3]))
    return found
