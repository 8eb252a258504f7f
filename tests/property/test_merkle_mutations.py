# SPDX-License-Identifier: AGPL-3.0-or-later
"""Any change to a proof is found: the classes of transparency-dev/merkle's test data, on trees of any shape."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sviedka.core.seal.merkle import (
    ConsistencyRefuted,
    InclusionRefuted,
    ProofMalformed,
    Tree,
    leaf_hash,
    verify_consistency,
    verify_inclusion,
)
from sviedka.core.seal.merkle_proof import Inclusions

TREE = Tree.from_leaves(b"leaf %d" % number for number in range(300))
ROOTS = [TREE.root(size) for size in range(301)]
FOUND = (InclusionRefuted, ConsistencyRefuted, ProofMalformed)

sizes = st.integers(1, 300)


@st.composite
def inclusions(draw):
    size = draw(sizes)
    index = draw(st.integers(0, size - 1))
    return {
        "leaf": TREE.leaf(index),
        "index": index,
        "size": size,
        "proof": list(TREE.inclusion(index, size)),
        "root": ROOTS[size],
    }


@st.composite
def consistencies(draw):
    new = draw(sizes)
    old = draw(st.integers(1, new))
    return {
        "old_size": old,
        "old_root": ROOTS[old],
        "new_size": new,
        "new_root": ROOTS[new],
        "proof": list(TREE.consistency(old, new)),
    }


def flipped(data, bit):
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def damaged(draw, proof):
    """Return the proof with a flipped bit, something cut off, put in, or of another length."""
    kinds = ["front", "behind", "root-behind", "inside"] + (
        ["flip", "cut", "cut-front", "short", "long", "none"] if proof else []
    )
    kind = draw(st.sampled_from(kinds))
    at = draw(st.integers(0, max(len(proof) - 1, 0)))
    stranger = draw(st.sampled_from([leaf_hash(b"stranger"), ROOTS[1], ROOTS[300], bytes(32)]))
    return {
        "front": lambda: [stranger, *proof],
        "behind": lambda: [*proof, stranger],
        "root-behind": lambda: [*proof, ROOTS[300]],
        "inside": lambda: [*proof[:at], stranger, *proof[at:]],
        "flip": lambda: [*proof[:at], flipped(proof[at], draw(st.integers(0, 255))), *proof[at + 1 :]],
        "cut": lambda: proof[:-1],
        "cut-front": lambda: proof[1:],
        "short": lambda: [*proof[:at], proof[at][:-1], *proof[at + 1 :]],
        "long": lambda: [*proof[:at], proof[at] + b"\0", *proof[at + 1 :]],
        "none": list,
    }[kind]()


@settings(deadline=None)
@given(inclusions())
def test_a_good_inclusion_proof_holds(good):
    verify_inclusion(**good)


@settings(deadline=None)
@given(consistencies())
def test_a_good_consistency_proof_holds(good):
    verify_consistency(**good)


@settings(deadline=None)
@given(inclusions(), st.data())
def test_a_damaged_inclusion_proof_is_found(good, data):
    with pytest.raises(FOUND):
        verify_inclusion(**good | {"proof": damaged(data.draw, good["proof"])})


@settings(deadline=None)
@given(consistencies(), st.data())
def test_a_damaged_consistency_proof_is_found(good, data):
    with pytest.raises(FOUND):
        verify_consistency(**good | {"proof": damaged(data.draw, good["proof"])})


@settings(deadline=None)
@given(inclusions(), st.integers(0, 255), st.sampled_from(["leaf", "root"]))
def test_a_flipped_bit_in_leaf_or_root_is_refuted(good, bit, what):
    with pytest.raises(InclusionRefuted):
        verify_inclusion(**good | {what: flipped(good[what], bit)})


@settings(deadline=None)
@given(inclusions(), st.data())
def test_another_position_is_found(good, data):
    index = good["index"]
    others = [index - 1, index + 1, index ^ 2, good["size"], -1, 2 * good["size"], data.draw(st.integers(0, 299))]
    other = data.draw(st.sampled_from([number for number in others if number != index]))
    with pytest.raises(FOUND):
        verify_inclusion(**good | {"index": other})


@settings(deadline=None)
@given(inclusions(), st.sampled_from(["leaf", "root", "both"]))
def test_an_empty_leaf_or_root_is_malformed(good, what):
    empty = {name: b"" for name in ("leaf", "root") if what in {name, "both"}}
    with pytest.raises(ProofMalformed):
        verify_inclusion(**good | empty)


@settings(deadline=None)
@given(inclusions())
def test_no_entry_is_in_an_empty_tree(good):
    with pytest.raises(ProofMalformed):
        verify_inclusion(**good | {"size": 0})


@settings(deadline=None)
@given(inclusions(), st.integers(1, 300))
def test_a_proof_for_one_size_never_holds_for_another_root(good, size):
    if size == good["size"]:
        return
    with pytest.raises(FOUND):
        verify_inclusion(**good | {"size": size, "root": ROOTS[size]})


@settings(deadline=None)
@given(consistencies(), st.integers(0, 255), st.sampled_from(["old_root", "new_root"]))
def test_a_flipped_bit_in_a_root_is_refuted(good, bit, what):
    with pytest.raises(ConsistencyRefuted):
        verify_consistency(**good | {what: flipped(good[what], bit)})


@settings(deadline=None)
@given(consistencies())
def test_swapped_roots_or_sizes_are_found(good):
    if good["old_size"] == good["new_size"]:
        return
    with pytest.raises(FOUND):
        verify_consistency(**good | {"old_root": good["new_root"], "new_root": good["old_root"]})
    with pytest.raises(ProofMalformed):
        verify_consistency(**good | {"old_size": good["new_size"], "new_size": good["old_size"]})


@settings(deadline=None)
@given(consistencies())
def test_nothing_is_consistent_with_the_empty_tree(good):
    with pytest.raises(ProofMalformed):
        verify_consistency(**good | {"old_size": 0, "old_root": ROOTS[0]})
    with pytest.raises(ProofMalformed):
        verify_consistency(**good | {"old_size": 0, "old_root": ROOTS[0], "proof": []})


@settings(deadline=None)
@given(consistencies(), st.integers(1, 300))
def test_a_rewritten_log_is_refuted(good, at):
    """The control of the whole: a tree in which one early leaf differs."""
    if at > good["old_size"] or good["old_size"] == good["new_size"]:
        return
    leaves = [TREE.leaf(number) for number in range(good["new_size"])]
    leaves[at - 1] = leaf_hash(b"rewritten")
    other = Tree.from_hashes(leaves)
    forged = other.consistency(good["old_size"])
    with pytest.raises(ConsistencyRefuted):
        verify_consistency(**good | {"new_root": other.root(), "proof": forged})


def outcome(check, **claim):
    try:
        check(**claim)
    except FOUND as failure:
        return type(failure), failure.facts
    return None


@settings(deadline=None)
@given(st.data(), sizes)
def test_what_was_proven_before_makes_no_other_proof_good(data, size):
    """After any number of its neighbours were proven, a damaged proof ends as it does by itself, and a good one too."""
    remembering = Inclusions(size=size, root=ROOTS[size])
    for index in data.draw(st.lists(st.integers(0, size - 1), max_size=12)):
        proof = list(TREE.inclusion(index, size))
        claim = {"leaf": TREE.leaf(index), "index": index, "proof": proof}
        if data.draw(st.booleans()):
            claim["proof"] = damaged(data.draw, proof)
        if data.draw(st.booleans()):
            claim["index"] = data.draw(st.integers(0, size))
        if data.draw(st.booleans()):
            claim["leaf"] = TREE.leaf(data.draw(st.integers(0, 299)))
        alone = outcome(verify_inclusion, size=size, root=ROOTS[size], **claim)
        assert outcome(remembering.verify, **claim) == alone


def test_the_rest_of_a_proof_is_compared_where_it_is_not_hashed():
    """The upper hashes are compared, not believed: neighbours hash only the lowest level anew."""
    remembering = Inclusions(size=256, root=ROOTS[256])
    good = list(TREE.inclusion(8, 256))
    remembering.verify(leaf=TREE.leaf(8), index=8, proof=good)
    remembering.verify(leaf=TREE.leaf(9), index=9, proof=list(TREE.inclusion(9, 256)))
    damaged_above = [*TREE.inclusion(9, 256)[:-1], bytes(32)]
    with pytest.raises(InclusionRefuted):
        remembering.verify(leaf=TREE.leaf(9), index=9, proof=damaged_above)
