# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka exchange`: what the desks of one archive have stated, from one to the other through a folder or a bucket."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from sviedka.cli.epoch_telling import tell_let_go
from sviedka.cli.exchange_telling import tell_received
from sviedka.cli.language import translate
from sviedka.cli.places import outside
from sviedka.cli.usage import WrongUsage

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from sviedka.cli.console import Console
    from sviedka.store.desks.meeting import MeetingBucket, MeetingPlace
    from sviedka.vault.layout import Archive

SUMMARY: Final = "exchange statements with the archive's other desks, through a folder or a bucket"
EXAMPLE: Final = "sviedka exchange export /media/stick/between\nsviedka exchange import /media/stick/between\nsviedka exchange export"


def configure(parser: ArgumentParser) -> None:
    """Add the two directions."""
    actions = parser.add_subparsers(dest="action", required=True, metavar=translate("ACTION"))
    for name, told in (
        ("export", translate("put this desk's log up to its signed head into the folder")),
        ("import", translate("prove what the other desks put there, and take it in")),
    ):
        actions.add_parser(name, help=told).add_argument(
            "folder",
            nargs="?",
            type=Path,
            metavar=translate("DIR"),
            help=translate("a folder; without one, the bucket that sviedka.toml names under [exchange]"),
        )


def run(arguments: Namespace, console: Console) -> int:
    """Send or receive."""
    return {"export": _export, "import": _import}[arguments.action](arguments, console)


def _export(arguments: Namespace, console: Console) -> int:
    from sviedka.keeper.client import Keeper
    from sviedka.store.desks.meeting import MeetingFolder
    from sviedka.store.desks.sending import send
    from sviedka.vault.layout import find_archive

    archive = find_archive(arguments.archive)
    if arguments.folder is None:
        place: MeetingPlace = _bucket(archive)
    else:
        outside(arguments.folder, archive)
        place = MeetingFolder(arguments.folder, archive)
    with Keeper.connect(archive) as keeper, console.progress("copying and reading back") as advance:
        sent = send(archive, keeper, place, progress=advance)
    console.document |= {
        "verdict": "holds", "statements": sent.statements, "files": sent.files, "removed": sent.removed,
    }  # fmt: skip
    console.say(
        "{statements} statements of this desk are in the folder, up to its signed head.", statements=sent.statements
    )
    console.say("{files} files are new there, {removed} were taken away.", files=sent.files, removed=sent.removed)
    return 0


def _bucket(archive: Archive) -> MeetingBucket:
    """Return the bucket of `sviedka.toml`."""
    from sviedka.store.desks.meeting import MeetingBucket
    from sviedka.vault.replica.registry import read_exchange

    entry = read_exchange(archive)
    if entry is None:
        raise WrongUsage(
            translate("name a folder, or a bucket in sviedka.toml under [exchange]"), program="sviedka exchange"
        )
    return MeetingBucket(entry, archive)


def _import(arguments: Namespace, console: Console) -> int:
    from sviedka.core.base.ids import parse_origin
    from sviedka.keeper.client import Keeper
    from sviedka.store.admission import admit
    from sviedka.store.desks.receiving import receive
    from sviedka.vault.layout import find_archive

    archive = find_archive(arguments.archive)
    with Keeper.connect(archive) as keeper, console.progress("reading what other desks sent") as advance:
        if arguments.folder is not None:
            taken = receive(archive, keeper, arguments.folder, progress=advance)
        else:
            own = parse_origin(keeper.facts().origin)[1]
            with _bucket(archive).fetched(own, advance) as folder:
                taken = receive(archive, keeper, folder, progress=advance)
        if taken.let_go.ended:
            admit(archive, keeper, [])  # states that they ended here too: the desk that ended them waits to hear it
    tell_let_go(console, taken.let_go)
    return tell_received(console, taken.desks)
