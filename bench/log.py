# SPDX-License-Identifier: AGPL-3.0-or-later
"""How fast a log of a million entries is built, and how fast an entry is proven in it.

The bound of the build is this machine's own SHA-256, measured in the same run: one hash over an entry and one over a
node, in a plain loop and with nothing kept. That of a proof is the hashing of the one subtree that is not perfect.
"""

from __future__ import annotations

import time
import tracemalloc
from hashlib import sha256
from statistics import median
from typing import TYPE_CHECKING, Final

from sviedka.core.seal.merkle import Tree
from sviedka.vault.entropy import random_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ENTRIES: Final = 1_000_000
LEAF_BYTES: Final = 600
PROOFS: Final = 20_000
RUNS: Final = 3
REACH_BUILD: Final = 200_000
REACH_PROOF_MS: Final = 0.2
_DIFFERENT: Final = 1_000

Measure = dict[str, object]


def measure_log_build(*, entries: int = ENTRIES, leaf_bytes: int = LEAF_BYTES, runs: int = RUNS) -> Measure:
    """Build a tree from an iterable of entries, leaf hashing included; entries a second."""
    sample = [random_bytes(leaf_bytes) for _ in range(_DIFFERENT)]
    rates = [entries / _seconds(lambda: Tree.from_leaves(_entries(sample, entries))) for _ in range(runs)]
    bound = median(entries / _seconds(lambda: _hash_twice(sample, entries)) for _ in range(runs))
    return _measure(rates, "entries/s", bound=bound, reach=REACH_BUILD) | {"memory_bytes": _memory(sample, entries)}


def measure_log_proof(*, entries: int = ENTRIES, proofs: int = PROOFS, runs: int = RUNS) -> Measure:
    """Make inclusion proofs at positions spread over a tree whose size is no power of two; milliseconds each."""
    tree = Tree.from_leaves(_entries([random_bytes(64) for _ in range(_DIFFERENT)], entries))
    step = max(entries // proofs, 1)
    times = [_seconds(lambda: _prove(tree, step)) / len(range(0, entries, step)) * 1000 for _ in range(runs)]
    hashes = entries.bit_count()
    block = random_bytes(65)
    bound = median(_seconds(lambda: [sha256(block).digest() for _ in range(hashes * 1000)]) for _ in range(runs))
    return _measure(times, "ms", bound=bound, reach=REACH_PROOF_MS) | {"ratio_to_bound": bound / median(times)}


def _measure(values: list[float], unit: str, *, bound: float, reach: float) -> Measure:
    value = median(values)
    return {
        "value": value,
        "unit": unit,
        "bound": bound,
        "ratio_to_bound": value / bound,
        "reach": reach,
        "peers": {},
        "runs": len(values),
        "spread": (max(values) - min(values)) / value,
    }


def _entries(sample: list[bytes], count: int) -> Iterator[bytes]:
    return (sample[number % _DIFFERENT] for number in range(count))


def _hash_twice(sample: list[bytes], count: int) -> None:
    node = bytes(65)
    for entry in _entries(sample, count):
        sha256(b"\0" + entry).digest()
        sha256(node).digest()


def _prove(tree: Tree, step: int) -> None:
    for index in range(0, tree.size, step):
        tree.inclusion(index)


def _memory(sample: list[bytes], entries: int) -> int:
    """Return what the tree holds and what its building took at most, in bytes."""
    tracemalloc.start()
    try:
        tree = Tree.from_leaves(_entries(sample, min(entries, 200_000)))
        return tracemalloc.get_traced_memory()[1] * entries // tree.size
    finally:
        tracemalloc.stop()


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
