# SPDX-License-Identifier: AGPL-3.0-or-later
"""How fast a log of a million entries is built, and how fast an entry is proven in it."""

from __future__ import annotations

import tracemalloc
from hashlib import sha256
from statistics import median
from typing import TYPE_CHECKING, Final

from sviedka.bench.measurement import Measurement, seconds
from sviedka.core.seal.merkle import Tree
from sviedka.vault.entropy import random_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

ENTRIES: Final = 1_000_000
LEAF_BYTES: Final = 600
PROOFS: Final = 20_000
RUNS: Final = 3
_DIFFERENT: Final = 1_000


def measure_log_build(*, quick: bool = False) -> Measurement:
    """Build a tree from an iterable of entries, leaf hashing included.

    Bound: this machine's own SHA-256 of one entry and one node for each, in a plain loop with nothing kept.
    """
    entries = ENTRIES // 10 if quick else ENTRIES
    sample = [random_bytes(LEAF_BYTES) for _ in range(_DIFFERENT)]
    rates = [entries / seconds(lambda: Tree.from_leaves(_entries(sample, entries))) for _ in range(RUNS)]
    bound = median(entries / seconds(lambda: _hash_twice(sample, entries)) for _ in range(RUNS))
    memory = {"memory of the tree, MB": _memory(sample, entries) / 1e6}
    return Measurement(values=rates, unit="entries/s", bound=bound, reach="at least 200,000 entries/s", beside=memory)


def measure_log_proof(*, quick: bool = False) -> Measurement:
    """Make inclusion proofs at positions spread over a tree whose size is no power of two.

    Bound: the hashing of the one subtree that is not perfect.
    """
    entries = ENTRIES // 10 if quick else ENTRIES
    tree = Tree.from_leaves(_entries([random_bytes(64) for _ in range(_DIFFERENT)], entries))
    places = range(0, entries, max(entries // PROOFS, 1))
    times = [seconds(lambda: [tree.inclusion(index) for index in places]) / len(places) * 1000 for _ in range(RUNS)]
    block, hashes = random_bytes(65), entries.bit_count()
    bound = median(seconds(lambda: [sha256(block).digest() for _ in range(hashes * 1000)]) for _ in range(RUNS))
    return Measurement(values=times, unit="ms", bound=bound, reach="at most 0.2 ms", lower_is_better=True)


def _entries(sample: list[bytes], count: int) -> Iterator[bytes]:
    return (sample[number % _DIFFERENT] for number in range(count))


def _hash_twice(sample: list[bytes], count: int) -> None:
    node = bytes(65)
    for entry in _entries(sample, count):
        sha256(b"\0" + entry).digest()
        sha256(node).digest()


def _memory(sample: list[bytes], entries: int) -> float:
    """Return what the tree of `entries` holds and its building takes at most, in bytes; scaled up from a fifth."""
    tracemalloc.start()
    try:
        tree = Tree.from_leaves(_entries(sample, entries // 5))
        return tracemalloc.get_traced_memory()[1] * entries / tree.size
    finally:
        tracemalloc.stop()
