# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka figures`: put published figures beside each other and say which must not be added, and why."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from sviedka.cli.language import translate
from sviedka.cli.places import readable_file

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from datetime import date

    from sviedka.cli.console import Console
    from sviedka.core.count.figures import Figure

SUMMARY: Final = "say which published figures must not be added, and why"
EXAMPLE: Final = "sviedka figures figures.yaml"

OBSTACLE_WORDS: Final = (
    "they count different things",
    "one person may be in both; only linking the lists behind them tells",
    "one lies within the other in time and place",
    "their times overlap",
    "both rest on one source, or one is a copy",
    "one is a moment, the other a time",
    "it is not known when one of them was counted",
)
"""In the order of `core.count.figures.Obstacle`."""


def configure(parser: ArgumentParser) -> None:
    """Add the file."""
    parser.add_argument(
        "file", type=Path, metavar="FIGURES.yaml", help=translate("what was published, one figure each")
    )


def run(arguments: Namespace, console: Console) -> int:
    """Compare every pair."""
    from sviedka.core.count.figures import Obstacle, compare_figures
    from sviedka.store.records.figures_file import parse_figures
    from sviedka.store.records.plain_yaml import MAX_BYTES

    with readable_file(arguments.file).open("rb") as file:
        figures = parse_figures(file.read(MAX_BYTES + 1))
    words = dict(zip(Obstacle, OBSTACLE_WORDS, strict=True))
    for figure in figures:
        console.show(
            f"{figure.name}: {figure.value} · {figure.what} ({figure.unit}) · {_when(figure)} · {figure.source}"
        )
    pairs = compare_figures(figures)
    for one, other, obstacles in pairs:
        why = "; ".join(translate(words[obstacle]) for obstacle in obstacles)
        console.show(f"  {one.name} + {other.name}: {why or translate('may be added')}")
    addable = [[one.name, other.name] for one, other, obstacles in pairs if not obstacles]
    console.document |= {
        "verdict": "holds",
        "pairs": [
            {"one": one.name, "other": other.name, "obstacles": [obstacle.value for obstacle in obstacles]}
            for one, other, obstacles in pairs
        ],
        "addable": len(addable),
    }
    console.say("{count} pairs; {addable} may be added.", count=len(pairs), addable=len(addable))
    return 0


def _when(figure: Figure) -> str:
    return "?" if figure.first is None or figure.last is None else _span(figure.first, figure.last)


def _span(first: date, last: date) -> str:
    return first.isoformat() if first == last else f"{first.isoformat()}/{last.isoformat()}"
