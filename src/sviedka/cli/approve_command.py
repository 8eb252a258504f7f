# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka approve`: somebody approves in person what a statement asks for. Their passphrase is asked, whoever is logged in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.cli.asserting import ask_in_person, show_statement
from sviedka.cli.copies import copy_after
from sviedka.cli.language import translate
from sviedka.cli.secret_input import add_passphrase_option

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from sviedka.cli.console import Console

SUMMARY: Final = "approve what a statement asks for, in person"
EXAMPLE: Final = "sviedka approve 0123456789abcdef0123456789abcdef --action erase"


def configure(parser: ArgumentParser) -> None:
    """Add the statement, the action, and who approves."""
    parser.add_argument(
        "statement", metavar=translate("STATEMENT"), help=translate("the identifier of what is approved")
    )
    parser.add_argument(
        "--action", required=True, help=translate("what for, in small letters and dashes; such as erase")
    )
    parser.add_argument("--by", metavar=translate("USER"), help=translate("who approves; else whoever is logged in"))
    parser.add_argument("--note", help=translate("a line that goes into the approval; no names"))
    add_passphrase_option(parser)


def run(arguments: Namespace, console: Console) -> int:
    """Show what is approved, ask the passphrase, record."""
    from sviedka.core.base.ids import StatementId, UserId, parse_id
    from sviedka.keeper.asserting import with_passphrase
    from sviedka.store.approving import approve, read_approvable
    from sviedka.store.session import open_archive

    statement = StatementId(parse_id(arguments.statement))
    with open_archive(arguments.archive) as session:
        approved = read_approvable(session.archive, session.keeper, statement)
        console.say("What is to be approved:")
        if approved is None:
            console.say("    A part of this statement can no longer be read.")
        else:
            show_statement(approved, console)
        by = UserId(parse_id(arguments.by)) if arguments.by is not None else session.keeper.facts().actor
        admitted = approve(
            session.archive,
            session.keeper,
            statement,
            action=arguments.action,
            by=by,
            assertor=with_passphrase(session.archive, by, ask_in_person(arguments, console)),
            note=arguments.note,
        )
    console.document |= {"verdict": "holds", "approval": admitted.jti, "by": by}
    console.say("Approved by user {user}, recorded as statement {jti}.", user=by, jti=admitted.jti)
    copy_after(session.archive, console)
    return 0
