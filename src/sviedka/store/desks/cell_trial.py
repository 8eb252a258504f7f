# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether a cell that was sent is the one that it is named for: what was stated under it opens with it.

A cell bears no sign of its name. Two that changed places both open with their epoch's key, and each would then stand for
the other's; no statement under them could be read again, and no import of that desk would pass.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sviedka.core.seal.sealed_disclosures import find_within

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sviedka.core.base.ids import CellId, StatementId


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """A cell that was sent, and opened with the key of its epoch; `key` is what it held."""

    epoch: str
    cell: CellId
    data: bytes
    key: bytes

    def __repr__(self) -> str:
        return f"Offer({self.epoch}, {self.cell})"


@dataclass(frozen=True, kw_only=True, slots=True)
class Sealing:
    """One group of a statement's sealed disclosures, still closed (spec/03-statement.md §3.6)."""

    jti: StatementId
    cells: tuple[CellId, ...]
    box: bytes


class CellTrial:
    """Tries offered cells on what is sealed under their names."""

    def __init__(self, offers: Sequence[Offer], known: Mapping[CellId, bytes]) -> None:
        """Try `offers` beside the keys `known` of cells that are here: one that is the same needs no trial."""
        self._offers, self._known = offers, known
        self._keys: dict[CellId, set[bytes]] = {}
        self._right: set[tuple[CellId, bytes]] = set()
        self._reached: set[CellId] = set()
        for offer in offers:
            self._keys.setdefault(offer.cell, set()).add(offer.key)
        self._open = set(self._keys)
        for offer in offers:
            self._compare(offer)

    def is_open(self) -> bool:
        """Tell whether something offered is not known to be right yet."""
        return bool(self._open)

    def unheard(self) -> set[CellId]:
        """Return the offered cells under which nothing could be tried yet."""
        return self._open - self._reached

    def look(self, sealing: Sealing) -> None:
        """Try the keys of the sealing's cells, outermost first, as far as they go."""
        if self._open.isdisjoint(sealing.cells):
            return
        box: bytes | None = sealing.box
        for cell in sealing.cells:
            box = self._within(cell, sealing.jti, box) if box is not None else None

    def right(self) -> list[Offer]:
        """Return what opened something that is sealed under its name, or is the same as what is here."""
        return [one for one in self._offers if (one.cell, one.key) in self._right]

    def foreign(self) -> list[Offer]:
        """Return what opened nothing, though something under its name could be tried."""
        return [one for one in self._offers if one.cell in self._reached and (one.cell, one.key) not in self._right]

    def _compare(self, offer: Offer) -> None:
        key = self._known.get(offer.cell)
        if key is not None:
            self._reached.add(offer.cell)
            if hmac.compare_digest(key, offer.key):
                self._found(offer.cell, offer.key)

    def _within(self, cell: CellId, jti: StatementId, box: bytes) -> bytes | None:
        if cell in self._open:
            self._reached.add(cell)
        for key in self._keys_of(cell):
            inner = find_within(box, jti=jti, cell_key=key)
            if inner is not None:
                self._found(cell, key)
                return inner
        return None

    def _keys_of(self, cell: CellId) -> Iterator[bytes]:
        yield from self._keys.get(cell, ())
        if cell in self._known:
            yield self._known[cell]

    def _found(self, cell: CellId, key: bytes) -> None:
        self._right.add((cell, key))
        if all((cell, one) in self._right for one in self._keys.get(cell, ())):
            self._open.discard(cell)
