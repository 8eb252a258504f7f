# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka bench`: measure this machine, as ratios within one run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.cli.language import translate

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from sviedka.cli.console import Console

SUMMARY: Final = "measure, against this machine's bounds and against peers"
EXAMPLE: Final = "sviedka bench --only seal_large"


def configure(parser: ArgumentParser) -> None:
    """Add which measure, and how large."""
    from sviedka.bench.measures import MEASURES

    parser.add_argument("--only", choices=tuple(MEASURES), help=translate("run this measure alone"))
    parser.add_argument("--quick", action="store_true", help=translate("a tenth of the size: shows that it works"))


def run(arguments: Namespace, console: Console) -> int:
    """Measure and print a table, or one object with --json."""
    from sviedka.bench.measures import LONG, MEASURES, measure

    names = [arguments.only] if arguments.only else [name for name in MEASURES if name not in LONG]
    for name in names:
        result = measure(name, quick=arguments.quick)
        console.document[name] = result.to_json()
        for line in result.lines(name):
            console.show(line)
    return 0
