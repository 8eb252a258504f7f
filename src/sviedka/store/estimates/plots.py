# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pictures of an estimate as SVG, the same bytes each time: letters are drawn as shapes, dates are left out.

Narrow enough for a phone: lines of text stay readable when the picture is scaled to 340 points.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sviedka.core.base.phrases import Phrase
from sviedka.core.count.counted import spell_people
from sviedka.core.count.estimate.method import LABELS

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes

    from sviedka.core.count.capture import CaptureTable
    from sviedka.core.count.estimate.latent_class import ClassPosterior
    from sviedka.core.count.estimate.report import EstimateReport

    Say = Callable[[Phrase], str]

STYLE: Final[dict[Any, Any]] = {
    "svg.hashsalt": "sviedka",
    "svg.fonttype": "path",
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "figure.constrained_layout.use": True,
}
WIDTH: Final = 4.4
INK: Final = "#1d3557"
PALE: Final = "#a8c5da"
ALERT: Final = "#9b2226"
CHAIN_INKS: Final = ("#1d3557", "#457b9d", "#2a9d8f", "#8a6d3b", "#6d597a", "#9b2226", "#4f772d", "#5c677d")
UNDER: Final = {"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 1.0}
"""Behind a label, so that no line runs through its letters."""
SMALL: Final = 10
"""Fewer people than this in one pattern are drawn as a hatched bar without their number."""
MOST_PATTERNS: Final = 12
MOST_POINTS: Final = 400


def draw_overlap(table: CaptureTable, say: Say) -> bytes:
    """Draw how many people stand on which lists together: bars above, dots below; the most frequent patterns."""
    patterns = [int(one) for one in np.nonzero(table.people)[0]]
    patterns = sorted(patterns, key=lambda one: (-int(table.people[one]), one))[:MOST_PATTERNS]
    lists, places = len(table.lists), np.arange(len(patterns))
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, 2.6 + 0.28 * lists))
        bars, dots = figure.subplots(2, 1, sharex=True, height_ratios=(2.4, 0.28 * lists + 0.2))
        for place, pattern in zip(places, patterns, strict=True):
            _bar(bars, float(place), int(table.people[pattern]))
            on = [row for row in range(lists) if pattern >> (lists - 1 - row) & 1]
            dots.plot([place] * lists, range(lists), "o", color="#d9dee3", markersize=6)
            dots.plot([place] * len(on), on, "o-", color=INK, markersize=6, linewidth=1.5)
        bars.set_ylabel(say(Phrase("people")))
        bars.yaxis.set_major_locator(MaxNLocator(5, integer=True))
        bars.yaxis.set_major_formatter(_THOUSANDS)
        dots.set_yticks(range(lists), [_short(name) for name in table.lists])
        dots.set_xticks([])
        dots.invert_yaxis()
        dots.tick_params(length=0)
        for side in ("left", "bottom"):
            dots.spines[side].set_visible(False)
        return _svg(figure)


def _bar(axes: Axes, place: float, people: int) -> None:
    few = people < SMALL
    height = SMALL if few else people
    axes.bar(place, height, width=0.7, color="white" if few else INK, edgecolor=INK, hatch="////" if few else "")
    axes.annotate(
        f"<{SMALL}" if few else spell_people(people), (place, height), ha="center", va="bottom", fontsize=8, rotation=60
    )


def draw_intervals(report: EstimateReport, say: Say) -> bytes:
    """Draw what each method says, beside the documented minimum and, unless refused, the range."""
    rows = [one for one in report.methods if one.estimated]
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, 1.3 + 0.62 * max(len(rows), 1)))
        axes = figure.subplots()
        if report.published_range is not None:
            axes.axvspan(*report.published_range, color=PALE, alpha=0.45, linewidth=0)
        axes.axvline(report.documented.low, color=ALERT, linewidth=2)
        for row, one in enumerate(rows):
            ink = INK if one in report.ranged else "#7a8793"
            ends = np.array([one.low, one.high], dtype=np.float64)
            axes.plot(ends, [row, row], color=ink, linewidth=3, solid_capstyle="butt")
            axes.plot(
                np.array([one.people], dtype=np.float64),
                [row],
                "o",
                color="white",
                markeredgecolor=ink,
                markeredgewidth=2,
                markersize=8,
            )
            axes.annotate(
                say(LABELS[one.name]),
                (0, row - 0.22),
                xycoords=("axes fraction", "data"),
                ha="left",
                va="bottom",
                bbox=UNDER,
            )
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        axes.set_ylim(len(rows) - 0.4, -0.9)
        axes.set_xlim(left=0)
        axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
        axes.xaxis.set_major_formatter(_THOUSANDS)
        axes.set_xlabel(say(Phrase("people, documented and unseen")))
        return _svg(figure)


def draw_posterior(chains: ClassPosterior, seen: int, say: Say) -> bytes:
    """Draw the posterior of the latent class model, each chain as a line of its own."""
    people = chains.unseen + seen
    low, high = np.quantile(people, [0.001, 0.995])
    edges = np.linspace(low, max(high, low + 1), 41)
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, 2.6))
        axes = figure.subplots()
        for number, chain in enumerate(people):
            share = np.histogram(chain, edges)[0] / chain.size
            axes.stairs(share, edges, color=CHAIN_INKS[number % len(CHAIN_INKS)], linewidth=1.2)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
        axes.xaxis.set_major_formatter(_THOUSANDS)
        axes.set_xlabel(say(Phrase("people, documented and unseen")))
        return _svg(figure)


def draw_trace(chains: ClassPosterior, seen: int, say: Say) -> bytes:
    """Draw the chains one after another draw: they should look like one band."""
    step = max(chains.unseen.shape[1] // MOST_POINTS, 1)
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, 2.6))
        axes = figure.subplots()
        for number, chain in enumerate(chains.unseen[:, ::step] + seen):
            axes.plot(np.arange(chain.size) * step, chain, color=CHAIN_INKS[number % len(CHAIN_INKS)], linewidth=0.6)
        axes.yaxis.set_major_formatter(_THOUSANDS)
        axes.xaxis.set_major_locator(MaxNLocator(4, integer=True))
        axes.xaxis.set_major_formatter(_THOUSANDS)
        axes.set_xlabel(say(Phrase("draws kept of each chain")))
        axes.set_ylabel(say(Phrase("people")))
        return _svg(figure)


_THOUSANDS: Final = FuncFormatter(lambda number, _place: spell_people(number))


def _short(name: str) -> str:
    return name if len(name) <= 18 else name[:17] + "\N{HORIZONTAL ELLIPSIS}"


def _svg(figure: Figure) -> bytes:
    out = io.BytesIO()
    FigureCanvasSVG(figure).print_svg(out, metadata={"Date": None, "Creator": None})  # type: ignore[no-untyped-call]
    return out.getvalue()
