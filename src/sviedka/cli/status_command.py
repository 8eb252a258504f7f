# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka status`: what the archive holds and what it can prove right now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from sviedka.cli.console import Console

SUMMARY: Final = "the keeper, and what the archive can prove right now"
EXAMPLE: Final = "sviedka status"


def configure(parser: ArgumentParser) -> None:
    """Add nothing: it shows all there is."""
    del parser


def run(arguments: Namespace, console: Console) -> int:
    """Show the state, locked or not; a missing proof is a line of its own."""
    from sviedka.store.status import read_status
    from sviedka.vault.layout import find_archive

    status = read_status(find_archive(arguments.archive))
    console.document |= status.to_json() | {"verdict": "holds"}
    for line in status.lines():
        console.say(line.message, **line.facts)
    return 0
