# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether an epoch that a desk has stated to have ended may end here: all that lives under it opens by a key that stays.

The statement is enough to ask, and never to destroy a key by (`keeper.carried_over`). Spec: spec/06-vault.md §10, §11.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.keeper.carried_over import look_carried_over
from sviedka.keeper.epoch_keys import epoch_order, series_of
from sviedka.vault.epoch_removal import carry_marks
from sviedka.vault.epochs import list_epochs
from sviedka.vault.layout import is_epoch_name

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sviedka.keeper.carried_over import Looked
    from sviedka.keeper.jobs import JobKeys
    from sviedka.vault.layout import Archive


def keys_that_stay(archive: Archive, stated: Collection[str]) -> list[str]:
    """Return the epochs whose keys are here, that have not ended here, and that nobody states have ended, newest first."""
    here = (path.stem for path in archive.epochs.glob("*.age") if is_epoch_name(path.stem))
    staying = (one for one in here if one not in stated and not archive.epoch_end(one).exists())
    return sorted(staying, key=epoch_order, reverse=True)


def prepare_end(keys: JobKeys, epoch: str, among: Sequence[str]) -> Looked | None:
    """Look whether `epoch` may end, and carry its marks of removal on if so; None if something opens by its key alone.

    Args:
        keys: Open the epochs.
        epoch: Stated to have ended.
        among: Epochs whose keys stay, newest first.
    """
    later = [one for one in among if series_of(one) == series_of(epoch) and epoch_order(one) > epoch_order(epoch)]
    if not later:
        return None  # what its desk wrapped anew has not come
    looked = look_carried_over(keys.archive, epoch, among, keys.epoch_identity)
    if looked.left:
        return None
    for store in (keys.archive.slips, keys.archive.cells):
        if epoch in list_epochs(store):
            carry_marks(store, epoch, later[0])
    return looked
