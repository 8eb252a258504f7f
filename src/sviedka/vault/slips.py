# SPDX-License-Identifier: AGPL-3.0-or-later
"""Slips: the small headers without which no payload opens, one per deposit, in a store where removing means removing.

Never on versioned storage, never under an object lock, never in the ordinary backup. A slip is not rewritten in
place: a new epoch holds a new one, and the old one is then removed. Spec: spec/02-item.md §3, spec/06-vault.md §2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.core.base.errors import Refuted
from sviedka.core.base.ids import parse_id
from sviedka.core.seal.age_header import MAX_SLIP_BYTES, parse_slip
from sviedka.vault.epoch_turn import enter_epoch
from sviedka.vault.epochs import find_in_epochs, list_epochs
from sviedka.vault.listed import REMOVED_NAME, put_listed, remove_listed

if TYPE_CHECKING:
    from sviedka.vault.group_commit import GroupCommit
    from sviedka.vault.layout import Archive


class SlipLost(Refuted):
    """No slip of this name in any epoch, though nothing says that it was erased: the item cannot be opened."""

    code = "refuted.slip-lost"
    hint = "Look in the second key place; without the slip the payload stays closed."


def put_slip(archive: Archive, epoch: str, item_id: str, header: bytes, *, group: GroupCommit | None = None) -> None:
    """Put the slip of one deposit: durable on return, or with its `group`.

    Raises:
        HeaderMalformed, TooLarge: `header` is not one whole header of at most 4,096 bytes.
        AlreadyThere: This item has a slip in this epoch; it was left as it is.
        EpochEnded: The epoch's key is destroyed, or is about to be.
        DiskFull, ReadOnly, DiskError: Nothing was kept.
    """
    parse_slip(header)
    path = archive.slip(epoch, item_id)
    put_listed(
        archive.slips,
        path.parent.parent,
        {f"{item_id[:2]}/{item_id}": header},
        group=group,
        enter=lambda group: enter_epoch(archive, epoch, group),
    )


def find_slip(archive: Archive, item_id: str) -> tuple[str, bytes]:
    """Return the newest slip of an item: its epoch and its bytes, as yet unproven.

    Raises:
        SlipLost: There is none.
        HeaderMalformed, TooLarge: What lies there is not a slip.
        DiskError: It cannot be read.
    """
    archive.slip("2000-01.1", item_id)  # refuses what is not an identifier
    found = find_in_epochs(archive.slips, item_id, most_bytes=MAX_SLIP_BYTES)
    if found is None:
        raise SlipLost("The slip of item {item} is missing: the item cannot be opened.", item=item_id)
    parse_slip(found[1])
    return found


def was_taken_back(archive: Archive, item_id: str) -> bool:
    """Tell whether an item has no slip because it was removed on purpose: a mark says so, and no epoch holds it."""
    name = parse_id(item_id)
    epochs = [archive.slips / epoch for epoch in list_epochs(archive.slips)]
    is_marked = any((folder / REMOVED_NAME / name).exists() for folder in epochs)
    return is_marked and not any((folder / name[:2] / name).exists() for folder in epochs)


def remove_slip(archive: Archive, epoch: str, item_id: str) -> None:
    """Take one slip away on purpose; durable on return. Its bytes are beyond recovery after the next rotation of keys."""
    remove_listed(archive.slip(epoch, item_id).parent.parent, f"{item_id[:2]}/{item_id}")
