# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is sealed under cells in the packs of a log, group by group, still closed: what a cell that was sent is tried on."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Final

from sviedka.core.seal.age_file import decrypt_bytes
from sviedka.core.seal.quick_head import read_head
from sviedka.core.seal.sealed_disclosures import parse_sealed
from sviedka.store.desks.cell_trial import Sealing
from sviedka.store.packing import parse_pack
from sviedka.vault.packs import list_packs, read_pack

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from sviedka.core.base.ids import CellId
    from sviedka.core.seal.age_keys import X25519Identity
    from sviedka.keeper.jobs import JobKeys
    from sviedka.store.engine import Database

_TOLD: Final = (
    "SELECT s.desk, s.leaf_index, p.cells FROM store_passage p JOIN store_statement s ON s.jti = p.statement_id"
)


def sealed_in(data: bytes, vault: X25519Identity) -> Iterator[Sealing]:
    """Yield every group in a pack, of which the caller has checked that it is one of the log."""
    for entry in parse_pack(decrypt_bytes(data, vault)):
        jti = read_head(entry.jwt).jti
        for cells, box in parse_sealed(entry.sealed):
            yield Sealing(jti=jti, cells=cells, box=box)


def sealed_here(database: Database, keys: JobKeys, cells: Collection[CellId]) -> Iterator[Sealing]:
    """Yield the groups of the packs here in which something is told under one of `cells`.

    Args:
        database: The projections: where it is told.
        keys: What opens packs.
        cells: Looked for in every passage, so best few.
    """
    wanted = set(cells)
    told = {(desk, leaf) for desk, leaf, names in database.run(_TOLD) if not wanted.isdisjoint(names.split())}
    firsts = {desk: list_packs(keys.archive, desk) for desk, _ in told}
    packs = {(desk, firsts[desk][bisect_right(firsts[desk], leaf) - 1]) for desk, leaf in told}
    for desk, first in sorted(packs):
        yield from sealed_in(read_pack(keys.archive, desk, first), keys.vault_identity)
