# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka desk`: a further desk of the archive, with a log of its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from sviedka.cli.language import translate
from sviedka.cli.places import outside, readable_file

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from sviedka.cli.console import Console

SUMMARY: Final = "make a further desk of this archive, with a log of its own"
EXAMPLE: Final = "sviedka desk new vilnius-1 /media/stick/vilnius-1\nsviedka desk join keylist-2 --archive vilnius-1"


def configure(parser: ArgumentParser) -> None:
    """Add what can be done with desks."""
    actions = parser.add_subparsers(dest="action", required=True, metavar=translate("ACTION"))
    new = actions.add_parser("new", help=translate("make its folder and keys; the root has to list them"))
    new.add_argument("name", metavar=translate("NAME"))
    new.add_argument("folder", type=Path, metavar=translate("DIR"))
    join = actions.add_parser("join", help=translate("put the key list that names it into the new desk's folder"))
    join.add_argument("keylist", type=Path, metavar=translate("FILE"))


def run(arguments: Namespace, console: Console) -> int:
    """Do what was asked."""
    return {"new": _new, "join": _join}[arguments.action](arguments, console)


def _new(arguments: Namespace, console: Console) -> int:
    from sviedka.keeper.client import Keeper
    from sviedka.keeper.desk_founding import found_desk
    from sviedka.vault.layout import find_archive

    archive = find_archive(arguments.archive)
    outside(arguments.folder, archive)
    with Keeper.connect(archive) as keeper:
        new = found_desk(archive, keeper.facts().vault_recipient, arguments.name, arguments.folder)
    console.document |= {"verdict": "holds", "origin": new.origin, "lines": list(new.lines)}
    console.say("Desk {origin} was made. The key list has to name its two keys:", origin=new.origin)
    for line in new.lines:
        console.show(f"    {line}")
    console.say("The folder holds wrapped keys: carry it as you would carry the archive.")
    return 0


def _join(arguments: Namespace, console: Console) -> int:
    from sviedka.keeper.desk_founding import join
    from sviedka.keeper.keylist_proposing import MAX_KEYLIST_BYTES
    from sviedka.vault.layout import find_archive

    archive = find_archive(arguments.archive)
    with readable_file(arguments.keylist).open("rb") as file:
        keylist = join(archive, file.read(MAX_KEYLIST_BYTES + 1))
    console.document |= {"verdict": "holds", "number": keylist.number}
    console.say("Key list {number} names this desk. Unlock it to begin.", number=keylist.number)
    return 0
