# SPDX-License-Identifier: AGPL-3.0-or-later
"""Deposits that were cut between slips and statements: their slips are removed, since nobody could ever take them back.

Only what such a deposit itself had written down (`vault.begun`) and what no statement says is sealed, with every pack
read: a slip that no statement names is left alone otherwise, because its pack may come later. Payloads stay, as those of
what is erased do: without slips they open with nothing. It is the desk's own work, done with no
more rights than the desk has over these files, so the projections are enough to go by.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.keeper.rewrap import living
from sviedka.store.connect import database_failures
from sviedka.store.ledger import sealed_among
from sviedka.vault.begun import forget_cut, give_up_cut, items_under_way, read_items
from sviedka.vault.epochs import list_epochs
from sviedka.vault.removing import remove_everywhere

if TYPE_CHECKING:
    from sviedka.store.engine import Database
    from sviedka.vault.layout import Archive


def remove_cut(archive: Archive, database: Database) -> int:
    """Remove the slips of cut deposits from every epoch, with marks, and forget the deposits; return how many slips.

    Args:
        archive: Whose admission lock the caller holds: so none of these deposits can be stating anything now.
        database: In step with the packs, which reach what was signed for.

    Raises:
        DiskFull, ReadOnly, DiskError: Some may be gone; the next start goes on.
    """
    lists = give_up_cut(archive)
    items = set[str]().union(*map(read_items, lists))
    with database_failures():
        unnamed = sorted(items - sealed_among(database, items))
    removed = remove_everywhere(archive, unnamed, ())[0] if unnamed else 0
    for path in lists:
        forget_cut(path)
    return removed


def count_unnamed_slips(archive: Archive, database: Database) -> int:
    """Return how many slips no statement names, besides those of deposits under way: cut, or stated in packs that are not here."""
    slips = {item for epoch in list_epochs(archive.slips) for item in living(archive.slips, epoch)}
    slips -= items_under_way(
        archive
    )  # before the statements are looked at: a deposit that ends meanwhile has made them
    with database_failures():
        return len(slips - sealed_among(database, slips))
