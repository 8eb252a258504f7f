# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka rebuild`: drop the database and make it again from the vault, every signature checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from sviedka.cli.console import Console

SUMMARY: Final = "make the database again from the vault"
EXAMPLE: Final = "sviedka rebuild"


def configure(parser: ArgumentParser) -> None:
    """Add nothing: the vault says it all."""
    del parser


def run(arguments: Namespace, console: Console) -> int:
    """Rebuild inside the keeper and say how much was read."""
    from sviedka.keeper.client import Keeper
    from sviedka.store.rebuild import rebuild
    from sviedka.vault.layout import find_archive

    archive = find_archive(arguments.archive)
    with Keeper.connect(archive) as keeper, console.progress("rebuilding") as advance:
        result = rebuild(archive, keeper, progress=advance)
    console.document |= {"verdict": "holds", "statements": result.statements}
    console.say("Rebuilt from the vault: {count} statements, every signature checked.", count=result.statements)
    return 0
