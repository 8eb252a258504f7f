# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which ends of epochs a restore brings: a place of keys that somebody else writes can say of any epoch that it ended.

Nothing signs such a record, and the next start destroys the key of the epoch that it names; names of files under a later
epoch prove nothing either, since anybody can make them. So a record comes only if no place has anything left under that
epoch. Of all others the key, slips and cells come, and `store/upkeep/ending_again.py` ends those that the log says ended.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from sviedka.vault.epochs import order_of
from sviedka.vault.layout import is_epoch_name

if TYPE_CHECKING:
    from collections.abc import Collection

_KEY: Final = re.compile(r"keys/epochs/([^/]+)\.age\Z")


def ended_with_nothing_left(ended: Collection[str], names: Collection[str], behind: Collection[str]) -> frozenset[str]:
    """Return those of the epochs `ended` of which no place has a key, slip or cell, if a later one has its key.

    Args:
        ended: Epochs of which any place says that they ended.
        names: All that any place holds.
        behind: Of these, what bears a mark of removal and is not fetched.
    """
    keys = {found[1] for found in map(_KEY.match, names) if found and is_epoch_name(found[1])}
    newest = max(map(order_of, keys), default=None)
    left = keys | {name.split("/")[1] for name in names if _is_short(name) and name not in behind}
    return frozenset(
        epoch
        for epoch in filter(is_epoch_name, ended)
        if epoch not in left and newest is not None and order_of(epoch) < newest
    )


def _is_short(name: str) -> bool:
    """Tell whether this is a slip or a cell: `<store>/<epoch>/ab/<id>`; lists and marks have longer folders."""
    parts = name.split("/")
    return parts[0] in {"slips", "cells"} and len(parts) == 4 and len(parts[2]) == 2
