# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka open`: decrypt one item; that it was opened, by whom and what for, is recorded first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from sviedka.cli.language import translate
from sviedka.cli.places import free_place

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from sviedka.cli.console import Console

SUMMARY: Final = "decrypt one item; the opening is itself recorded"
EXAMPLE: Final = 'sviedka open 0123456789abcdef0123456789abcdef -o photo.jpg --purpose "medical opinion"'


def configure(parser: ArgumentParser) -> None:
    """Add the item, where to write it, and the purpose that is recorded."""
    parser.add_argument("item", metavar=translate("ITEM"), help=translate("the item's identifier, or its label"))
    parser.add_argument("-o", "--output", required=True, type=Path, metavar=translate("FILE"))
    parser.add_argument("--purpose", required=True, help=translate("what for; this is recorded before anything opens"))


def run(arguments: Namespace, console: Console) -> int:
    """Record the opening, then decrypt."""
    from sviedka.keeper.client import Keeper
    from sviedka.store.deposit.opening import open_item
    from sviedka.vault.layout import find_archive

    archive = find_archive(arguments.archive)
    free_place(arguments.output, archive=archive)
    with Keeper.connect(archive) as keeper:
        opened = open_item(archive, keeper, arguments.item, out=arguments.output, purpose=arguments.purpose)
    console.document |= {"verdict": "holds", "item": opened.item_id, "sha256": opened.plain_sha256.hex()}
    console.say("Opened, unaltered since it was sealed: {path}", path=str(arguments.output))
    console.say("The opening is recorded as statement {jti}.", jti=opened.jti)
    return 0
