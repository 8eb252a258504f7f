# SPDX-License-Identifier: AGPL-3.0-or-later
"""Eighteen kinds of invented populations of 2,000, as tables of captures.

People are alike, in classes, or all different; lists depend on each other or do not. Linkage is perfect here; `simulated_lists`
has its errors. Nothing here knows of estimators. The classes of `SIMULATED` are those of HRDAG/StanLCMCR, import/hand/simulations.yaml.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from sviedka.core.count.capture import CaptureTable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    Kind = Callable[[np.random.Generator], NDArray[np.bool_]]
    """Returns `bool[2000, t]`: who stands on which list, those who stand on none included."""

PEOPLE: Final = 2_000


def in_classes(classes: Sequence[tuple[int, Sequence[float]]], rng: np.random.Generator) -> NDArray[np.bool_]:
    """Return people of several classes: how many, and their chance of being on each list."""
    drawn: NDArray[np.bool_] = np.concatenate(
        [rng.random((size, len(chances))) < np.array(chances) for size, chances in classes]
    )
    return drawn


def all_different(spread: float, chances: Sequence[float], rng: np.random.Generator) -> NDArray[np.bool_]:
    """Return people of whom each has odds of their own: a normal shift of standard deviation `spread` on all lists alike."""
    base = np.log(np.array(chances) / (1 - np.array(chances)))
    odds = np.exp(base + spread * rng.normal(size=(PEOPLE, 1)))
    drawn: NDArray[np.bool_] = rng.random((PEOPLE, len(chances))) < odds / (1 + odds)
    return drawn


def by_log_linear(
    alone: Sequence[float], together: Mapping[tuple[int, ...], float], rng: np.random.Generator
) -> NDArray[np.bool_]:
    """Return people by a log-linear model: an effect of each list, and of groups of lists by their places."""
    patterns = (np.arange(1 << len(alone))[:, None] >> np.arange(len(alone) - 1, -1, -1) & 1).astype(np.bool_)
    effects = patterns @ np.array(alone) + sum(
        effect * patterns[:, list(places)].all(axis=1) for places, effect in together.items()
    )
    shares = np.exp(effects) / np.exp(effects).sum()
    drawn: NDArray[np.bool_] = patterns[rng.choice(shares.size, size=PEOPLE, p=shares)]
    return drawn


_PAIRS: Final = tuple((one, other) for other in range(5) for one in range(other))
SIMULATED: Final = {
    "classes 1": [(1_800, (0.033, 0.033, 0.099, 0.132, 0.033)), (200, (0.66, 0.825, 0.759, 0.99, 0.693))],
    "classes 2": [(1_600, (0.013, 0.013, 0.099, 0.132, 0.033)), (400, (0.56, 0.825, 0.759, 0.99, 0.593))],
    "classes 3": [(1_600, (0.113, 0.113, 0.199, 0.232, 0.133)), (400, (0.86, 0.925, 0.859, 0.99, 0.793))],
    "classes 4": [
        (1_600, (0.1, 0.05, 0.15, 0.2, 0.1)),
        (200, (0.5, 0.4, 0.6, 0.4, 0.5)),
        (200, (0.8, 0.9, 0.6, 0.7, 0.7)),
    ],
    "classes 5": [(1_600, (0.113, 0.113, 0.199, 0.832, 0.733)), (400, (0.86, 0.925, 0.859, 0.19, 0.193))],
}
KINDS: Final[Mapping[str, Kind]] = {
    **{name: partial(in_classes, classes) for name, classes in SIMULATED.items()},
    "alike, 5 lists": partial(in_classes, [(2_000, (0.3, 0.22, 0.18, 0.12, 0.1))]),
    "alike, 4 lists": partial(in_classes, [(2_000, (0.3, 0.22, 0.18, 0.12))]),
    "alike, 3 lists": partial(in_classes, [(2_000, (0.3, 0.25, 0.2))]),
    "mild, 5 lists": partial(
        in_classes, [(1_500, (0.18, 0.13, 0.11, 0.07, 0.06)), (500, (0.66, 0.48, 0.4, 0.26, 0.22))]
    ),
    "mild, 4 lists": partial(in_classes, [(1_500, (0.18, 0.13, 0.11, 0.07)), (500, (0.66, 0.48, 0.4, 0.26))]),
    "two pairs attract": partial(by_log_linear, (-1.1, -2.0, -1.7, -2.2, -2.2), {(0, 1): 1.8, (2, 3): 1.8}),
    "two pairs avoid": partial(by_log_linear, (-0.6, -0.95, -1.2, -1.4, -2.2), {(0, 1): -1.5, (2, 3): -1.6}),
    "all pairs attract": partial(by_log_linear, (-1.6, -1.8, -2.0, -2.2, -2.2), dict.fromkeys(_PAIRS, 0.5)),
    "three attract": partial(
        by_log_linear, (-1.2, -1.4, -1.6, -1.8, -2.0), {(0, 1): 0.6, (1, 2): 0.5, (0, 1, 2): 0.8, (3, 4): -0.6}
    ),
    "spread 1, 5 lists": partial(all_different, 1.0, (0.15, 0.12, 0.1, 0.08, 0.06)),
    "spread 1, 4 lists": partial(all_different, 1.0, (0.2, 0.15, 0.12, 0.1)),
    "spread 1.5": partial(all_different, 1.5, (0.15, 0.12, 0.1, 0.08, 0.06)),
    "spread 2": partial(all_different, 2.0, (0.12, 0.1, 0.08, 0.06, 0.05)),
}
BEYOND: Final = frozenset({"spread 1.5", "spread 2"})
"""Where many people are hardly ever caught and nothing shows it: no method here finds them."""


def invent_table(kind: str, number: int) -> CaptureTable:
    """Return the table of the `number`-th population of one kind."""
    rng = np.random.default_rng(np.random.SeedSequence(80, spawn_key=(list(KINDS).index(kind), number)))
    on = KINDS[kind](rng)
    lists = on.shape[1]
    people = np.bincount(on @ (1 << np.arange(lists - 1, -1, -1)), minlength=1 << lists).astype(np.int64)
    people[0] = 0
    return CaptureTable(lists=tuple("abcde"[:lists]), people=people)
