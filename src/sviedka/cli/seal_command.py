# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka seal`: take files and folders as they are and seal them, one item each."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from sviedka.cli.copies import copy_after
from sviedka.cli.language import translate, translate_count
from sviedka.cli.places import outside
from sviedka.core.base.errors import Unavailable

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from sviedka.cli.console import Console
    from sviedka.store.deposit.report import DepositedItem

SUMMARY: Final = "seal files and folders"
EXAMPLE: Final = "sviedka seal evidence/ --case belarus-2020 --source s-hospital"


def configure(parser: ArgumentParser) -> None:
    """Add the paths and what is known about where they come from."""
    parser.add_argument("paths", nargs="+", type=Path, metavar=translate("PATH"), help=translate("a file or a folder"))
    parser.add_argument("--case", required=True, metavar=translate("LABEL"), help=translate("the case it belongs to"))
    parser.add_argument("--source", metavar=translate("LABEL"), help=translate("the source it comes from"))
    parser.add_argument(
        "--from",
        dest="giver",
        metavar=translate("LABEL"),
        help=translate("the recorded person who handed it over; its names then go with what they take back"),
    )


def run(arguments: Namespace, console: Console) -> int:
    """Seal, and say what was kept and what could not be read."""
    from sviedka.keeper.client import Keeper
    from sviedka.store.deposit.depositing import deposit
    from sviedka.vault.layout import find_archive

    archive = find_archive(arguments.archive)
    for path in arguments.paths:
        outside(path, archive)
    kept: list[DepositedItem] = []
    try:
        with Keeper.connect(archive) as keeper, console.progress("sealing") as advance:
            result = deposit(
                archive,
                keeper,
                arguments.paths,
                case=arguments.case,
                source=arguments.source,
                handed_over_by=arguments.giver,
                progress=advance,
                note_kept=kept.append,
            )
    finally:  # a deposit that stops half-way has kept what came before
        _tell_kept(kept, console)
    console.document |= result.to_json()
    for finding in result.findings:
        console.warn(finding.message, **finding.facts)
    copy_after(archive, console)
    if result.exit_status == 0 and any(map(_is_odd, arguments.paths)):
        # In a folder a link is an oddity that is noted; named by the person, it is what they wanted sealed.
        console.document["verdict"] = Unavailable.verdict
        return Unavailable.exit_status
    return result.exit_status


def _tell_kept(kept: list[DepositedItem], console: Console) -> None:
    console.document["sealed"] = [item.to_json() for item in kept]
    for item in kept:
        console.show(f"  {item.item_id}  {item.shown_path}")
    console.show(translate_count("{count} file sealed and kept.", "{count} files sealed and kept.", len(kept)))


def _is_odd(path: Path) -> bool:
    return path.is_symlink() or not (path.is_file() or path.is_dir())
