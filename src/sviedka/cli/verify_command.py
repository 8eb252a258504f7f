# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka verify`: read a dossier and say what it proves, with nothing but the base install."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from sviedka.cli.language import translate

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from sviedka.cli.console import Console

SUMMARY: Final = "check a dossier, trusting nobody but your own policy"
EXAMPLE: Final = "sviedka verify dossier/ --policy pinned.policy"


def configure(parser: ArgumentParser) -> None:
    """Add the dossier and the policy."""
    parser.add_argument("dossier", type=Path, metavar=translate("DIR|ZIP"))
    parser.add_argument(
        "--policy",
        type=Path,
        metavar=translate("FILE"),
        help=translate("whom you trust; from elsewhere, not from the dossier"),
    )


def run(arguments: Namespace, console: Console) -> int:
    """Verify and leave with the status of the worst part."""
    from sviedka.verify.dossier import verify_dossier
    from sviedka.verify.policy_file import read_policy

    policy = read_policy(arguments.policy) if arguments.policy else None
    with console.progress("verifying", None) as advance:
        report = verify_dossier(arguments.dossier, policy=policy, progress=advance)
    console.document |= report.to_json()
    for line in report.lines():
        console.say(line.message, **line.facts)
    return report.exit_status
