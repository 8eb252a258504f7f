"""Small estimates for tests: the same code with little work, and a table that it answers for."""

import re
from pathlib import Path
from typing import Final

import numpy as np

from sviedka.core.count.capture import CaptureTable
from sviedka.core.count.counted import Counted
from sviedka.core.count.estimate import refusals, warnings
from sviedka.core.count.estimate.estimating import estimate_people
from sviedka.core.count.estimate.latent_class import ChainPlan
from sviedka.core.count.estimate.plan import EstimatePlan

COUNTED: Final = Counted(unit="person", what="detained (invented)", where="Exampleland", until="2021-03-31")
LITTLE: Final = EstimatePlan(
    samples=40,
    top_models=5,
    chains=ChainPlan(chains=2, sweeps=6_000, warm_up=1_000, thin=5),
    draw_chains=ChainPlan(chains=2, sweeps=600, warm_up=100, thin=5),
)


def independent(*chances: float, people: int = 1_000) -> CaptureTable:
    """The expected table of lists that catch independently, rounded: every method has an easy time with it."""
    lists = len(chances)
    cells = np.zeros(1 << lists, dtype=np.int64)
    for pattern in range(1, 1 << lists):
        share = [chance if pattern >> (lists - 1 - place) & 1 else 1 - chance for place, chance in enumerate(chances)]
        cells[pattern] = round(people * float(np.prod(share)))
    return CaptureTable(lists=tuple("abcdefghi"[:lists]), people=cells)


EASY: Final = independent(0.5, 0.4, 0.3)


def estimate(*tables: CaptureTable, seed=1, **options):
    """Estimate with little work."""
    return estimate_people(tables, counted=COUNTED, seed=seed, **{"plan": LITTLE, **options})


def codes(findings) -> set[str]:
    """The codes of findings."""
    return {finding.code for finding in findings}


def every_refusal() -> set[str]:
    """Every code that an estimate can be refused with."""
    return _codes_in(refusals)


def every_warning() -> set[str]:
    """Every code that an estimate can be warned of."""
    return _codes_in(warnings)


def _codes_in(module) -> set[str]:
    return set(re.findall(r'code="([a-z-]+)"', Path(module.__file__).read_text()))
