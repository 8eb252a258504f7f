# SPDX-License-Identifier: AGPL-3.0-or-later
"""Cells from another desk: kept once something that is stated under them opens with them, and until then left where they lie.

So a cell waits in the folder for its statements, as a slip does, in whatever order both come; and a statement may be held
here long before its cell (`late_cells`).
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Malformed
from sviedka.core.base.ids import CellId
from sviedka.core.seal.age_file import decrypt_secret
from sviedka.store.desks.cell_trial import CellTrial, Offer
from sviedka.store.desks.files import Store, keep, names_gone, open_new, remove_again
from sviedka.store.desks.proving import read_proven
from sviedka.store.desks.sealings import sealed_here, sealed_in
from sviedka.vault.cells import MAX_CELL_BYTES, put_cell, remove_cell
from sviedka.vault.epochs import list_epochs

if TYPE_CHECKING:
    from collections.abc import Collection

    from sviedka.core.seal.age_keys import X25519Identity
    from sviedka.keeper.jobs import JobKeys
    from sviedka.store.desks.proving import Proven
    from sviedka.store.engine import Database
    from sviedka.vault.layout import Archive

_KEY_BYTES: Final = 32


def take_in_cells(
    keys: JobKeys, database: Database, sent: Archive, desk: str, proven: Proven, erased: Collection[str]
) -> list[str]:
    """Keep what is new of another desk's cells, except what was taken back; return what is not what it is named for.

    Untrusted: the cells in `sent`.

    Args:
        keys: Whose archive takes it in.
        database: Its projections.
        sent: The folder that the desk put it into.
        desk: Whose.
        proven: What of its log is new.
        erased: Cells that statements held here say were erased. A desk that heard of the erasure first never had them, and
            so has no mark: what another desk wrote before it knew would be read with the key that it sends.

    Raises:
        SentChanged: A pack is not what was proven any more.
        DiskFull, ReadOnly, DiskError: What was kept until then stays; import again.
    """
    store = Store(keys.archive.cells, sent.cells, MAX_CELL_BYTES, put_cell, remove_cell)
    offers, foreign = _read_offers(keys, store, names_gone(store, erased))
    trial = CellTrial(offers, keys.cell_keys)
    for first in proven.packs if trial.is_open() else ():
        for sealing in sealed_in(read_proven(proven, sent, desk, first), keys.vault_identity):
            trial.look(sealing)
    for sealing in sealed_here(database, keys, trial.unheard()) if trial.unheard() else ():
        trial.look(sealing)
    _keep_by_epoch(keys.archive, store, trial.right())
    return [*foreign, *(store.name(one.epoch, one.cell) for one in trial.foreign())]


def _read_offers(keys: JobKeys, store: Store, gone: Collection[str]) -> tuple[list[Offer], list[str]]:
    offers: list[Offer] = []
    foreign: list[str] = []
    for epoch in list_epochs(store.sent):
        remove_again(keys.archive, store, gone)

        def read(identity: X25519Identity, name: str, data: bytes, epoch: str = epoch) -> None:
            offers.append(Offer(epoch=epoch, cell=CellId(name), data=data, key=_key_in(name, data, identity)))

        _, bad = open_new(keys, store, epoch, gone, read)
        foreign += bad
    return offers, foreign


def _key_in(cell: str, data: bytes, identity: X25519Identity) -> bytes:
    key = bytes(decrypt_secret(data, identity))
    if len(key) != _KEY_BYTES:
        raise Malformed("Cell {cell} does not hold a key.", cell=cell)
    return key


def _keep_by_epoch(archive: Archive, store: Store, right: Collection[Offer]) -> None:
    epochs: defaultdict[str, dict[str, bytes]] = defaultdict(dict)
    for one in right:
        epochs[one.epoch][one.cell] = one.data
    for epoch, good in epochs.items():
        keep(archive, store, epoch, good)
