# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka user`: a key for somebody who joins, under their own passphrase; the key list names it later."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sviedka.cli.language import translate
from sviedka.cli.secret_input import add_passphrase_option, read_passphrase

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from sviedka.cli.console import Console

SUMMARY: Final = "make a key for a new user, under their own passphrase"
EXAMPLE: Final = "sviedka user new\nsviedka user passphrase 0123456789abcdef0123456789abcdef"


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
    other = actions.add_parser("passphrase", help=translate("put your key under another passphrase"))
    other.add_argument("user", metavar=translate("USER"), help=translate("your identifier"))
    other.add_argument(
        "--new-passphrase-file",
        type=Path,
        metavar=translate("FILE"),
        help=translate("read the new passphrase from the first line of this file instead of asking"),
    )
    other.add_argument(
        "--key-cost",
        choices=("full", "demonstration"),
        default="full",
        help=translate("how long each passphrase trial takes; demonstration is fast and weak"),
    )
    add_passphrase_option(other)


def run(arguments: Namespace, console: Console) -> int:
    """Make a key and say what the root has to sign next, or put one under another passphrase."""
    return _change(arguments, console) if arguments.action == "passphrase" else _make(arguments, console)


def _change(arguments: Namespace, console: Console) -> int:
    from sviedka.core.base.ids import UserId, parse_id
    from sviedka.keeper.user_keys import change_passphrase
    from sviedka.keeper.wrapping import DEMONSTRATION_COST, FULL_COST
    from sviedka.vault.layout import find_archive

    archive, user = find_archive(arguments.archive), UserId(parse_id(arguments.user))
    old, new = bytearray(), bytearray()
    try:
        old = read_passphrase(arguments)
        console.say("Now the new one, which nobody else knows.")
        new = read_passphrase(Namespace(passphrase_file=arguments.new_passphrase_file), twice=True)
        cost = FULL_COST if arguments.key_cost == "full" else DEMONSTRATION_COST
        change_passphrase(archive, user, old, new, cost=cost)
    finally:
        old[:], new[:] = bytes(len(old)), bytes(len(new))
    console.document |= {"verdict": "holds", "user": user}
    console.say(
        "The key of user {user} opens with the new passphrase only. Copies of its file that were made before do not.",
        user=user,
    )
    return 0


def _make(arguments: Namespace, console: Console) -> int:
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
