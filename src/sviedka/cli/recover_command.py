# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka recover`: after a lost passphrase, three of five shares give a key back under a new one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from sviedka.cli.language import translate
from sviedka.cli.places import readable_file
from sviedka.cli.secret_input import add_passphrase_option, read_passphrase

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from sviedka.cli.console import Console

SUMMARY: Final = "after a lost passphrase: three of five shares, and a new passphrase"
EXAMPLE: Final = (
    "sviedka recover vault recovery-1.txt recovery-3.txt recovery-4.txt\n"
    "sviedka recover root root-2.txt root-3.txt root-5.txt --offline-dir archive.offline"
)
_MOST_SHARE: Final = 65_536


def configure(parser: ArgumentParser) -> None:
    """Add which key is to come back, and its shares."""
    actions = parser.add_subparsers(dest="action", required=True, metavar=translate("KEY"))
    vault = actions.add_parser("vault", help=translate("the archive's vault key, from recovery shares"))
    root = actions.add_parser("root", help=translate("the archive root, from root shares, in its offline folder"))
    for one in (vault, root):
        one.add_argument(
            "shares", nargs="+", type=Path, metavar=translate("FILE"), help=translate("three of the five pages")
        )
        one.add_argument(
            "--key-cost",
            choices=("full", "demonstration"),
            default="full",
            help=translate("how long each passphrase trial takes; demonstration is fast and weak"),
        )
        add_passphrase_option(one)
    root.add_argument("--offline-dir", type=Path, required=True, metavar=translate("DIR"))


def run(arguments: Namespace, console: Console) -> int:
    """Join the shares and put the key under the new passphrase."""
    from sviedka.keeper.recovering import recover_root, recover_vault
    from sviedka.keeper.unlocking import lock
    from sviedka.keeper.wrapping import DEMONSTRATION_COST, FULL_COST
    from sviedka.vault.layout import find_archive

    archive = find_archive(arguments.archive) if arguments.action == "vault" else None
    pages = [read_share(path) for path in arguments.shares]
    cost = FULL_COST if arguments.key_cost == "full" else DEMONSTRATION_COST
    console.say("The new passphrase, which from now on opens this key:")
    passphrase = read_passphrase(arguments, twice=True)
    if archive is None:
        root = recover_root(arguments.offline_dir, pages, passphrase, cost=cost)
        console.document |= {"verdict": "holds", "root": root.vkey}
        console.say("The root opens with the new passphrase only. Copies of its file that were made before do not.")
        return 0
    lock(archive)
    root = recover_vault(archive, pages, passphrase, cost=cost)
    console.document |= {"verdict": "holds", "root": root.vkey}
    console.say("The vault key opens with the new passphrase only. Copies of its file that were made before do not.")
    console.say("Its root is the following; compare it with a policy that somebody else holds.")
    console.show(f"    {root.vkey}")
    console.say("Run sviedka replicate: a place of keys still holds the older file.")
    return 0


def read_share(path: Path) -> str:
    """Return the text of a share's page; what is no text reads as no share."""
    with readable_file(path).open("rb") as file:
        return file.read(_MOST_SHARE).decode("utf-8", "replace")
