# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka exchange`: what the desks of one archive have stated, from one to the other through a folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from sviedka.cli.language import translate
from sviedka.cli.places import outside

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from sviedka.cli.console import Console

SUMMARY: Final = "exchange statements with the archive's other desks, through a folder"
EXAMPLE: Final = "sviedka exchange export /media/stick/between\nsviedka exchange import /media/stick/between"

_WORST_FIRST: Final = (10, 30, 40, 50, 20)


def configure(parser: ArgumentParser) -> None:
    """Add the two directions."""
    actions = parser.add_subparsers(dest="action", required=True, metavar=translate("ACTION"))
    for name, told in (
        ("export", translate("put this desk's log up to its signed head into the folder")),
        ("import", translate("prove what the other desks put there, and take it in")),
    ):
        actions.add_parser(name, help=told).add_argument("folder", type=Path, metavar=translate("DIR"))


def run(arguments: Namespace, console: Console) -> int:
    """Send or receive."""
    return {"export": _export, "import": _import}[arguments.action](arguments, console)


def _export(arguments: Namespace, console: Console) -> int:
    from sviedka.keeper.client import Keeper
    from sviedka.store.desks.sending import send
    from sviedka.vault.layout import find_archive

    archive = find_archive(arguments.archive)
    outside(arguments.folder, archive)
    with Keeper.connect(archive) as keeper, console.progress("copying and reading back") as advance:
        sent = send(archive, keeper, arguments.folder, progress=advance)
    console.document |= {
        "verdict": "holds", "statements": sent.statements, "files": sent.files, "removed": sent.removed,
    }  # fmt: skip
    console.say(
        "{statements} statements of this desk are in the folder, up to its signed head.", statements=sent.statements
    )
    console.say("{files} files are new there, {removed} were taken away.", files=sent.files, removed=sent.removed)
    return 0


def _import(arguments: Namespace, console: Console) -> int:
    from sviedka.keeper.client import Keeper
    from sviedka.store.desks.receiving import receive
    from sviedka.vault.layout import find_archive

    archive = find_archive(arguments.archive)
    with Keeper.connect(archive) as keeper, console.progress("reading what other desks sent") as advance:
        received = receive(archive, keeper, arguments.folder, progress=advance)
    console.document |= {
        "verdict": "holds",
        "desks": [
            {
                "desk": one.desk,
                "statements": one.statements,
                "code": None if one.failure is None else one.failure.code,
            }
            for one in received
        ],
    }
    failures = []
    for one in received:
        if one.failure is None:
            console.say("Desk {desk}: {count} statements are new; all are proven.", desk=one.desk, count=one.statements)
            continue
        failures.append(one.failure)
        console.warn(
            "Desk {desk}: {verdict}, nothing was taken in: {sentence}",
            desk=one.desk,
            verdict=one.failure.verdict,
            sentence=translate(one.failure.message, **one.failure.facts),
        )
    if not failures:
        return 0
    worst = min(failures, key=lambda failure: _WORST_FIRST.index(failure.exit_status))
    console.document |= {"verdict": worst.verdict, "code": worst.code, "exit_status": worst.exit_status}
    return worst.exit_status
