# SPDX-License-Identifier: AGPL-3.0-or-later
"""The tree itself: the values of the worked example, growing, forgetting, and being asked for what is not there."""

import base64

import pytest

from sviedka.core.seal.merkle import EMPTY_ROOT, Tree, leaf_hash, verify_consistency, verify_inclusion

# Roots by size over the leaves `entry-0` … `entry-7`; accepted by the Go implementation (golang.org/x/mod/sumdb/tlog).
ROOTS = [
    "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
    "QHZrIDNCkCb1PVRQJnmoOXBrR0H43K86i7pfQbX/4HU=",
    "LyelCCwdQq+kiKw1Cp/EOQwIT1T3Hs3/hZ6Y24QptHk=",
    "pkvybgkSj2/i/m+LLYyAHhZrV8BHp82bK4Ceepai8cs=",
    "JWueiCXl03CkrgBdCQHqKRl34pJ/XPjj5yZg3QlRnts=",
    "GqaNMHSQWlgfhMu9D3U3lJBP2ARRvEwT5p2aU7xZUCw=",
    "CHg6Uj0mBIDeLM8JdtdBHtitrwb3XVpd4iVMWPlo7Kk=",
    "kTlgHMHKirKnoMLBNMBIRfKxulSag9bIRc/NpDnMWF0=",
    "38wTubDKkyxo3j1Z6qqP4mapyAkcAwDoQF6/6w0OWDI=",
]
LAST_OF_TWO = "J0ebarMh0u5HdFL2i6UndI6GPK/o+9HfK/idFXDRtpc="
LEAF_4 = "GUu1otW9EOXRqm/V1CmAs1bK8dpiPNmYfEv6L4F3Htc="
FOUR_TO_SEVEN = "5CnFtcyqlSPDcpfxhGdm+QMTfoIZXFGZ5r5XEw0QBsg="
LEAF_2 = "BJ19zbVrz+vTEzBMmDnxlqPUtu873AsIKY+TrIGR8Kg="


def worked(count=8):
    return Tree.from_leaves(b"entry-%d" % number for number in range(count))


def shown(hashes):
    return [base64.b64encode(item).decode() for item in hashes]


def test_roots_of_the_worked_example():
    assert shown(worked().root(size) for size in range(9)) == ROOTS
    assert worked().root(0) == EMPTY_ROOT


def test_inclusion_proofs_of_the_worked_example():
    assert shown(worked().inclusion(2, 5)) == [LAST_OF_TWO, ROOTS[2], LEAF_4]
    assert shown(worked().inclusion(4, 5)) == [ROOTS[4]]


def test_consistency_proofs_of_the_worked_example():
    assert shown(worked().consistency(4, 7)) == [FOUR_TO_SEVEN]
    assert shown(worked().consistency(3, 7)) == [LEAF_2, LAST_OF_TWO, ROOTS[2], FOUR_TO_SEVEN]


def test_every_position_and_pair_of_sizes_up_to_seventy():
    tree = worked(70)
    for size in range(1, 71):
        root = tree.root(size)
        for index in range(size):
            leaf = leaf_hash(b"entry-%d" % index)
            verify_inclusion(leaf=leaf, index=index, size=size, proof=tree.inclusion(index, size), root=root)
        for old in range(1, size + 1):
            proof = tree.consistency(old, size)
            verify_consistency(old_size=old, old_root=tree.root(old), new_size=size, new_root=root, proof=proof)


def test_one_by_one_in_batches_and_by_hash_give_the_same_tree():
    bulk, single = worked(1000), Tree()
    for number in range(1000):
        assert single.append(leaf_hash(b"entry-%d" % number)) == number
    batches = Tree()
    for start in range(0, 1000, 7):
        batches.extend_leaves(b"entry-%d" % number for number in range(start, min(start + 7, 1000)))
    hashes = Tree.from_hashes(bulk.leaf(number) for number in range(1000))
    assert bulk.root() == single.root() == batches.root() == hashes.root()
    assert bulk.inclusion(500) == single.inclusion(500) == batches.inclusion(500)


def test_a_tree_longer_than_one_batch():
    tree = Tree.from_hashes(leaf_hash(b"%d" % number) for number in range(70_000))
    assert tree.size == 70_000
    proof = tree.consistency(65_536)
    verify_consistency(old_size=65_536, old_root=tree.root(65_536), new_size=70_000, new_root=tree.root(), proof=proof)


@pytest.mark.parametrize("size", [0, 1, 5, 8, 13, 64, 99])
def test_what_is_forgotten_is_as_if_it_had_never_been(size):
    tree = worked(100)
    tree.truncate(size)
    assert tree.size == size
    assert tree.root() == worked(size).root()
    tree.extend_leaves(b"entry-%d" % number for number in range(size, 100))
    assert tree.root() == worked(100).root()


MISTAKES = {
    "root of a later size": lambda tree: tree.root(9),
    "root of a negative size": lambda tree: tree.root(-1),
    "leaf behind the last": lambda tree: tree.leaf(8),
    "inclusion behind the last": lambda tree: tree.inclusion(5, 5),
    "inclusion before the first": lambda tree: tree.inclusion(-1),
    "consistency from nothing": lambda tree: tree.consistency(0),
    "consistency backwards": lambda tree: tree.consistency(7, 6),
    "forgetting what never was": lambda tree: tree.truncate(9),
    "subtrees that are not there": lambda tree: tree.hashes(3, 0, 2),
    "a leaf hash that is none": lambda tree: tree.append(b"short"),
}


@pytest.mark.parametrize("ask", MISTAKES.values(), ids=MISTAKES)
def test_what_the_tree_does_not_have_is_the_callers_mistake(ask):
    with pytest.raises(ValueError, match=r"."):
        ask(worked())
