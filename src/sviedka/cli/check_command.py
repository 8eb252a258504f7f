# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka check`: look for damage in the vault; with --full read every byte of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.cli.language import translate
from sviedka.cli.usage import WrongUsage

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from sviedka.cli.console import Console
    from sviedka.store.upkeep.checking import Checked
    from sviedka.vault.replica.mending import Mended

SUMMARY: Final = "look for damage in the vault"
EXAMPLE: Final = "sviedka check --full\nsviedka check --full --repair"


def configure(parser: ArgumentParser) -> None:
    """Add how thorough to be."""
    parser.add_argument("--full", action="store_true", help=translate("read and hash every byte"))
    parser.add_argument(
        "--repair", action="store_true", help=translate("with --full: mend what has a good copy, and check again")
    )


def run(arguments: Namespace, console: Console) -> int:
    """Report every finding; the exit status is the worst of them, after repair of what is left."""
    from sviedka.store.upkeep.checking import check_archive
    from sviedka.store.upkeep.repairing import repair_archive
    from sviedka.vault.layout import find_archive

    if arguments.repair and not arguments.full:
        raise WrongUsage(translate("--repair needs --full: only what was read can be mended."), program="sviedka check")
    archive = find_archive(arguments.archive)
    mended: tuple[Mended, ...] = ()
    with console.progress("reading every byte" if arguments.full else "looking") as advance:
        if arguments.repair:
            checked, mended = repair_archive(archive, progress=advance)
        else:
            checked = check_archive(archive, full=arguments.full, progress=advance)
    _tell(checked, mended, console, full=arguments.full, repair=arguments.repair)
    return checked.result.exit_status


def _tell(checked: Checked, mended: tuple[Mended, ...], console: Console, *, full: bool, repair: bool) -> None:
    result = checked.result
    console.document |= result.to_json() | {
        "keys_and_projections": checked.unlocked,
        "replicas_away": list(checked.away),
        "unnamed_slips": checked.unnamed_slips,
        "mended": [{"reference": one.reference, "source": one.source} for one in mended],
    }
    for one in mended:
        console.say("mended: {reference}, from {source}", reference=one.reference, source=one.source)
    for finding in result.findings:
        console.warn(
            "{verdict}: {reference}: {sentence}",
            verdict=finding.verdict,
            reference=finding.reference,
            sentence=translate(finding.message, **finding.facts),
        )
    console.say(
        "{files} files, {size} bytes read; {count} findings.",
        files=result.files,
        size=result.bytes_read,
        count=len(result.findings),
    )
    if repair and result.findings:
        console.warn("NOT MENDED: of what is named above no good copy was found.")
    if checked.unnamed_slips:
        console.say(
            "{count} slips are named by no statement here: their packs are at another desk or place, or their sealing was cut.",
            count=checked.unnamed_slips,
        )
    for name in checked.away:
        console.say("NOT CHECKED, because it is away: replica {replica}.", replica=name)
    if checked.unlocked and not result.findings:
        console.say("Every key, slip and cell opens, and the database is what the statements come to.")
    elif full and not checked.unlocked:
        console.say(
            "NOT CHECKED, because the archive is locked: whether all that was sealed is there, whether the keys open, and the database."
        )
    if not full:
        console.say("Only names and sizes were looked at. `sviedka check --full` reads every byte.")
