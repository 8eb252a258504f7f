# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka unlock`: start the keeper, which holds the keys until it is locked or the time is up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.cli.language import translate
from sviedka.cli.secret_input import add_login_options, read_own_passphrase, read_passphrase
from sviedka.cli.usage import number_between
from sviedka.core.base.errors import Unavailable

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from sviedka.cli.console import Console
    from sviedka.keeper.client import KeeperStatus
    from sviedka.vault.layout import Archive

SUMMARY: Final = "start the keeper with your passphrase"
EXAMPLE: Final = "sviedka unlock --minutes 30\nsviedka unlock --user 0123456789abcdef0123456789abcdef"


def configure(parser: ArgumentParser) -> None:
    """Add the passphrase and who types it, and how long it holds."""
    add_login_options(parser)
    parser.add_argument(
        "--minutes", type=number_between(1, 1440), metavar="N", help=translate("lock by itself after N minutes")
    )


def run(arguments: Namespace, console: Console) -> int:
    """Unlock, and say until when."""
    from sviedka.keeper.unlocking import unlock
    from sviedka.vault.layout import find_archive

    archive = find_archive(arguments.archive)
    if (unlocked := _already(archive)) is not None:
        if arguments.user not in {None, unlocked.actor}:
            raise SomebodyElse("User {actor} is logged in.", actor=str(unlocked.actor))
        _tell(unlocked, console)
        console.say("It was unlocked already, and nothing was asked or changed. For other minutes, lock it first.")
        return 0
    passphrase = read_passphrase(arguments)
    try:
        own = read_own_passphrase(arguments)
        status = unlock(archive, passphrase, arguments.minutes, user=arguments.user, user_passphrase=own)
    finally:
        passphrase[:] = bytes(len(passphrase))
    _tell(status, console)
    return 0


class SomebodyElse(Unavailable):
    """The archive is unlocked by another user; what was recorded now would be signed as theirs."""

    code = "unavailable.somebody-else"
    hint = "Let them lock it first: sviedka lock. Then unlock it as yourself."


def _already(archive: Archive) -> KeeperStatus | None:
    from sviedka.keeper.client import Keeper, Locked

    try:
        with Keeper.connect(archive) as keeper:
            return keeper.status()
    except Locked:
        return None


def _tell(status: KeeperStatus, console: Console) -> None:
    until = status.locks_at.isoformat() if status.locks_at else None
    console.document |= {"verdict": "holds", "unlocked": True, "locks_at": until, "actor": status.actor}
    console.say("Unlocked until {until}. `sviedka lock` ends it sooner.", until=until)
