# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka replicate`: copy what is new to every registered replica, and read it back. Needs no key."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING, Final

from sviedka.cli.language import translate
from sviedka.cli.usage import number_between

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from types import FrameType

    from sviedka.cli.console import Console

SUMMARY: Final = "copy what is kept to the registered replicas"
EXAMPLE: Final = "sviedka replicate\nsviedka replicate --watch --every 60"

_EVERY_S: Final = 60


def configure(parser: ArgumentParser) -> None:
    """Add whether to go on."""
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--once", action="store_true", help=translate("copy once and end; this is the default"))
    how.add_argument("--watch", action="store_true", help=translate("go on until interrupted"))
    parser.add_argument(
        "--every",
        type=number_between(1, 86_400),
        default=_EVERY_S,
        metavar=translate("SECONDS"),
        help=translate("with --watch: how long to wait between two runs"),
    )


def run(arguments: Namespace, console: Console) -> int:
    """Copy once, or again and again; the exit status is that of the last run."""
    from sviedka.cli.copies import copy_and_tell
    from sviedka.vault.layout import find_archive

    archive = find_archive(arguments.archive)
    if not arguments.watch:
        return copy_and_tell(archive, console)
    stop = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    status = copy_and_tell(archive, console)
    while not stop.wait(arguments.every):
        status = copy_and_tell(archive, console)
    return status
