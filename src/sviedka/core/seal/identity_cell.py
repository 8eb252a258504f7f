# SPDX-License-Identifier: AGPL-3.0-or-later
"""An identity or link cell: one key, nested three deep, once for each pair of seats.

Two seats outside, the keeper inside. Spec: spec/02-item.md §8; spec/07-keys.md §12.1 and §12.7.
"""

from __future__ import annotations

from hashlib import sha256
from itertools import combinations
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sviedka.core.seal.age_keys import Recipient

LINK_LABEL: Final = b"sviedka/link-cell/1\n"
"""Stands before what each seat finds in a link cell: a seat that is asked for link cells opens nothing else."""

Pair = tuple[int, int]
"""Two seats, the lower number first."""


def nest_for_pairs(
    cell_key: bytes,
    *,
    half: Recipient,
    seats: Mapping[int, Recipient],
    seal: Callable[[bytes, Recipient], bytes],
    label: bytes = b"",
) -> dict[Pair, bytes]:
    """Return the cell's copy for each pair of seats.

    Args:
        cell_key: 32 bytes.
        half: The public key of the keeper's half.
        seats: All five, by number.
        seal: Makes an age file to one recipient, with fresh randomness each time.
        label: Of the kind of cell: `LINK_LABEL`, nothing for an identity.
    """
    copies = {}
    for low, high in combinations(sorted(seats), 2):
        layer = seal(cell_key, half)
        for seat in (high, low):
            layer = seal(label + layer, seats[seat])
        copies[low, high] = layer
    return copies


def digest_copies(copies: Mapping[Pair, bytes]) -> str:
    """Return the one digest, hexadecimal, that the statement of a deposit names for all ten copies."""
    lines = (f"{low}-{high} {sha256(copies[low, high]).hexdigest()}\n" for low, high in sorted(copies))
    return sha256("".join(lines).encode("ascii")).hexdigest()
