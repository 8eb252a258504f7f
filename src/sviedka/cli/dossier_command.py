# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka dossier`: build what leaves, if everybody in it has agreed to that."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from sviedka.cli.language import translate
from sviedka.cli.places import free_place, readable_file

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from sviedka.cli.console import Console

SUMMARY: Final = "build a dossier that a stranger can verify"
EXAMPLE: Final = "sviedka dossier for-the-prosecutor.yaml -o dossier/"


def configure(parser: ArgumentParser) -> None:
    """Add the SPEC and the folder."""
    parser.add_argument("spec", type=Path, metavar="SPEC.yaml", help=translate("what goes in, for whom, for what"))
    parser.add_argument("-o", "--output", type=Path, required=True, metavar=translate("DIR"))


def run(arguments: Namespace, console: Console) -> int:
    """Build, or say whose consent is missing."""
    from sviedka.keeper.client import Keeper
    from sviedka.store.dossier.building import build_dossier
    from sviedka.vault.layout import find_archive

    archive = find_archive(arguments.archive)
    readable_file(arguments.spec)
    free_place(arguments.output, archive=archive)
    with Keeper.connect(archive) as keeper, console.progress("building the dossier") as advance:
        built = build_dossier(archive, keeper, arguments.spec, out=arguments.output, progress=advance)
    console.document |= built.to_json()
    for line in built.lines():
        console.say(line.message, **line.facts)
    return 0
