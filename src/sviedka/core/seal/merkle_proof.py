# SPDX-License-Identifier: AGPL-3.0-or-later
"""Checking inclusion and consistency proofs against roots that somebody signed.

This is the half of the tree that a stranger needs. It holds no tree and trusts nothing that it is given but the root
(or roots), which the caller has verified. Spec: spec/04-log.md §1.3. Vectors: spec/vectors/merkle/.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Malformed, Refuted

if TYPE_CHECKING:
    from collections.abc import Sequence

HASH_BYTES: Final = 32
"""Length of a SHA-256 hash, and of every hash in a tree or a proof."""

MAX_SIZE: Final = 2**63 - 1
"""Largest tree that other implementations count in a signed 64-bit integer; also what a checkpoint may say."""


class InclusionRefuted(Refuted):
    """The hashes of an inclusion proof lead to another root than the signed one."""

    code = "refuted.inclusion"
    hint = "The entry, its position or the proof was changed, or it belongs to another log."


class ConsistencyRefuted(Refuted):
    """The hashes of a consistency proof do not connect the two roots."""

    code = "refuted.consistency"
    hint = "The log was rewritten between the two checkpoints, or the proof was changed."


class ProofMalformed(Malformed):
    """The proof cannot belong to trees of these sizes. Nothing is known."""

    code = "malformed.proof"
    hint = "Ask for the proof again; this one is damaged or was made for another tree."


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of an entry as a leaf: SHA-256(0x00 ‖ data) (RFC 6962 §2.1)."""
    return sha256(b"\0" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node over its two children: SHA-256(0x01 ‖ left ‖ right) (RFC 6962 §2.1)."""
    return sha256(b"\1" + left + right).digest()


def verify_inclusion(*, leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Prove that the leaf hash `leaf` stands at `index` in the tree of `size` leaves with this `root`.

    Untrusted: `leaf`, `index`, `proof`. Already verified by the caller: `size` and `root`, from a signed checkpoint.

    Args:
        leaf: Leaf hash, 32 bytes; see `leaf_hash`.
        index: Position, 0 to `size` - 1.
        size: Leaves in the tree, 1 to 2**63 - 1.
        proof: Sibling hashes from the leaf upwards; 0 to 63 items of 32 bytes.
        root: Signed root, 32 bytes.

    Raises:
        InclusionRefuted: The hashes lead to another root.
        ProofMalformed: A length, position or count that cannot belong to a tree of this size.

    Source: RFC 9162 §2.1.3.2; spec/04-log.md §1.3.
    """
    Inclusions(size=size, root=root).verify(leaf=leaf, index=index, proof=proof)


class Inclusions:
    """Inclusion in one tree, of leaf after leaf: what an earlier proof has proven is not hashed again.

    Neighbours share all but the lowest hashes of their paths. A path is given up early only where the same node with
    the same hash and the same rest of a proof was led to the root before: the outcome is that of `verify_inclusion`.
    """

    def __init__(self, *, size: int, root: bytes) -> None:
        """Prove against `size` and `root`, verified by the caller, from a signed checkpoint."""
        self._size = size
        self._root = root
        self._proven: dict[tuple[int, int], tuple[bytes, Sequence[bytes]]] = {}

    def verify(self, *, leaf: bytes, index: int, proof: Sequence[bytes]) -> None:
        """Prove one leaf; as `verify_inclusion`, and with its errors."""
        size, steps = self._size, {}
        # Lengths before anything else: an empty leaf against an empty root would otherwise agree.
        _check_hashes(leaf, self._root, *proof)
        if not 0 <= index < size <= MAX_SIZE:
            raise ProofMalformed("Position {index} is not in a tree of {size} entries.", index=index, size=size)
        number, last, result = index, size - 1, leaf
        for place, sibling in enumerate(proof):
            if last == 0:
                raise ProofMalformed("The inclusion proof has more hashes than a tree of {size} entries.", size=size)
            state = (result, proof[place:])
            if self._proven.get((number, last)) == state:
                break
            steps[number, last] = state
            if number & 1 or number == last:
                result = node_hash(sibling, result)
                number, last = _skip_lone(number, last)
            else:
                result = node_hash(result, sibling)
            number, last = number >> 1, last >> 1
        else:
            if last != 0:
                raise ProofMalformed("The inclusion proof has fewer hashes than a tree of {size} entries.", size=size)
            if result != self._root:
                raise InclusionRefuted(
                    "The proof for entry {index} leads to another root than the signed one.", index=index
                )
        self._proven |= steps


def verify_consistency(
    *, old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Prove that the newer tree holds the older one unchanged and only adds to it.

    Untrusted: `proof`. Already verified by the caller: both sizes and roots, from signed checkpoints.

    Args:
        old_size: 1 to `new_size`. From 0 nothing can be proven, and asking is an error.
        old_root: 32 bytes.
        new_size: Up to 2**63 - 1.
        new_root: 32 bytes.
        proof: Hashes in the order of RFC 6962 §2.1.2; empty exactly when the sizes are the same.

    Raises:
        ConsistencyRefuted: The hashes do not connect the two roots.
        ProofMalformed: A length, size or count that cannot belong to such trees.

    Source: RFC 9162 §2.1.4.2; spec/04-log.md §1.3.
    """
    _check_hashes(old_root, new_root, *proof)
    if not 1 <= old_size <= new_size <= MAX_SIZE:
        raise ProofMalformed("There is no proof from {old} to {new} entries.", old=old_size, new=new_size)
    if old_size == new_size:
        if proof:
            raise ProofMalformed("A proof between trees of one size has no hashes; this one has some.")
        if old_root != new_root:
            raise ConsistencyRefuted("Two different trees of {size} entries were signed.", size=old_size)
        return
    old_result, new_result = _walk_consistency(old_size, old_root, new_size, proof)
    if old_result != old_root or new_result != new_root:
        raise ConsistencyRefuted(
            "The log of {new} entries does not continue the log of {old}.", new=new_size, old=old_size
        )


def _walk_consistency(old_size: int, old_root: bytes, new_size: int, proof: Sequence[bytes]) -> tuple[bytes, bytes]:
    path = list(proof)
    if path and old_size & (old_size - 1) == 0:
        path.insert(0, old_root)  # RFC 9162 §2.1.4.2 step 3: a perfect old tree is itself the first node
    if not path:
        raise ProofMalformed("A proof between trees of different sizes has no hashes.")
    number, last = old_size - 1, new_size - 1
    while number & 1:
        number, last = number >> 1, last >> 1
    old_result = new_result = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise ProofMalformed("The consistency proof has more hashes than a tree of {size} entries.", size=new_size)
        if number & 1 or number == last:
            old_result, new_result = node_hash(sibling, old_result), node_hash(sibling, new_result)
            number, last = _skip_lone(number, last)
        else:
            new_result = node_hash(new_result, sibling)
        number, last = number >> 1, last >> 1
    if last != 0:
        raise ProofMalformed("The consistency proof has fewer hashes than a tree of {size} entries.", size=new_size)
    return old_result, new_result


def _skip_lone(number: int, last: int) -> tuple[int, int]:
    """Climb past the levels where the rightmost node has no sibling (RFC 9162 §2.1.3.2 step 4.2.2)."""
    while number and not number & 1:
        number, last = number >> 1, last >> 1
    return number, last


def _check_hashes(*hashes: bytes) -> None:
    if {*map(len, hashes)} != {HASH_BYTES}:
        raise ProofMalformed("A hash in a proof or root does not have 32 bytes.")
