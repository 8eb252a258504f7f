# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka unlock`: start the keeper, which holds the keys until it is locked or the time is up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.cli.language import translate
from sviedka.cli.secret_input import add_passphrase_option, read_passphrase

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from sviedka.cli.console import Console

SUMMARY: Final = "start the keeper with your passphrase"
EXAMPLE: Final = "sviedka unlock --minutes 30"


def configure(parser: ArgumentParser) -> None:
    """Add the passphrase and how long it holds."""
    add_passphrase_option(parser)
    parser.add_argument("--minutes", type=int, metavar="N", help=translate("lock by itself after N minutes"))


def run(arguments: Namespace, console: Console) -> int:
    """Unlock, and say until when."""
    from sviedka.keeper.unlocking import unlock
    from sviedka.vault.layout import find_archive

    archive = find_archive(arguments.archive)
    passphrase = read_passphrase(arguments)
    try:
        status = unlock(archive, passphrase, minutes=arguments.minutes)
    finally:
        passphrase[:] = bytes(len(passphrase))
    until = status.locks_at.isoformat() if status.locks_at else None
    console.document |= {"verdict": "holds", "unlocked": True, "locks_at": until, "actor": status.actor}
    console.say("Unlocked until {until}. `sviedka lock` ends it sooner.", until=until)
    return 0
