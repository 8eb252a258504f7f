# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka estimate`: how many people there are, documented and unseen, by all methods, or why no total is given."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sviedka.cli.language import choose_language, translate
from sviedka.cli.places import free_place
from sviedka.cli.run_argument import read_run_bytes
from sviedka.core.base.errors import Malformed
from sviedka.core.base.ids import is_id

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Sequence

    from sviedka.cli.console import Console
    from sviedka.core.count.capture import CaptureTable
    from sviedka.core.count.counted import Counted
    from sviedka.core.count.estimate.estimating import Estimated
    from sviedka.core.count.estimate.plan import EstimatePlan

SUMMARY: Final = "say how many people there are, documented and unseen, with the doubt, or why no total is given"
EXAMPLE: Final = (
    "sviedka estimate reviewed.run -o estimate\n"
    "sviedka estimate captures.csv --what detained --where Exampleland --until 2021-03-31 -o estimate"
)
RUN_BEGINS: Final = b"PK\x03\x04"
SEED: Final = 20_200_809


class QuestionMissing(Malformed):
    """A number was asked for without saying what it counts."""

    code = "malformed.question"
    hint = "A table does not say what it counts: give --what, --where and --until. A linkage run says it itself."


def configure(parser: ArgumentParser) -> None:
    """Add the table or run, what is counted, and how much work is done."""
    parser.add_argument(
        "input",
        type=Path,
        metavar="RUN|FILE.csv",
        help=translate(
            "a linkage, kept or in a file, or a table: a column of 0 and 1 for each list, and a column people"
        ),
    )
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar=translate("DIR"),
        help=translate("write the page, pictures and report there"),
    )
    parser.add_argument("--what", help=translate("what is counted, such as detained"))
    parser.add_argument("--where", help=translate("the area"))
    parser.add_argument("--until", metavar="YYYY-MM-DD", help=translate("the last day that the lists cover"))
    parser.add_argument("--unit", help=translate("what is one (person)"))
    parser.add_argument(
        "--copied",
        action="append",
        default=[],
        metavar="COPY=LIST",
        help=translate("this list was copied from that one"),
    )
    parser.add_argument(
        "--order", type=int, choices=(1, 2, 3, 4), help=translate("how many lists may interact at once")
    )
    parser.add_argument("--seed", type=int, default=SEED, metavar="N", help=translate("where chance begins (20200809)"))
    parser.add_argument("--quick", action="store_true", help=translate("a tenth of the work, for a first look only"))


def run(arguments: Namespace, console: Console) -> int:
    """Read, estimate, show; write the page and state the estimate if asked for."""
    from sviedka.vault.layout import find_archive

    data = read_run_bytes(arguments.input, archive=arguments.archive, purpose="estimate")
    stated = arguments.archive is not None or is_id(str(arguments.input))
    if arguments.output is not None:
        free_place(arguments.output, archive=find_archive(arguments.archive) if stated else None)
    copied = _copies(arguments.copied)
    tables, counted = _read(arguments, data)
    # What is imported from here on takes seconds; what was mistyped has been said by now.
    from sviedka.cli.estimate_telling import tell_estimate
    from sviedka.core.count.estimate.estimating import estimate_people

    with console.progress("estimating") as advance:
        estimated = estimate_people(
            tables,
            counted=counted,
            seed=arguments.seed % 2**32,
            plan=_plan(arguments),
            copied_from=copied,
            progress=advance,
        )
    tell_estimate(estimated.report, console)
    report = _report_bytes(estimated)
    if arguments.output is not None:
        _write(arguments.output, estimated, report, console)
    if stated:
        _state(arguments, estimated, data, report, console)
    return 0


def _read(arguments: Namespace, data: bytes) -> tuple[Sequence[CaptureTable], Counted]:
    """Return the linkage decided and its draws, and what they count."""
    from sviedka.core.count.counted import Counted
    from sviedka.core.count.estimate.capture_csv import parse_capture_csv

    if data.startswith(RUN_BEGINS):
        from sviedka.link.captures import decided_captures, drawn_captures
        from sviedka.link.run_file import parse_run

        linkage = parse_run(data)
        return (decided_captures(linkage), *drawn_captures(linkage)), linkage.counted
    tables = parse_capture_csv(data)
    if arguments.what is None or arguments.where is None or arguments.until is None:
        raise QuestionMissing("It is not said what this table counts, where and until when.")
    _check_day(arguments.until)
    unit = arguments.unit or "person"
    return tables, Counted(unit=unit, what=arguments.what, where=arguments.where, until=arguments.until)


def _check_day(text: str) -> None:
    from datetime import date

    try:
        same = date.fromisoformat(text).isoformat() == text
    except ValueError:
        same = False
    if not same:
        raise QuestionMissing("{day} is no day written as 2021-03-31.", day=text)


def _copies(given: Sequence[str]) -> dict[str, str]:
    parted = [one.partition("=") for one in given]
    if any(not copy or not origin for copy, _, origin in parted):
        raise QuestionMissing("A copy is named as COPY=LIST.")
    return {copy: origin for copy, _, origin in parted}


def _plan(arguments: Namespace) -> EstimatePlan:
    from dataclasses import replace

    from sviedka.core.count.estimate.latent_class import ChainPlan
    from sviedka.core.count.estimate.plan import EstimatePlan

    plan = EstimatePlan(order=arguments.order)
    if not arguments.quick:
        return plan
    chains = ChainPlan(chains=4, sweeps=22_000, warm_up=2_000, thin=10, most_sweeps=88_000)
    draws = ChainPlan(chains=2, sweeps=4_400, warm_up=400, thin=10)
    return replace(plan, samples=100, chains=chains, draw_chains=draws)


def _report_bytes(estimated: Estimated) -> bytes:
    import json

    return (json.dumps(estimated.report.to_json(), ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def _write(folder: Path, estimated: Estimated, report: bytes, console: Console) -> None:
    """Write page, pictures and report into a new folder."""
    from sviedka.store.estimates.page import Page, render_page
    from sviedka.store.estimates.plots import draw_intervals, draw_overlap, draw_posterior, draw_trace
    from sviedka.vault.durable import write_new

    seen = estimated.table.observed
    pictures = {"overlap": draw_overlap(estimated.table, translate_phrase)}
    if any(one.estimated for one in estimated.report.methods):
        pictures["intervals"] = draw_intervals(estimated.report, translate_phrase)
    if estimated.chains is not None:
        pictures["posterior"] = draw_posterior(estimated.chains, seen, translate_phrase)
        pictures["trace"] = draw_trace(estimated.chains, seen, translate_phrase)
    page = Page(report=estimated.report, pictures=pictures, language=choose_language([]), say=translate_phrase)
    folder.mkdir()
    write_new(folder / "estimate.json", report, mode=0o644)
    write_new(folder / "estimate.html", render_page(page), mode=0o644)
    for name, picture in pictures.items():
        write_new(folder / f"{name}.svg", picture, mode=0o644)
    console.document["page"] = str(folder / "estimate.html")
    console.say("The page: {path}", path=str(folder / "estimate.html"))


def translate_phrase(phrase: str) -> str:
    """Say a phrase in the chosen language."""
    return translate("{phrase}", phrase=phrase)


def _state(arguments: Namespace, estimated: Estimated, data: bytes, report: bytes, console: Console) -> None:
    """Record the estimate in the archive's log."""
    from sviedka.cli.copies import copy_after
    from sviedka.store.estimates.recording import record_estimate
    from sviedka.store.session import open_archive

    with open_archive(arguments.archive) as session:
        jti = record_estimate(
            session.archive,
            session.keeper,
            estimated.report,
            kind="linkage-run" if data.startswith(RUN_BEGINS) else "capture-table",
            input_sha256=sha256(data).hexdigest(),
            report_sha256=sha256(report).hexdigest(),
        )
        console.document["statement"] = jti
        console.say("Recorded as statement {jti}.", jti=jti)
        copy_after(session.archive, console)
