# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka verify`: read a dossier and say what it proves, with nothing but the base install."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from sviedka.cli.language import translate
from sviedka.cli.usage import WrongUsage

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from sviedka.cli.console import Console
    from sviedka.core.seal.policy import Policy
    from sviedka.verify.report import Report

SUMMARY: Final = "check a dossier, trusting nobody but your own policy"
EXAMPLE: Final = "sviedka verify dossier/ --policy pinned.policy"

AGE: Final = b"age-encryption.org/v1\n"
"""How a delivery begins that nobody has opened yet."""


def configure(parser: ArgumentParser) -> None:
    """Add the dossier, and the policy as a file or as typed fingerprints."""
    parser.add_argument("dossier", type=Path, metavar=translate("DIR|ZIP"))
    parser.add_argument(
        "--policy",
        type=Path,
        metavar=translate("FILE"),
        help=translate("whom you trust; from elsewhere, not from the dossier"),
    )
    parser.add_argument(
        "--root", metavar="VKEY", help=translate("instead of a policy: the archive's root key, typed in")
    )
    parser.add_argument(
        "--authority",
        action="append",
        default=[],
        metavar="SHA256:KIND",
        help=translate("with --root: fingerprint of a time authority's root certificate, and external or internal"),
    )
    parser.add_argument(
        "--cosigner", action="append", default=[], metavar="VKEY", help=translate("with --root: a cosigner's key")
    )


def run(arguments: Namespace, console: Console) -> int:
    """Verify and leave with the status of the worst part."""
    from sviedka.verify.dossier import verify_dossier

    policy = _policy(arguments)
    with console.progress("verifying") as advance:
        report = verify_dossier(arguments.dossier, policy=policy, progress=advance)
    console.document |= report.to_json()
    _tell(report, console)
    if _is_encrypted(arguments.dossier):
        console.warn("This file is encrypted to a receiver. Open it first: age -d -i YOUR-KEY -o dossier.zip FILE")
    return report.exit_status


def _is_encrypted(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(AGE)) == AGE


def _policy(arguments: Namespace) -> Policy | None:
    from sviedka.verify.policy_file import policy_from_fingerprints, read_policy

    typed = arguments.authority or arguments.cosigner
    if (arguments.policy and (arguments.root or typed)) or (typed and not arguments.root):
        # Trust that was typed and then not used would be the worst misunderstanding of all.
        raise WrongUsage(translate("give either --policy, or --root with --authority and --cosigner"))
    if arguments.policy:
        return read_policy(arguments.policy)
    if arguments.root:
        authorities = [
            (digest, kind) for digest, _, kind in (_typed(text).rpartition(":") for text in arguments.authority)
        ]
        cosigners = [_typed(text) for text in arguments.cosigner]
        return policy_from_fingerprints(root=_typed(arguments.root), authorities=authorities, cosigners=cosigners)
    return None


def _typed(text: str) -> str:
    """Return a key without what copying it out of the report's PDF brings along: a mark wherever its line may break."""
    return text.replace("\u200b", "").strip()


def _tell(report: Report, console: Console) -> None:
    """Say it in sentences: each question with its verdict, and below it the reasons."""
    for line in report.lines():
        is_answer = "verdict" in line.facts
        if is_answer:
            console.say()
        console.show(("" if is_answer else "  ") + translate(line.message, **line.facts))
