# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka demo`: the whole line on real files, from sealing to a stranger's verdict, in under a minute."""

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


def run(arguments: Namespace, console: Console) -> int:
    """Play it, and say what to open next."""
    from sviedka.cli.demonstration_stage import Stage
    from sviedka.cli.demonstration_story import play

    if shutil.which("openssl") is None:
        raise ProgramMissing("The demonstration's time authority needs the program {program}.", program="openssl")
    started = time.monotonic()
    stage = Stage(folder=arguments.folder.absolute(), console=console)
    console.say(
        "Everything below happens in {folder}; every command is run as it is printed.", folder=str(stage.folder)
    )
    play(stage)
    console.document |= {"verdict": "holds", "folder": str(stage.folder), "chapters": stage.chapters}
    console.say()
    console.say("Done in {seconds} s. Open next:", seconds=round(time.monotonic() - started))
    for name in ("dossier/report/report.pdf", "dossier/verify.html", "dossier/VERIFY.md"):
        console.show(f"    {arguments.folder / name}")
    console.say("In verify.html, choose the folder dossier and the file pinned.policy; it works with the network off.")
    return 0
