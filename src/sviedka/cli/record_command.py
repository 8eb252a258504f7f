# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka record`: admit the statements of a casebook file, once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from sviedka.cli.copies import copy_after
from sviedka.cli.language import translate, translate_count
from sviedka.cli.places import readable_file

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from sviedka.cli.console import Console

SUMMARY: Final = "admit statements from a casebook"
EXAMPLE: Final = "sviedka record casebook.yaml"


def configure(parser: ArgumentParser) -> None:
    """Add the file."""
    parser.add_argument("file", type=Path, metavar="FILE.yaml", help=translate("a casebook; see docs/reference"))


def run(arguments: Namespace, console: Console) -> int:
    """Check the whole file, then admit what is new in it."""
    from sviedka.keeper.client import Keeper
    from sviedka.store.recording import record
    from sviedka.vault.layout import find_archive

    archive = find_archive(arguments.archive)
    readable_file(arguments.file)
    with Keeper.connect(archive) as keeper, console.progress("recording") as advance:
        result = record(archive, keeper, arguments.file, progress=advance)
    console.document |= {"verdict": "holds", "admitted": result.admitted, "known": result.known}
    console.show(translate_count("{count} statement admitted.", "{count} statements admitted.", result.admitted))
    if result.known:
        console.show(translate_count("{count} was recorded already.", "{count} were recorded already.", result.known))
    copy_after(archive, console)
    return 0
