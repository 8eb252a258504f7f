# SPDX-License-Identifier: AGPL-3.0-or-later
"""One measured figure: its value, what this machine could do at best in the same run, and how others do.

Figures of one run only are compared: a rate from another day or another machine says nothing.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sviedka.core.base.canonical import Json

ABSENT: Final = "absent"
"""Stands in place of a peer's ratio where the peer is not installed."""


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """What one measure came to.

    Attributes:
        values: One for each run, in `unit`.
        unit: As `MB/s` (10^6 bytes), `items/s`, `ms`.
        bound: What this machine could do at best, in the same unit; how it is made up stands with the measure.
        reach: The ratio or value that is wanted; shown beside, never enforced here.
        lower_is_better: For times.
        peers: By name, how many times as fast as the peer we are; `ABSENT` where it is not installed.
        beside: Further figures of the same run, such as the disk's own rate or memory.
    """

    values: Sequence[float]
    unit: str
    bound: float
    reach: str
    lower_is_better: bool = False
    peers: Mapping[str, float | str] = field(default_factory=dict)
    beside: Mapping[str, float | str] = field(default_factory=dict)

    @property
    def value(self) -> float:
        """The median of the runs."""
        return median(self.values)

    @property
    def ratio_to_bound(self) -> float:
        """How much of the bound is reached; 1 is all of it."""
        return self.bound / self.value if self.lower_is_better else self.value / self.bound

    def to_json(self) -> dict[str, Json]:
        """Return the measure for machines. Fractions are JSON numbers here: nothing of it is signed."""
        figures: dict[str, object] = {
            "value": _rounded(self.value),
            "unit": self.unit,
            "bound": _rounded(self.bound),
            "ratio_to_bound": _rounded(self.ratio_to_bound),
            "peers": {name: _rounded(ratio) for name, ratio in self.peers.items()},
            "runs": len(self.values),
            "spread": _rounded((max(self.values) - min(self.values)) / self.value),
            "reach": self.reach,
            "beside": {name: _rounded(figure) for name, figure in self.beside.items()},
        }
        return figures  # type: ignore[return-value]  # fractions, which canonical JSON does not know

    def lines(self, name: str) -> Iterator[str]:
        """Yield the measure for people."""
        yield f"{name}: {self.value:,.4g} {self.unit} = {self.ratio_to_bound:.2f} x bound ({self.bound:,.4g}); wanted: {self.reach}"
        for peer, ratio in self.peers.items():
            yield f"    against {peer}: {ratio if isinstance(ratio, str) else f'{ratio:.2f} x'}"
        for what, figure in self.beside.items():
            yield f"    {what}: {figure if isinstance(figure, str) else f'{figure:,.4g}'}"


def seconds(work: Callable[[], object]) -> float:
    """Return how long `work` takes by the wall clock."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _rounded(figure: float | str) -> float | str:
    return figure if isinstance(figure, str) else float(f"{figure:.4g}")
