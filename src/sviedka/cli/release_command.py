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
    from sviedka.core.count.release.copy import StatedCopy
    from sviedka.core.seal.assertion import Assertion
    from sviedka.keeper.pending import PendingStatement

SUMMARY: Final = "publish tables of counts that give nobody away"
EXAMPLE: Final = (
    "sviedka release plan.yaml -o release/\nsviedka release --prove release/\n"
    "sviedka release --check release/ --policy pinned.policy"
)


def configure(parser: ArgumentParser) -> None:
    """Add the plan and the folder, or the copy to check."""
    parser.add_argument("plan", nargs="?", type=Path, metavar="PLAN.yaml", help=translate("which tables, of what"))
    parser.add_argument("-o", "--output", type=Path, metavar=translate("DIR"), help=translate("the folder to be made"))
    parser.add_argument(
        "--check", type=Path, metavar=translate("DIR"), help=translate("compare a copy with what was published")
    )
    parser.add_argument(
        "--prove", type=Path, metavar=translate("DIR"), help=translate("put what proves a copy to strangers beside it")
    )
    parser.add_argument(
        "--policy", type=Path, metavar=translate("FILE"), help=translate("with --check: what you trust, from elsewhere")
    )
    add_passphrase_option(parser)


def run(arguments: Namespace, console: Console) -> int:
    """Publish, prove, or check a copy."""
    making = arguments.plan is not None and arguments.output is not None
    partly = arguments.plan is not None or arguments.output is not None
    if making + (arguments.check is not None) + (arguments.prove is not None) != 1 or (partly and not making):
        raise WrongUsage(
            translate("name a plan and -o DIR, or --check DIR, or --prove DIR alone"), program="sviedka release"
        )
    if arguments.policy is not None and arguments.check is None:
        raise WrongUsage(translate("--policy goes with --check"), program="sviedka release")
    if making:
        return _release(arguments, console)
    return _check(arguments, console) if arguments.prove is None else _prove(arguments, console)


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


def _prove(arguments: Namespace, console: Console) -> int:
    from sviedka.store.release.checking import check_statement, put_proof
    from sviedka.store.session import open_archive, open_store
    from sviedka.verify.release_copy import check_files

    copy = check_files(arguments.prove)
    with open_archive(arguments.archive) as session:
        check_statement(open_store(session.archive, session.keeper), copy)
        put_proof(session.archive, session.keeper, copy, arguments.prove)
    console.document |= {"verdict": "holds", "release": copy.jti}
    console.say("The proof and the key list lie beside the release. Publish them with it.")
    return 0


def _check(arguments: Namespace, console: Console) -> int:
    from sviedka.verify.release_copy import check_files

    copy = check_files(arguments.check)
    console.document |= {"release": copy.jti, "files": len(copy.files)}
    console.say("All {count} files are those that the statement beside them names.", count=len(copy.files))
    if arguments.policy is not None:
        return _check_by_policy(arguments, console, copy)
    return _check_by_archive(arguments, console, copy)


def _check_by_policy(arguments: Namespace, console: Console, copy: StatedCopy) -> int:
    from sviedka.verify.policy_file import read_policy
    from sviedka.verify.release_copy import check_proof

    logged = check_proof(arguments.check, copy, read_policy(arguments.policy))
    cosigners = [one.key.name for one in logged.cosignatures]
    console.document |= {"verdict": "holds", "log": logged.log.name, "cosigners": list(cosigners)}
    console.say("holds: this is what {origin} published. It stands in their log.", origin=logged.log.name)
    if cosigners:
        console.say("Seen by: {names}.", names=", ".join(cosigners))
    else:
        console.say("The policy asks no cosigner; nobody else has seen that log here.")
    console.say("Whether it was corrected since is not shown here. Ask for the newest release.")
    return 0


def _check_by_archive(arguments: Namespace, console: Console, copy: StatedCopy) -> int:
    from sviedka.core.count.release.release_errors import CopyUnproven
    from sviedka.store.release.checking import check_statement
    from sviedka.store.session import open_archive, open_store

    try:
        with open_archive(arguments.archive) as session:
            check_statement(open_store(session.archive, session.keeper), copy)
    except Unavailable as reason:
        raise CopyUnproven("Whose statement that is was not proven: no unlocked archive was asked.") from reason
    console.document |= {"verdict": "holds"}
    console.say("holds: the statement is in this archive, and the copy is what was published.")
    return 0
