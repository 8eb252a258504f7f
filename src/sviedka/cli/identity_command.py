# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka identity`: deposit a person's name and contacts under the seats; ask two custodians; see it once; link."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sviedka.cli.identity_linking import ask_linkage, configure_linkage, hand_out_order, link_people
from sviedka.cli.language import translate
from sviedka.cli.places import free_place, read_at_most, readable_file
from sviedka.cli.secret_input import add_passphrase_option
from sviedka.cli.usage import number_between

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from sviedka.cli.console import Console
    from sviedka.cli.private_terminal import PrivateTerminal
    from sviedka.keeper.identity_lines import Identity

SUMMARY: Final = (
    "deposit an identity under the seats; ask two custodians for one; see it once; count without opening any"
)
EXAMPLE: Final = (
    "sviedka identity deposit person-1\n"
    'sviedka identity request person-1 --seats 1 3 --purpose "a lawyer has to reach them" -o order\n'
    "sviedka identity open order answer-2\n"
    'sviedka identity ask-linkage --seats 1 3 --purpose "how many people these are" -o order\n'
    "sviedka identity link order answer-2\n"
    'sviedka identity ask-linkage --seats 1 3 --case minsk-1 --lists lists.yaml --purpose "how many" -o order\n'
    "sviedka identity link order answer-2 --case minsk-1 --lists lists.yaml -o captures.csv"
)
_MOST_INPUT: Final = 65_536


def configure(parser: ArgumentParser) -> None:
    """Add what can be done with identities."""
    person = translate("PERSON")
    actions = parser.add_subparsers(dest="action", required=True, metavar=translate("ACTION"))
    deposit = actions.add_parser("deposit", help=translate("type a name and contacts; they go under the seats"))
    deposit.add_argument("person", metavar=person, help=translate("a recorded person, by label or identifier"))
    deposit.add_argument(
        "--file",
        action="append",
        default=[],
        type=Path,
        metavar=translate("FILE"),
        help=translate("a file that shows a face or a document; goes under the seats as well (may be repeated)"),
    )
    request = actions.add_parser("request", help=translate("ask two custodians for one identity, in person"))
    request.add_argument("person", metavar=person)
    request.add_argument("--seats", nargs=2, type=number_between(1, 5), required=True, metavar="N")
    request.add_argument("--purpose", required=True, help=translate("what for; the custodians read it, it is recorded"))
    request.add_argument("-o", "--output", type=Path, required=True, metavar=translate("FILE"))
    add_passphrase_option(request)
    opening = actions.add_parser("open", help=translate("show one identity, once, to whoever asked for it"))
    opening.add_argument("order", type=Path, metavar=translate("ORDER"))
    opening.add_argument("answer", type=Path, metavar=translate("ANSWER"))
    configure_linkage(actions)


def run(arguments: Namespace, console: Console) -> int:
    """Do what was asked."""
    actions = {"deposit": _deposit, "request": _request, "open": _open, "ask-linkage": ask_linkage, "link": link_people}
    return actions[arguments.action](arguments, console)


def _deposit(arguments: Namespace, console: Console) -> int:
    from sviedka.store.identity_files import deposit_with_files
    from sviedka.store.session import open_archive

    files = [readable_file(path) for path in arguments.file]
    with open_archive(arguments.archive) as session:
        done = deposit_with_files(session.archive, session.keeper, arguments.person, _read_identity(), files)
    console.document |= {"verdict": "holds", "person": done.person, "cell": done.cell, "statement": done.jti}
    console.say("Deposited. Two custodians and the keeper open it together; nobody else can, and not we alone.")
    console.say("It is recorded as statement {jti}.", jti=done.jti)
    if files:
        console.document["files"] = len(files)
        console.say("The files are sealed; those on your own disk are still there, as they were.")
    return 0


def _request(arguments: Namespace, console: Console) -> int:
    from sviedka.cli.asserting import ask_in_person
    from sviedka.keeper.asserting import with_passphrase
    from sviedka.store.identities import request
    from sviedka.store.session import open_archive

    low, high = sorted(arguments.seats)
    with open_archive(arguments.archive) as session:
        free_place(arguments.output, archive=session.archive)
        actor = session.keeper.facts().actor
        done = request(
            session.archive,
            session.keeper,
            arguments.person,
            seats=(low, high),
            purpose=arguments.purpose,
            assertor=with_passphrase(session.archive, actor, ask_in_person(arguments, console)),
        )
    hand_out_order(arguments.output, done.order, console, jti=done.jti, seats=(low, high))
    return 0


def _open(arguments: Namespace, console: Console) -> int:
    from sviedka.cli.private_terminal import PrivateTerminal
    from sviedka.core.seal.identity_order import MAX_FILE_BYTES
    from sviedka.store.identities import open_identity
    from sviedka.store.identity_files import without_files, write_files
    from sviedka.store.session import open_archive

    order, answer = (read_at_most(path, MAX_FILE_BYTES) for path in (arguments.order, arguments.answer))
    # The terminal before anything is recorded: without one there is nobody to show it to.
    with PrivateTerminal() as terminal, open_archive(arguments.archive) as session:
        shown = open_identity(session.archive, session.keeper, order, answer)
        lines = without_files(shown.lines)
        terminal.show_once([f"{_label(kind)}: {text}" for kind, text in lines])
        folder = _ask_folder(terminal) if len(lines) < len(shown.lines) else None
        written = write_files(session.archive, session.keeper, shown, folder) if folder is not None else ()
    console.document |= {"verdict": "holds", "person": shown.person, "statement": shown.jti, "lines": len(lines)}
    console.document["files"] = len(written)
    console.say("It was shown once, and is recorded as statement {jti}. The order opens nothing more.", jti=shown.jti)
    return 0


def _ask_folder(terminal: PrivateTerminal) -> Path | None:
    """Ask where the files go, until it is a folder or nothing: the order opens once, so that a slip of a finger must not end it."""
    question = translate(
        "Files belong to this identity. A folder to write them to, best one in memory; empty for none: "
    )
    while said := terminal.ask(question).strip():
        if (folder := Path(said)).is_dir():
            return folder
        terminal.say(translate("There is no such folder."))
    return None


def _label(kind: str) -> str:
    labels = {
        "name": translate("name"),
        "contact": translate("contact"),
        "document": translate("document"),
        "note": translate("note"),
    }
    return labels.get(kind, kind)


def _read_identity() -> Identity:
    """Return what is typed at the terminal, or comes through a pipe as lines of `kind: text`."""
    from sviedka.keeper.identity_lines import TYPED_KINDS, Identity

    if not sys.stdin.isatty():
        listed = sys.stdin.read(_MOST_INPUT).splitlines()
        pairs = (line.partition(":") for line in listed if line.strip())
        return Identity(lines=[(kind.strip(), text.strip()) for kind, _, text in pairs])
    from sviedka.cli.private_terminal import PrivateTerminal

    lines: list[tuple[str, str]] = []
    with PrivateTerminal() as terminal:
        for kind in TYPED_KINDS:
            while text := terminal.ask(f"{_label(kind)}: ").strip():
                lines.append((kind, text))
    return Identity(lines=lines)
