# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka tabulate`: count the persons of a linkage by category, for `sviedka release` to publish what may be."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sviedka.cli.language import translate
from sviedka.cli.places import free_place, readable_file

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from sviedka.cli.console import Console
    from sviedka.link.run import LinkageRun
    from sviedka.link.tallying import Tally

SUMMARY: Final = "count the persons of a linkage by category, for a release"
EXAMPLE: Final = "sviedka tabulate reviewed.run --lists lists.yaml --across sex month -o counts.csv"
DIMENSION_CHOICES: Final = ("month", "sex")


def configure(parser: ArgumentParser) -> None:
    """Add the linkage, its lists and the categories."""
    parser.add_argument("run", type=Path, metavar=translate("RUN"), help=translate("a linkage, from sviedka review -o"))
    parser.add_argument(
        "--lists", type=Path, required=True, metavar="LISTS.yaml", help=translate("the lists that were linked")
    )
    parser.add_argument(
        "--across", nargs="+", required=True, choices=DIMENSION_CHOICES, help=translate("categories to count by")
    )
    parser.add_argument("-o", "--output", type=Path, required=True, metavar=translate("FILE"))


def run(arguments: Namespace, console: Console) -> int:
    """Count and write."""
    from sviedka.core.base.progress import unwatched
    from sviedka.link.captures import counting_lists
    from sviedka.link.lists_file import read_link_order
    from sviedka.link.reading import read_lists
    from sviedka.link.run_file import parse_run
    from sviedka.link.tallying import tally_people
    from sviedka.vault.durable import write_new

    linkage = parse_run(readable_file(arguments.run).read_bytes())
    free_place(arguments.output)
    order = read_link_order(readable_file(arguments.lists))
    across = list(dict.fromkeys(arguments.across))
    tallies = tally_people(linkage, read_lists(order, arguments.lists.parent, unwatched), across)
    write_new(arguments.output, _csv(across, counting_lists(linkage)[0], tallies))
    _tell(console, linkage, tallies)
    return 0


def _csv(across: list[str], lists: tuple[str, ...], tallies: tuple[Tally, ...]) -> bytes:
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\n")
    rows.writerow([*across, "count", *(f"only:{name}" for name in lists)])
    rows.writerows([*tally.codes, tally.people, *tally.only] for tally in tallies)
    return written.getvalue().encode("utf-8")


def _tell(console: Console, linkage: LinkageRun, tallies: tuple[Tally, ...]) -> None:
    counted = linkage.counted
    console.document |= {
        "verdict": "holds",
        "counted": {"unit": counted.unit, "what": counted.what, "where": counted.where, "until": counted.until},
        "as_of": linkage.as_of,
        "people": linkage.people,
        "rows": len(tallies),
    }
    console.say(
        "Counted: {what}, one for each {unit}, {where}, until {until}.",
        what=counted.what, unit=counted.unit, where=counted.where, until=counted.until,
    )  # fmt: skip
    console.say("{people} people in {rows} rows, documented, each once.", people=linkage.people, rows=len(tallies))
    console.say(
        "Small numbers stand in this file. It is for sviedka release, which hides them; it is not to be published."
    )
