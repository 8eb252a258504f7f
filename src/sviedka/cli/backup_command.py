# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka backup`: payloads, packs, logs and stamps to a folder, read back. No slips, no keys."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from sviedka.cli.language import translate

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from sviedka.cli.console import Console

SUMMARY: Final = "copy payloads and packs to a folder, or bring such a copy up to date"
EXAMPLE: Final = "sviedka backup /mnt/disk/archive-backup"


def configure(parser: ArgumentParser) -> None:
    """Add the folder."""
    parser.add_argument("folder", type=Path, metavar=translate("DIR"), help=translate("new, empty, or an older backup"))


def run(arguments: Namespace, console: Console) -> int:
    """Copy, read back, and say what is not in it."""
    from sviedka.vault.layout import find_archive
    from sviedka.vault.replica.backing_up import back_up

    archive = find_archive(arguments.archive)
    with console.progress("copying and reading back") as advance:
        copied = back_up(archive, arguments.folder, progress=advance)
    console.document |= {"verdict": "holds", "copied": copied}
    console.say("{count} files were copied and read back.", count=copied)
    console.say("It holds no slips, cells or keys: to restore from it you need a place of keys as well.")
    return 0
