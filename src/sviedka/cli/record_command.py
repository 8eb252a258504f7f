# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka record`: admit the statements of a casebook file, once."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sviedka.cli.asserting import ask_in_person
from sviedka.cli.copies import copy_after
from sviedka.cli.language import translate, translate_count
from sviedka.cli.places import readable_file
from sviedka.cli.secret_input import add_passphrase_option

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Sequence

    from sviedka.cli.console import Console
    from sviedka.core.seal.assertion import Assertion
    from sviedka.keeper.pending import PendingStatement

SUMMARY: Final = "admit statements from a casebook"
EXAMPLE: Final = "sviedka record casebook.yaml"


def configure(parser: ArgumentParser) -> None:
    """Add the file, and the passphrase for consents that it gives."""
    parser.add_argument("file", type=Path, metavar="FILE.yaml", help=translate("a casebook; see docs/reference"))
    add_passphrase_option(parser)


def run(arguments: Namespace, console: Console) -> int:
    """Check the whole file, then admit what is new in it. Whoever is logged in stands behind new consents in person."""
    from sviedka.keeper.asserting import with_passphrase
    from sviedka.keeper.client import Keeper
    from sviedka.store.records.recording import record
    from sviedka.vault.layout import find_archive

    archive = find_archive(arguments.archive)
    readable_file(arguments.file)
    with Keeper.connect(archive) as keeper, ExitStack() as bar:
        advance = bar.enter_context(console.progress("recording"))
        ask = with_passphrase(archive, keeper.facts().actor, ask_in_person(arguments, console))

        def assertor(pending: Sequence[PendingStatement]) -> list[Assertion]:
            bar.close()  # it would be drawn over the question
            return ask(pending)

        result = record(archive, keeper, arguments.file, progress=advance, assertor=assertor)
    console.document |= {"verdict": "holds", "admitted": result.admitted, "known": result.known}
    console.show(translate_count("{count} statement admitted.", "{count} statements admitted.", result.admitted))
    if result.known:
        console.show(translate_count("{count} was recorded already.", "{count} were recorded already.", result.known))
    copy_after(archive, console)
    return 0
