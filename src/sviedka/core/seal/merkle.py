# SPDX-License-Identifier: AGPL-3.0-or-later
"""The Merkle tree of a log: roots, inclusion proofs and consistency proofs that a stranger can recompute.

Hashing is RFC 6962 §2.1: a leaf is SHA-256(0x00 ‖ data), a node SHA-256(0x01 ‖ left ‖ right), and n leaves are split at
the largest power of two strictly below n. The tree keeps, for every level, the hashes of its perfect subtrees in one
byte string, so that an append costs two hashes on average and a proof at most one short fold. It forgets nothing, signs
nothing and knows no file. Checking proofs is in `merkle_proof`. Spec: spec/04-log.md §1.
"""

from __future__ import annotations

from hashlib import sha256
from itertools import islice
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from collections.abc import Iterable

from sviedka.core.seal.merkle_proof import (
    HASH_BYTES,
    ConsistencyRefuted,
    InclusionRefuted,
    ProofMalformed,
    leaf_hash,
    node_hash,
    verify_consistency,
    verify_inclusion,
)

__all__ = [
    "EMPTY_ROOT",
    "HASH_BYTES",
    "ConsistencyRefuted",
    "InclusionRefuted",
    "ProofMalformed",
    "Tree",
    "leaf_hash",
    "node_hash",
    "verify_consistency",
    "verify_inclusion",
]

EMPTY_ROOT: Final = sha256(b"").digest()
"""Root of the tree without leaves (RFC 6962 §2.1)."""

_BATCH: Final = 65_536
"""Leaves hashed before they are laid down; bounds the memory of a bulk build beyond the tree itself."""


class Tree:
    """An append-only tree over leaf hashes, kept in memory: about 64 bytes for each leaf.

    Every method that takes `size` answers as the tree was when it had that many leaves; without it, as it is now.
    Positions are counted from 0. A position outside the tree is a caller's mistake and raises `ValueError`.
    """

    def __init__(self) -> None:
        self._levels: list[bytearray] = [bytearray()]

    @classmethod
    def from_leaves(cls, leaves: Iterable[bytes]) -> Self:
        """Build a tree over `leaves`, the bytes of the entries in order. The bulk path: see `extend_leaves`."""
        tree = cls()
        tree.extend_leaves(leaves)
        return tree

    @classmethod
    def from_hashes(cls, hashes: Iterable[bytes]) -> Self:
        """Build a tree over leaf hashes of 32 bytes each, in order."""
        tree = cls()
        tree.extend_hashes(hashes)
        return tree

    @property
    def size(self) -> int:
        """Number of leaves."""
        return len(self._levels[0]) // HASH_BYTES

    def append(self, leaf: bytes) -> int:
        """Add one leaf hash of 32 bytes; return its position."""
        self.extend_hashes((leaf,))
        return self.size - 1

    def extend_leaves(self, leaves: Iterable[bytes]) -> None:
        """Hash entries and add them, in batches, so that an iterable of any length fits in memory."""
        rest = iter(leaves)
        while batch := b"".join([sha256(b"\0" + leaf).digest() for leaf in islice(rest, _BATCH)]):
            self._levels[0] += batch
            self._fold()

    def extend_hashes(self, hashes: Iterable[bytes]) -> None:
        """Add leaf hashes of 32 bytes each."""
        rest = iter(hashes)
        while batch := list(islice(rest, _BATCH)):
            if any(len(leaf) != HASH_BYTES for leaf in batch):
                raise ValueError("a leaf hash has 32 bytes")
            self._levels[0] += b"".join(batch)
            self._fold()

    def truncate(self, size: int) -> None:
        """Forget the leaves from position `size` on: for a writer whose admission failed before it was durable."""
        self._check_size(size)
        self._levels = [
            level[: (size >> height) * HASH_BYTES] for height, level in enumerate(self._levels) if size >> height
        ] or [bytearray()]

    def leaf(self, index: int) -> bytes:
        """Return the leaf hash at `index`."""
        self._check_index(index, self.size)
        return self._node(0, index)

    def hashes(self, height: int, start: int, stop: int) -> bytes:
        """Return the hashes of the perfect subtrees of 2**height leaves, numbers `start` to `stop` - 1, joined.

        Tiles are made of this (C2SP tlog-tiles).
        """
        if not 0 <= start <= stop <= self.size >> height:
            raise ValueError("there are no such perfect subtrees")
        return bytes(self._levels[height][start * HASH_BYTES : stop * HASH_BYTES]) if start < stop else b""

    def root(self, size: int | None = None) -> bytes:
        """Return the root over the first `size` leaves."""
        return self._range(0, self._check_size(size))

    def inclusion(self, index: int, size: int | None = None) -> tuple[bytes, ...]:
        """Return the proof that leaf `index` is in the tree of `size` leaves, the leaf's sibling first.

        Source: RFC 6962 §2.1.1, PATH(index, D[0:size]). 0 to 63 hashes of 32 bytes.
        """
        stop = self._check_size(size)
        self._check_index(index, stop)
        start, path = 0, []
        while stop - start > 1:
            middle = start + _split(stop - start)
            if index < middle:
                path.append(self._range(middle, stop))
                stop = middle
            else:
                path.append(self._range(start, middle))
                start = middle
        return tuple(reversed(path))

    def consistency(self, old: int, new: int | None = None) -> tuple[bytes, ...]:
        """Return the proof that the tree of `new` leaves only adds to the tree of `old` leaves, 1 <= old <= new.

        Source: RFC 6962 §2.1.2, PROOF(old, D[0:new]). Empty when both sizes are the same.
        """
        stop = self._check_size(new)
        if not 1 <= old <= stop:
            raise ValueError("a consistency proof leads from a tree that is not empty to one that is not smaller")
        start, path, known = 0, [], True
        while old != stop:
            middle = start + _split(stop - start)
            if old <= middle:
                path.append(self._range(middle, stop))
                stop = middle
            else:
                path.append(self._range(start, middle))
                start, known = middle, False
        if not known:
            path.append(self._range(start, stop))
        return tuple(reversed(path))

    def _fold(self) -> None:
        height = 0
        while len(self._levels[height]) >= 2 * HASH_BYTES:
            below = self._levels[height]
            if height + 1 == len(self._levels):
                self._levels.append(bytearray())
            above = self._levels[height + 1]
            first, last = len(above) * 2, len(below) - len(below) % (2 * HASH_BYTES)
            if first == last:
                return
            above += b"".join([sha256(b"\1" + below[at : at + 64]).digest() for at in range(first, last, 64)])
            height += 1

    def _node(self, height: int, number: int) -> bytes:
        return bytes(self._levels[height][number * HASH_BYTES : (number + 1) * HASH_BYTES])

    def _range(self, start: int, stop: int) -> bytes:
        """Return MTH(D[start:stop]) where `start` is aligned as RFC 6962's splits leave it."""
        if start == stop:
            return EMPTY_ROOT
        pieces = []
        while start < stop:
            height = (stop - start).bit_length() - 1
            pieces.append(self._node(height, start >> height))
            start += 1 << height
        result = pieces.pop()
        while pieces:
            result = node_hash(pieces.pop(), result)
        return result

    def _check_size(self, size: int | None) -> int:
        if size is None:
            return self.size
        if not 0 <= size <= self.size:
            raise ValueError("the tree never had that size")
        return size

    @staticmethod
    def _check_index(index: int, size: int) -> None:
        if not 0 <= index < size:
            raise ValueError("there is no leaf at that position")


def _split(width: int) -> int:
    """Return the largest power of two strictly below `width` (RFC 6962 §2.1), for a width of at least 2."""
    return 1 << ((width - 1).bit_length() - 1)
