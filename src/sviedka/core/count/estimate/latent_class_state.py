# SPDX-License-Identifier: AGPL-3.0-or-later
"""The state of one chain of the latent class model, which its sweeps rewrite in place, so that a chain can go on later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEAST: Final = 1e-12
"""Probabilities stay this far from 0 and 1, so that no logarithm or ratio overflows."""


class Proposed(NamedTuple):
    """Room for a move that may be taken back."""

    share: NDArray[np.float64]
    caught: NDArray[np.float64]
    cells: NDArray[np.float64]  # by pattern: the probability of having it
    odds: NDArray[np.float64]  # of one class, by list


class Classes(NamedTuple):
    """What is known of each class."""

    share: NDArray[np.float64]
    caught: NDArray[np.float64]  # by list: the probability of being on it
    odds: NDArray[np.float64]  # of `caught`
    missed: NDArray[np.float64]  # `share` times the probability of being on no list
    members: NDArray[np.int64]
    captures: NDArray[np.int64]  # by list: members who are on it
    dealt: NDArray[np.int64]  # the last hand
    concentration: NDArray[np.float64]  # one number, for all classes
    tried: Proposed


def fresh_classes(classes: int, on: NDArray[np.bool_], generator: np.random.Generator) -> Classes:
    """Return a start from the prior: equal shares, nobody dealt; `on` are the patterns, list by list."""
    patterns, lists = on.shape
    tried = Proposed(np.empty(classes), np.empty((classes, lists)), np.empty(patterns), np.empty(lists))
    return Classes(
        share=np.full(classes, 1.0 / classes),
        caught=np.clip(generator.random((classes, lists)), LEAST, 1.0 - LEAST),
        odds=np.empty((classes, lists)),
        missed=np.empty(classes),
        members=np.zeros(classes, dtype=np.int64),
        captures=np.zeros((classes, lists), dtype=np.int64),
        dealt=np.zeros(classes, dtype=np.int64),
        concentration=np.ones(1),
        tried=tried,
    )
