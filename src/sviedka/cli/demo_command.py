# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka demo`: the whole line on real files, from sealing to a stranger's verdict, and from lists to published counts."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sviedka.cli.language import translate
from sviedka.core.base.errors import Unavailable

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from sviedka.cli.console import Console

SUMMARY: Final = "show the whole line on real files"
EXAMPLE: Final = "sviedka demo"

PARTS: Final = ("evidence", "counting")
"""From files to a dossier that a stranger has checked; from lists of people to tables that give nobody away."""

NEXT: Final = {
    "evidence": ("dossier/report/report.pdf", "dossier/verify.html", "dossier/VERIFY.md"),
    "counting": ("estimate/estimate.html", "published/release.en.html", "published/release.en.pdf"),
}


class ProgramMissing(Unavailable):
    """Without this program there is nothing to show."""

    code = "unavailable.program-missing"
    hint = "Install it: sudo apt-get install openssl"


def configure(parser: ArgumentParser) -> None:
    """Add where it plays."""
    parser.add_argument(
        "--folder",
        type=Path,
        default=Path("demo"),
        metavar=translate("DIR"),
        help=translate("where to play; an older demonstration there is cleared away"),
    )
    parser.add_argument("--part", choices=PARTS, help=translate("play this part alone"))


def run(arguments: Namespace, console: Console) -> int:
    """Play it, and say what to open next."""
    from sviedka.cli.demonstration_stage import Stage
    from sviedka.cli.demonstration_story import play

    parts = PARTS if arguments.part is None else (arguments.part,)
    if "evidence" in parts and shutil.which("openssl") is None:
        raise ProgramMissing("The demonstration's time authority needs the program {program}.", program="openssl")
    started = time.monotonic()
    stage = Stage(folder=arguments.folder.absolute(), console=console)
    console.say(
        "Everything below happens in {folder}; every command is run as it is printed.", folder=str(stage.folder)
    )
    play(stage, parts)
    console.document |= {"verdict": "holds", "folder": str(stage.folder), "chapters": stage.chapters}
    console.say()
    console.say("Done in {seconds} s. Open next:", seconds=round(time.monotonic() - started))
    for name in (name for part in parts for name in NEXT[part]):
        console.show(f"    {arguments.folder / name}")
    if "evidence" in parts:
        console.say(
            "In verify.html, choose the folder dossier and the file pinned.policy; it works with the network off."
        )
    return 0
