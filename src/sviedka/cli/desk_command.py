# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka desk`: a further desk of the archive, with a log of its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from sviedka.cli.language import translate
from sviedka.cli.places import free_place, outside, readable_file

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from sviedka.cli.console import Console
    from sviedka.core.base.canonical import Json
    from sviedka.core.seal.keylist import Successor

SUMMARY: Final = "make a further desk of this archive, or one that goes on after a log that lost its end"
EXAMPLE: Final = (
    "sviedka desk new vilnius-1 /media/stick/vilnius-1\n"
    "sviedka desk join keylist-2 --archive vilnius-1\n"
    "sviedka desk succeed minsk-2 -o proposal"
)


def configure(parser: ArgumentParser) -> None:
    """Add what can be done with desks."""
    actions = parser.add_subparsers(dest="action", required=True, metavar=translate("ACTION"))
    new = actions.add_parser("new", help=translate("make its folder and keys; the root has to list them"))
    new.add_argument("name", metavar=translate("NAME"))
    new.add_argument("folder", type=Path, metavar=translate("DIR"))
    succeed = actions.add_parser(
        "succeed", help=translate("go on after a log that a restore has closed: keys, and a proposal")
    )
    succeed.add_argument("name", metavar=translate("NAME"))
    succeed.add_argument("-o", "--output", type=Path, required=True, metavar=translate("FILE"))
    join = actions.add_parser("join", help=translate("put the key list that names it into the new desk's folder"))
    join.add_argument("keylist", type=Path, metavar=translate("FILE"))


def run(arguments: Namespace, console: Console) -> int:
    """Do what was asked."""
    return {"new": _new, "succeed": _succeed, "join": _join}[arguments.action](arguments, console)


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


def _succeed(arguments: Namespace, console: Console) -> int:
    from sviedka.core.seal.keylist_proposal import format_proposal
    from sviedka.keeper.client import Keeper
    from sviedka.store.succeeding import propose_successor
    from sviedka.vault.durable import write_new
    from sviedka.vault.layout import find_archive

    archive = find_archive(arguments.archive)
    free_place(arguments.output, archive=archive)
    with Keeper.connect(archive) as keeper:
        proposal, successor = propose_successor(archive, keeper, arguments.name)
    write_new(arguments.output, format_proposal(proposal), mode=0o644)
    console.document |= {"verdict": "holds", "proposal": str(arguments.output), **_gap(successor)}
    for entry in proposal.added:
        console.show(f"    {entry.line}")
    console.say("Carry {path} to where the offline folder is; it holds no secret.", path=str(arguments.output))
    console.say("Then: sviedka desk join, with the key list that was signed there.")
    return 0


def _join(arguments: Namespace, console: Console) -> int:
    from sviedka.keeper.keylist_proposing import MAX_KEYLIST_BYTES
    from sviedka.keeper.successors import join_list
    from sviedka.keeper.unlocking import lock
    from sviedka.vault.layout import find_archive

    archive = find_archive(arguments.archive)
    with readable_file(arguments.keylist).open("rb") as file:
        data = file.read(MAX_KEYLIST_BYTES + 1)
    lock(archive)  # a keeper goes by the keys and the list that it read when it was unlocked
    keylist, successor = join_list(archive, data)
    console.document |= {"verdict": "holds", "number": keylist.number}
    if successor is None:
        console.say("Key list {number} names this desk. Unlock it to begin.", number=keylist.number)
        return 0
    console.document |= _gap(successor)
    console.say(
        "The log {origin} goes on after {closed}: {held} statements are held of {known} that were signed for.",
        origin=successor.origin,
        closed=successor.closed,
        held=successor.held.size,
        known=successor.known.size,
    )
    console.say("Unlock it to begin. Cosigners have to be told the new log's key.")
    return 0


def _gap(successor: Successor) -> dict[str, Json]:
    return {
        "origin": successor.origin,
        "closed": successor.closed,
        "held": successor.held.size,
        "known": successor.known.size,
    }
