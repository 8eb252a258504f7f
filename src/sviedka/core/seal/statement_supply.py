# SPDX-License-Identifier: AGPL-3.0-or-later
"""How large a statement becomes, and the randomness that it takes (spec/03-statement.md §3.7).

All of it is asked for once. Salts are never derived from one another: each is a piece of its own of what the source
of randomness returned.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.core.base.encoding import encode_base64url_each
from sviedka.core.seal.sealed_disclosures import NONCE_BYTES
from sviedka.core.seal.statement_errors import DraftRefused
from sviedka.core.seal.statement_shapes import COMMON, MAX_CELLS, SIZES, Disclose, Draft

if TYPE_CHECKING:
    from collections.abc import Callable

    from sviedka.core.base.ids import CellId

SALT_BYTES: Final = 16
DIGEST_BYTES: Final = 32

Cells = tuple["CellId", ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Needs:
    """How much randomness a draft takes: salts of its disclosures, decoys, nonces of its sealings."""

    salts: int
    decoys: int
    nonces: int

    @classmethod
    def of(cls, draft: Draft, *, asserted: bool = False) -> Needs:
        """Count what `draft`, with or without an assertion, takes; raise `DraftRefused` if no statement holds it."""
        salts = len(COMMON) + len(draft.parts) + asserted
        decoys = size_for(salts) - salts
        groups: set[Cells] = {(draft.archive_cell,)}
        for part in draft.parts:
            if isinstance(part, Disclose):
                groups.add(sorted_cells(part.cells))
                continue
            if not part.segments:
                raise DraftRefused("A text must have at least one segment; leave the field out instead.")
            salts += len(part.segments)
            decoys += size_for(len(part.segments)) - len(part.segments)
            groups.update(sorted_cells(segment.cells) for segment in part.segments)
        return cls(salts=salts, decoys=decoys, nonces=sum(map(len, groups)))


class Supply:
    """The randomness of one statement, cut up: salts first, then decoys, then nonces.

    Attributes:
        salts: In base64url, 22 characters each.
        decoys: In base64url, 43 characters each: nobody can tell them from digests.
        nonces: 16 bytes each.
    """

    def __init__(self, entropy: Callable[[int], bytes], needs: Needs) -> None:
        first = SALT_BYTES * needs.salts
        second = first + DIGEST_BYTES * needs.decoys
        count = second + NONCE_BYTES * needs.nonces
        supply = entropy(count)
        if len(supply) != count:
            raise ValueError("the source of randomness returned another number of bytes than it was asked for")
        self.salts = iter(encode_base64url_each(supply[:first], width=SALT_BYTES))
        self.decoys = iter(encode_base64url_each(supply[first:second], width=DIGEST_BYTES))
        self.nonces = [supply[place : place + NONCE_BYTES] for place in range(second, count, NONCE_BYTES)]


def size_for(count: int) -> int:
    """Return how many digests a list of `count` real ones shows: 16, 64 or 256."""
    for size in SIZES:
        if count <= size:
            return size
    raise DraftRefused("{count} parts are more than one statement holds; continue in a further one.", count=count)


def sorted_cells(cells: Cells) -> Cells:
    """Return the cells ascending, each once, as a group names them."""
    if len(cells) == 1:
        return cells
    unique = tuple(sorted(set(cells)))
    if not 1 <= len(unique) <= MAX_CELLS:
        raise DraftRefused("A part must go under one to {most} cells.", most=MAX_CELLS)
    return unique
