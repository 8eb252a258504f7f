# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka init`: a new archive, and beside it the folder that must leave the office."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sviedka.cli.language import translate
from sviedka.cli.secret_input import add_own_passphrase_option, add_passphrase_option, read_passphrase

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from sviedka.cli.console import Console

SUMMARY: Final = "make a new archive: keys, log, database"
EXAMPLE: Final = "sviedka init archive --name archive.example --desk office-1"


def configure(parser: ArgumentParser) -> None:
    """Add the folder, the two names of the log's origin, and where the offline part goes."""
    parser.add_argument(
        "folder", type=Path, metavar=translate("DIR"), help=translate("a folder that does not exist yet")
    )
    parser.add_argument("--name", default="archive.example", help=translate("the archive's public name"))
    parser.add_argument("--desk", default="office-1", help=translate("this desk's name, part of its log's origin"))
    parser.add_argument(
        "--offline-dir",
        type=Path,
        metavar=translate("DIR"),
        help=translate("where the root key and the recovery shares are written; take it out of the office"),
    )
    parser.add_argument(
        "--key-cost",
        choices=("full", "demonstration"),
        default="full",
        help=translate("how long each passphrase trial takes; demonstration is fast and weak"),
    )
    add_passphrase_option(parser)
    add_own_passphrase_option(parser)


def run(arguments: Namespace, console: Console) -> int:
    """Found the archive and say what has to be carried away."""
    from sviedka.keeper.founding import found_archive
    from sviedka.keeper.wrapping import DEMONSTRATION_COST, FULL_COST

    offline = arguments.offline_dir or arguments.folder.with_name(arguments.folder.name + ".offline")
    passphrase = read_passphrase(arguments, twice=True)
    own = None
    try:
        if arguments.user_passphrase_file is not None:
            own = read_passphrase(Namespace(passphrase_file=arguments.user_passphrase_file))
        founded = found_archive(
            arguments.folder,
            offline_dir=offline,
            archive_name=arguments.name,
            desk=arguments.desk,
            passphrase=passphrase,
            user_passphrase=own,
            cost=FULL_COST if arguments.key_cost == "full" else DEMONSTRATION_COST,
        )
    finally:
        for secret in (passphrase, own or bytearray()):
            secret[:] = bytes(len(secret))
    console.document |= {"verdict": "holds", "origin": founded.origin, "root": founded.root, "offline": str(offline)}
    console.say("A new archive: {origin}", origin=founded.origin)
    console.say("Its root key, which strangers pin to trust it:")
    console.show(f"    {founded.root}")
    console.say(
        "Take this folder out of the office, and give its shares to five people: {offline}", offline=str(offline)
    )
    console.say("Next: sviedka unlock")
    return 0
