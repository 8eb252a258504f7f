# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka lock`: end the process that holds the keys, and every connection that it opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from sviedka.cli.console import Console

SUMMARY: Final = "forget all keys now"
EXAMPLE: Final = "sviedka lock"


def configure(parser: ArgumentParser) -> None:
    """Add nothing: locking asks no questions."""
    del parser


def run(arguments: Namespace, console: Console) -> int:
    """Lock; a keeper that is locked already is no error."""
    from sviedka.keeper.client import Keeper, Locked
    from sviedka.vault.layout import find_archive

    archive = find_archive(arguments.archive)
    console.document |= {"verdict": "holds", "locked": True}
    try:
        Keeper.connect(archive).lock()
    except Locked:
        console.say("It was locked already.")
        return 0
    console.say("Locked. No process of this archive holds a key any more.")
    return 0
