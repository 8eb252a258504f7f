# SPDX-License-Identifier: AGPL-3.0-or-later
"""How long it takes to find which cells of a table have to be hidden, so that no attacker works them out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sviedka.bench.measurement import Measurement, seconds
from sviedka.core.count.suppress.attack import Attacker
from sviedka.core.count.suppress.choosing import choose_hidden
from sviedka.core.count.suppress.dimension import Dimension
from sviedka.core.count.suppress.primary import CellCount, PrimaryRule
from sviedka.core.count.suppress.table import Table, Unit
from sviedka.core.count.suppress.version import Version
from sviedka.core.count.suppress.writing import build_system

if TYPE_CHECKING:
    from sviedka.core.count.suppress.system import System

RUNS: Final = 5
_SEED: Final = 20260811


def measure_suppress_24x12(*, quick: bool = False) -> Measurement:
    """Choose the cells to hide in a table of 24 places by 12 months with margins, equations included.

    Bound: the attacker's two questions about each sensitive cell, once, about the finished choice. Whoever claims that a choice is
    safe has to ask at least those.
    """
    runs, sides = (1, (6, 4)) if quick else (RUNS, (24, 12))
    rule = PrimaryRule()
    versions = [_table(sides, _SEED + number) for number in range(runs)]
    values, asked, hidden = [], [], []
    for version in versions:
        kept: list[System] = []

        def work(version: Version = version, kept: list[System] = kept) -> None:
            kept.append(build_system([version]))
            hidden.append(choose_hidden(kept[0], threshold=rule.threshold))

        values.append(seconds(work))
        asked.append(seconds(lambda system=kept[0]: _ask(system, hidden[-1])))  # type: ignore[misc]  # a default binds it
    return Measurement(
        values=values,
        unit="s",
        bound=float(np.median(asked)),
        reach="5 s at most",
        lower_is_better=True,
        beside={
            "cells": float(len(versions[0].counts)),
            "hidden cells": float(np.median([one.sum() for one in hidden])),
        },
    )


def _ask(system: System, is_hidden: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> None:
    attacker = Attacker(system, is_hidden=is_hidden)
    for column, _, _ in system.needs:
        attacker.interval(column)


def _table(sides: tuple[int, int], seed: int) -> Version:
    """Return invented counts: Poisson about Gamma(0.8) means of 20 on average, so that two cells in five are small."""
    rng = np.random.default_rng(seed)
    names = ("place", "month")
    dimensions = [
        Dimension(name=name, parents=tuple((f"{name} {number}", "") for number in range(side)))
        for name, side in zip(names, sides, strict=True)
    ]
    inner = rng.poisson(rng.gamma(0.8, 25, size=sides))
    full = np.block([[inner.sum(), inner.sum(axis=0)], [inner.sum(axis=1)[:, None], inner]])
    table = Table(unit=Unit.PERSONS, population="invented", dimensions=tuple(dimensions))
    counts = {cell: CellCount(people=int(number)) for cell, number in zip(table.cells(), full.flat, strict=True)}
    return Version(as_of="2020-12-31", tables=(table,), counts=counts)
