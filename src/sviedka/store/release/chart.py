# SPDX-License-Identifier: AGPL-3.0-or-later
"""A chart for a table: bars for its first level, hidden numbers marked; the same bytes each time."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from sviedka.core.count.release.grid import published_number
from sviedka.core.count.release.wording import HIDDEN_MARK, WORDING
from sviedka.core.count.suppress.dimension import TOTAL

if TYPE_CHECKING:
    from sviedka.core.count.release.plan import PlannedTable, ReleasePlan
    from sviedka.core.count.suppress.version import Version

MOST_BARS: Final = 40
_OVER_TIME: Final = ("month", "day")
_INK: Final = "#1f5a7a"


def draw_chart(plan: ReleasePlan, planned: PlannedTable, version: Version, language: str) -> str | None:
    """Return an SVG element for a table, or `None` if it has no number to draw or too many.

    Drawn is the dimension of time, else the first one, over the totals of the others.
    """
    name = next((one for one in _OVER_TIME if one in planned.across), planned.across[0])
    bars = [one for one in plan.dimensions[name].categories if one.parent == TOTAL]
    table = plan.bare_table(planned)
    cells = [table.cell(tuple(bar.code if one == name else TOTAL for one in planned.across)) for bar in bars]
    numbers = [published_number(version, cell) for cell in cells]
    if len(bars) > MOST_BARS or all(number is None for number in numbers):
        return None
    return _draw([bar.title[language] for bar in bars], numbers, WORDING[language].units[plan.unit.value], planned.name)


def _draw(titles: list[str], numbers: list[int | None], unit: str, salt: str) -> str:
    with mpl.rc_context({"svg.hashsalt": salt, "svg.fonttype": "path", "font.family": "DejaVu Sans", "font.size": 9}):
        figure = Figure(figsize=(7.2, 0.7 + 0.27 * len(titles)), layout="constrained")
        axes = figure.subplots()
        places = range(len(titles))
        axes.barh(places, [number or 0 for number in numbers], color=_INK, height=0.66)
        for place, number in zip(places, numbers, strict=True):
            told = HIDDEN_MARK if number is None else str(number)
            axes.annotate(told, (number or 0, place), xytext=(4, 0), textcoords="offset points", va="center")
        axes.set_yticks(places, [_shortened(title) for title in titles])
        axes.invert_yaxis()
        axes.set_xlabel(unit)
        axes.margins(x=0.1, y=0.01)
        axes.spines[["top", "right"]].set_visible(False)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        target = io.StringIO()
        figure.savefig(target, format="svg", metadata={"Date": None, "Creator": None})
    drawn = target.getvalue()
    return drawn[drawn.index("<svg") :].replace("<svg ", '<svg aria-hidden="true" ', 1)


def _shortened(title: str, most: int = 48) -> str:
    return title if len(title) <= most else title[: most - 1] + "…"
