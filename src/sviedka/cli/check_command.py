# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka check`: look for damage in the vault; with --full read every byte of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.cli.language import translate

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from sviedka.cli.console import Console

SUMMARY: Final = "look for damage in the vault"
EXAMPLE: Final = "sviedka check --full"


def configure(parser: ArgumentParser) -> None:
    """Add how thorough to be."""
    parser.add_argument("--full", action="store_true", help=translate("read and hash every byte"))


def run(arguments: Namespace, console: Console) -> int:
    """Report every finding; the exit status is the worst of them."""
    from sviedka.store.checking import check_archive
    from sviedka.vault.layout import find_archive

    archive = find_archive(arguments.archive)
    with console.progress("reading every byte" if arguments.full else "looking") as advance:
        result, unlocked = check_archive(archive, full=arguments.full, progress=advance)
    console.document |= result.to_json() | {"keys_and_projections": unlocked}
    for finding in result.findings:
        sentence = translate(finding.message, **finding.facts)
        console.warn(
            "{verdict}: {reference}: {sentence}",
            verdict=finding.verdict,
            reference=finding.reference,
            sentence=sentence,
        )
    console.say(
        "{files} files, {size} bytes read; {count} findings.",
        files=result.files,
        size=result.bytes_read,
        count=len(result.findings),
    )
    if unlocked and not result.findings:
        console.say("Every key, slip and cell opens, and the database is what the statements come to.")
    elif arguments.full and not unlocked:
        console.say(
            "NOT CHECKED, because the archive is locked: whether all that was sealed is there, whether the keys open, and the database."
        )
    if not arguments.full:
        console.say("Only names and sizes were looked at. `sviedka check --full` reads every byte.")
    return result.exit_status
