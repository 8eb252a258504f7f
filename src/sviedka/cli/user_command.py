# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka user`: a key for somebody who joins, under their own passphrase; the key list names it later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.cli.language import translate
from sviedka.cli.secret_input import add_passphrase_option, read_passphrase

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from sviedka.cli.console import Console

SUMMARY: Final = "make a key for a new user, under their own passphrase"
EXAMPLE: Final = "sviedka user new"


def configure(parser: ArgumentParser) -> None:
    """Add what can be done with users."""
    actions = parser.add_subparsers(dest="action", required=True, metavar=translate("ACTION"))
    new = actions.add_parser("new", help=translate("make a key; the person who will use it types the passphrase"))
    new.add_argument(
        "--key-cost",
        choices=("full", "demonstration"),
        default="full",
        help=translate("how long each passphrase trial takes; demonstration is fast and weak"),
    )
    add_passphrase_option(new)


def run(arguments: Namespace, console: Console) -> int:
    """Make the key, and say what the root has to sign next."""
    from sviedka.keeper.user_keys import new_user
    from sviedka.keeper.wrapping import DEMONSTRATION_COST, FULL_COST
    from sviedka.vault.layout import find_archive

    archive = find_archive(arguments.archive)
    passphrase = read_passphrase(arguments, twice=True)
    try:
        made = new_user(archive, passphrase, cost=FULL_COST if arguments.key_cost == "full" else DEMONSTRATION_COST)
    finally:
        passphrase[:] = bytes(len(passphrase))
    console.document |= {"verdict": "holds", "user": made.user, "key": made.key.vkey}
    console.say("A key for user {user}. Write the identifier down; a name is not kept.", user=made.user)
    console.show(f"    {made.key.vkey}")
    console.say("It counts once the root has listed it. Next:")
    console.show(f"    sviedka keylist draft --add-user {made.user} -o proposal")
    return 0
