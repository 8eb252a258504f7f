# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka link`: find which records of several lists are of one person; what comes out is numbers, sealed in the archive."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from sviedka.cli.copies import copy_after
from sviedka.cli.language import translate
from sviedka.cli.places import readable_file
from sviedka.cli.usage import number_between

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from sviedka.cli.console import Console
    from sviedka.core.base.canonical import Json
    from sviedka.link.run import LinkageRun

SUMMARY: Final = "find records of the same person across lists, and say with what doubt"
EXAMPLE: Final = "sviedka link lists.yaml\nsviedka link lists.yaml --workers 2 --memory 8000"


def configure(parser: ArgumentParser) -> None:
    """Add the lists file and what the work may take."""
    parser.add_argument(
        "lists", type=Path, metavar="LISTS.yaml", help=translate("what is counted, which lists, which column is which")
    )
    parser.add_argument(
        "--seed",
        type=number_between(0, 999_999_999),
        default=1,
        metavar="N",
        help=translate("of all that is drawn by chance; same seed, same run"),
    )
    parser.add_argument(
        "--draws",
        type=number_between(20, 200),
        default=20,
        metavar="N",
        help=translate("how many linkages to draw (20)"),
    )
    parser.add_argument(
        "--memory",
        type=number_between(500, 999_999),
        default=6000,
        metavar="MB",
        help=translate("memory that linking may take (6000)"),
    )
    parser.add_argument(
        "--workers",
        type=number_between(1, 64),
        default=1,
        metavar="N",
        help=translate("processes that compare, with chunks of the pairs (1)"),
    )
    parser.add_argument(
        "--backend",
        choices=("duckdb", "spark"),
        default="duckdb",
        help=translate("what compares: duckdb, or spark where it is installed"),
    )
    parser.add_argument(
        "--threads", type=number_between(1, 64), default=2, metavar="N", help=translate("processors to use (2)")
    )


def run(arguments: Namespace, console: Console) -> int:
    """Read the lists, link them, keep the run, and say what it comes to."""
    from sviedka.link.kept_run import keep_run
    from sviedka.link.linking import link_lists
    from sviedka.link.lists_file import read_link_order
    from sviedka.link.reading import read_lists
    from sviedka.link.settings import LinkSettings
    from sviedka.store.session import open_archive
    from sviedka.vault.clock import now

    settings = LinkSettings(
        seed=arguments.seed,
        draws=arguments.draws,
        backend=arguments.backend,
        workers=arguments.workers,
        threads=arguments.threads,
        memory_mb=arguments.memory,
    )
    order = read_link_order(readable_file(arguments.lists))
    with open_archive(arguments.archive) as session:
        with console.progress("reading lists") as advance:
            lists = read_lists(order, arguments.lists.parent, advance)
        with console.progress("linking") as advance:
            found = link_lists(lists, counted=order.counted, as_of=now().date(), settings=settings, progress=advance)
        kept = keep_run(session.archive, session.keeper, found)
    console.document |= {"verdict": "holds", "run": kept.item, "statement": kept.jti} | _document(found)
    _tell(console, found)
    console.say("Kept as {run}; statement {jti}.", run=kept.item, jti=kept.jti)
    copy_after(session.archive, console)
    return 0


def _tell(console: Console, found: LinkageRun) -> None:
    counted, quality = found.counted, found.quality
    console.say(
        "Counted: {what}, one for each {unit}, {where}, until {until}.",
        what=counted.what, unit=counted.unit, where=counted.where, until=counted.until,
    )  # fmt: skip
    for one in found.lists:
        nameless = int(quality.get(f"nameless_{one.name}", 0))
        console.show(f"  {one.name}: {one.rows:,}" + (f" (-{nameless:,})" if nameless else ""))
        if one.copied_from is not None:
            console.say(
                "{list} is copied from {origin} and counts as that list.", list=one.name, origin=one.copied_from
            )
    if any(name.startswith("nameless_") for name in quality):
        console.say(
            "In brackets: records without a family name, such as pseudonyms. They are not linked and not counted."
        )
    for name, count in quality.items():
        if name.startswith("unread_"):
            console.say(
                "{field}: {count} cells could not be read.", field=name.removeprefix("unread_"), count=int(count)
            )
    _tell_rules(console, found)
    low, high = _drawn(found)
    console.say(
        "{records} records, {people} people by this linkage; {low} to {high} over {draws} draws of it.",
        records=found.records, people=found.people, low=low, high=high, draws=len(found.draws),
    )  # fmt: skip
    console.say(
        "Pairs: {auto} certain, {review} to be reviewed, {conflict} that cannot be one person though much agrees.",
        auto=int(quality["pairs_auto"]), review=int(quality["pairs_review"]), conflict=int(quality["pairs_conflict"]),
    )  # fmt: skip
    console.say(
        "Expected by the model: {precision} of linked pairs are right, {recall} of true pairs are linked.",
        precision=f"{quality['expected_precision']:.1%}", recall=f"{quality['expected_recall']:.1%}",
    )  # fmt: skip
    console.say("This is no total: whoever is on no list is not in it.")


def _tell_rules(console: Console, found: LinkageRun) -> None:
    console.say("Share of true pairs that each blocking rule proposes (estimated):")
    for rule in found.rules:
        share = "?" if rule.recall is None else f"{rule.recall:.1%}"
        console.show(f"  {share:>6}  {translate(rule.name)}")
    whole = found.quality.get("blocking_recall")
    if whole is None:
        console.say("How many true pairs all of them miss cannot be estimated: these lists have too few dates.")
    else:
        console.say(
            "All rules together: {share}, if misspelt names and wrong dates come independently.", share=f"{whole:.1%}"
        )


def _drawn(found: LinkageRun) -> tuple[int, int]:
    import numpy as np

    people = [len(np.unique(draw)) for draw in found.draws]
    return min(people), max(people)


def _document(found: LinkageRun) -> dict[str, Json]:
    from dataclasses import asdict

    told: dict[str, object] = {
        "counted": asdict(found.counted),
        "as_of": found.as_of,
        "lists": [asdict(one) for one in found.lists],
        "records": found.records,
        "people": found.people,
        "people_drawn": list(_drawn(found)),
        "rules": [asdict(rule) for rule in found.rules],
        "settings": dict(found.settings),
        "quality": dict(found.quality),
        "key_version": found.key_version,
    }
    return told  # type: ignore[return-value]  # fractions, which canonical JSON does not know
