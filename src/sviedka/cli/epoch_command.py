# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka epoch rotate`: a new key for slips and cells; the keys before it are destroyed, and with them what was erased."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.cli.epoch_telling import tell_let_go
from sviedka.cli.language import translate

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from sviedka.cli.console import Console

SUMMARY: Final = "rewrap what lives to a new key, destroy the old one"
EXAMPLE: Final = "sviedka epoch rotate"


def configure(parser: ArgumentParser) -> None:
    """Add what can be done with epochs."""
    actions = parser.add_subparsers(dest="action", required=True, metavar=translate("ACTION"))
    rotate = actions.add_parser(
        "rotate", help=translate("begin a new epoch, carry over what lives, destroy the keys of those before")
    )
    rotate.add_argument(
        "--lose-damaged",
        action="store_true",
        help=translate("give up, for good, slips and cells that do not open or are missing here, instead of stopping"),
    )


def run(arguments: Namespace, console: Console) -> int:
    """Rotate inside the keeper, and say what a copy made before can still do."""
    from sviedka.keeper.client import Keeper
    from sviedka.store.session import close_store
    from sviedka.store.taking_back.rotation import rotate
    from sviedka.vault.layout import find_archive

    archive = find_archive(arguments.archive)
    with Keeper.connect(archive) as keeper, console.progress("rewrapping slips and cells") as advance:
        try:
            done = rotate(archive, keeper, lose_damaged=arguments.lose_damaged, progress=advance)
        finally:
            close_store()
    console.document |= {
        "verdict": "holds",
        "epoch": done.epoch,
        "ended": [*done.ended],
        "slips": done.slips,
        "cells": done.cells,
        "lost": [*done.lost],
        "forgotten": done.forgotten,
    }
    console.say(
        "Epoch {epoch} has begun; {slips} slips and {cells} cells are wrapped to its key.",
        epoch=done.epoch,
        slips=done.slips,
        cells=done.cells,
    )
    for name in done.ended:
        console.say("The key of epoch {epoch} is destroyed, and logged as ended.", epoch=name)
    tell_let_go(console, done.let_go)
    if not done.forgotten:
        console.warn("A place of keys was out of reach after that and still has the old keys; run sviedka replicate.")
    for name in done.lost:
        console.warn("Given up, it did not open or was missing: {name}", name=name)
    console.say(
        "What was erased before is now beyond recovery here. A copy of the whole folder made earlier, old keys included, "
        "still opens what it holds: destroy such copies."
    )
    return 0
