# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka release`: publish counts that give nobody away, or check a copy of what was published."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sviedka.cli.asserting import ask_in_person
from sviedka.cli.copies import copy_after
from sviedka.cli.language import translate
from sviedka.cli.places import free_place, readable_file
from sviedka.cli.secret_input import add_passphrase_option
from sviedka.cli.usage import WrongUsage
from sviedka.core.base.errors import Unavailable

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Sequence

    from sviedka.cli.console import Console
    from sviedka.core.seal.assertion import Assertion
    from sviedka.keeper.pending import PendingStatement

SUMMARY: Final = "publish tables of counts that give nobody away"
EXAMPLE: Final = "sviedka release plan.yaml -o release/\nsviedka release --check release/"


def configure(parser: ArgumentParser) -> None:
    """Add the plan and the folder, or the copy to check."""
    parser.add_argument("plan", nargs="?", type=Path, metavar="PLAN.yaml", help=translate("which tables, of what"))
    parser.add_argument("-o", "--output", type=Path, metavar=translate("DIR"), help=translate("the folder to be made"))
    parser.add_argument(
        "--check", type=Path, metavar=translate("DIR"), help=translate("compare a copy with what was published")
    )
    add_passphrase_option(parser)


def run(arguments: Namespace, console: Console) -> int:
    """Publish, or check a copy."""
    if arguments.check is not None and arguments.plan is None and arguments.output is None:
        return _check(arguments, console)
    if arguments.check is not None or arguments.plan is None or arguments.output is None:
        raise WrongUsage(translate("name a plan and -o DIR, or --check DIR alone"), program="sviedka release")
    return _release(arguments, console)


def _release(arguments: Namespace, console: Console) -> int:
    from sviedka.keeper.asserting import with_passphrase
    from sviedka.store.release.making import UNSHOWN, release
    from sviedka.store.session import open_archive

    readable_file(arguments.plan)
    with open_archive(arguments.archive) as session, ExitStack() as bar:
        archive, keeper = session.archive, session.keeper
        free_place(arguments.output, archive=archive)
        advance = bar.enter_context(console.progress("choosing what to hide"))
        ask = with_passphrase(archive, keeper.facts().actor, ask_in_person(arguments, console, unshown=UNSHOWN))

        def assertor(pending: Sequence[PendingStatement]) -> list[Assertion]:
            bar.close()  # it would be drawn over the question
            return ask(pending)

        made = release(archive, keeper, arguments.plan, out=arguments.output, assertor=assertor, progress=advance)
        console.document |= {
            "verdict": "holds",
            "release": made.jti,
            "shown": made.shown,
            "hidden": made.hidden,
            "audited": made.audited.releases,
            "least_doubt": made.audited.least_doubt,
            "files": list(made.files),
        }
        console.say(
            "Published as statement {jti}: {shown} numbers are shown, {hidden} are hidden.",
            jti=made.jti,
            shown=made.shown,
            hidden=made.hidden,
        )
        console.say(
            "An attacker was given all releases so far, {count} with this one, and found no hidden number.",
            count=made.audited.releases,
        )
        copy_after(archive, console)
    return 0


def _check(arguments: Namespace, console: Console) -> int:
    from sviedka.core.count.release.release_errors import CopyUnproven
    from sviedka.store.release.checking import check_files, check_statement
    from sviedka.store.session import open_archive, open_store

    copy = check_files(arguments.check)
    console.document |= {"release": copy.jti, "files": copy.files}
    console.say("All {count} files are those that the statement beside them names.", count=copy.files)
    try:
        with open_archive(arguments.archive) as session:
            check_statement(open_store(session.archive, session.keeper), copy)
    except Unavailable as reason:
        raise CopyUnproven("Whose statement that is was not proven: no unlocked archive was asked.") from reason
    console.document |= {"verdict": "holds"}
    console.say("holds: the statement is in this archive, and the copy is what was published.")
    return 0
