# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka tabulate`: count the persons of a linkage by category, for `sviedka release` to publish what may be."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sviedka.cli.language import translate, translate_count
from sviedka.cli.places import free_place, readable_file

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from sviedka.cli.console import Console
    from sviedka.link.categories import Dimension
    from sviedka.link.run import LinkageRun
    from sviedka.link.tallying import Tallied, Tally

SUMMARY: Final = "count the persons of a linkage by category, for a release"
EXAMPLE: Final = """\
sviedka tabulate reviewed.run --lists lists.yaml --across sex month -o counts.csv
sviedka tabulate reviewed.run --lists lists.yaml --plan plan.yaml -o counts.csv"""
DIMENSION_CHOICES: Final = ("month", "day", "sex", "age_band")


def configure(parser: ArgumentParser) -> None:
    """Add the linkage, its lists and the categories."""
    parser.add_argument("run", type=Path, metavar=translate("RUN"), help=translate("a linkage, from sviedka review -o"))
    parser.add_argument(
        "--lists", type=Path, required=True, metavar="LISTS.yaml", help=translate("the lists that were linked")
    )
    by = parser.add_mutually_exclusive_group(required=True)
    by.add_argument("--across", nargs="+", choices=DIMENSION_CHOICES, help=translate("categories to count by"))
    by.add_argument(
        "--plan",
        type=Path,
        metavar="PLAN.yaml",
        help=translate("count by all dimensions of a release's plan, with its categories, places and age bands"),
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
    across = _dimensions(arguments)
    tallied = tally_people(linkage, read_lists(order, arguments.lists.parent, unwatched), across)
    write_new(arguments.output, _csv(list(across), counting_lists(linkage)[0], tallied.rows))
    _tell(console, linkage, tallied)
    return 0


def _dimensions(arguments: Namespace) -> dict[str, Dimension]:
    from sviedka.link.categories import plain_dimensions, planned_dimensions
    from sviedka.store.release.plan import read_plan

    if arguments.plan is None:
        known = plain_dimensions()
        return {name: known[name] for name in dict.fromkeys(arguments.across)}
    plan, _ = read_plan(readable_file(arguments.plan))
    return planned_dimensions(plan)


def _csv(across: list[str], lists: tuple[str, ...], tallies: tuple[Tally, ...]) -> bytes:
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\n")
    rows.writerow([*across, "count", *(f"only:{name}" for name in lists)])
    rows.writerows([*tally.codes, tally.people, *tally.only] for tally in tallies)
    return written.getvalue().encode("utf-8")


def _tell(console: Console, linkage: LinkageRun, tallied: Tallied) -> None:
    counted = linkage.counted
    console.document |= {
        "verdict": "holds",
        "counted": {"unit": counted.unit, "what": counted.what, "where": counted.where, "until": counted.until},
        "as_of": linkage.as_of,
        "people": linkage.people,
        "rows": len(tallied.rows),
        "unplaced": dict(tallied.unplaced),
    }
    console.say(
        "Counted: {what}, one for each {unit}, {where}, until {until}.",
        what=counted.what, unit=counted.unit, where=counted.where, until=counted.until,
    )  # fmt: skip
    console.say(
        "Documented: {people}, each once, in {rows}.",
        people=translate_count("{count} person", "{count} people", linkage.people),
        rows=translate_count("{count} row", "{count} rows", len(tallied.rows)),
    )
    for name, count in tallied.unplaced.items():
        if count:
            console.show(
                translate_count(
                    "{count} record says something under {name} that fits no category; it does not decide it.",
                    "{count} records say something under {name} that fits no category; they do not decide it.",
                    count,
                    name=name,
                )
            )
    console.say(
        "Small numbers stand in this file. It is for sviedka release, which hides them; it is not to be published."
    )
