# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka keylist`: drafted in the office, signed where the root is, put into force in the office."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from sviedka.cli.language import translate
from sviedka.cli.places import free_place, readable_file
from sviedka.cli.secret_input import add_passphrase_option, read_passphrase
from sviedka.cli.usage import number_between

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from sviedka.cli.console import Console
    from sviedka.core.seal.keylist import KeyList
    from sviedka.core.seal.keylist_proposal import Proposal

SUMMARY: Final = "change the list of keys: users, seats, desks, revocations"
EXAMPLE: Final = (
    "sviedka keylist show\n"
    "sviedka keylist draft --add-user 0123456789abcdef0123456789abcdef -o proposal\n"
    "sviedka keylist sign proposal --offline-dir archive.offline -o keylist-2\n"
    "sviedka keylist install keylist-2"
)


def configure(parser: ArgumentParser) -> None:
    """Add what can be done with the key list."""
    actions = parser.add_subparsers(dest="action", required=True, metavar=translate("ACTION"))
    actions.add_parser("show", help=translate("print the list that is in force"))
    _configure_draft(actions.add_parser("draft", help=translate("write down what the next list is to change")))
    sign = actions.add_parser("sign", help=translate("sign the next list, where the offline folder is"))
    sign.add_argument("proposal", type=Path, metavar=translate("FILE"))
    sign.add_argument("--offline-dir", type=Path, required=True, metavar=translate("DIR"))
    sign.add_argument("-o", "--output", type=Path, required=True, metavar=translate("FILE"))
    add_passphrase_option(sign)
    install = actions.add_parser("install", help=translate("put a signed list into force, and lock"))
    install.add_argument("keylist", type=Path, metavar=translate("FILE"))


def _configure_draft(draft: ArgumentParser) -> None:
    user, line = translate("USER"), translate("LINE")
    draft.add_argument("--add-user", action="append", default=[], metavar=user)
    draft.add_argument(
        "--revoke", action="append", default=[], metavar=translate("KEY"), help=translate("a user, or one key's name")
    )
    draft.add_argument("--reason", default="left", help=translate("why keys are taken back: left, lost, seized"))
    draft.add_argument(
        "--add", action="append", default=[], metavar=line, help=translate("a line as the key list spells it")
    )
    draft.add_argument("--empty-seat", action="append", default=[], type=number_between(1, 5), metavar="N")
    draft.add_argument("-o", "--output", type=Path, required=True, metavar=translate("FILE"))


def run(arguments: Namespace, console: Console) -> int:
    """Do what was asked with the key list."""
    actions = {"show": _show, "draft": _draft, "sign": _sign, "install": _install}
    return actions[arguments.action](arguments, console)


def _show(arguments: Namespace, console: Console) -> int:
    from sviedka.keeper.keylist_proposing import read_keylist
    from sviedka.vault.layout import find_archive

    keylist = read_keylist(find_archive(arguments.archive))
    _tell_list(keylist, console)
    for entry in keylist.entries:
        console.show(f"    {entry.line}")
    return 0


def _draft(arguments: Namespace, console: Console) -> int:
    from sviedka.core.seal.keylist_proposal import format_proposal
    from sviedka.keeper.keylist_proposing import Wanted, propose
    from sviedka.vault.clock import now
    from sviedka.vault.durable import write_new
    from sviedka.vault.layout import find_archive

    archive = find_archive(arguments.archive)
    free_place(arguments.output, archive=archive)
    wanted = Wanted(
        users=arguments.add_user,
        revoked=arguments.revoke,
        lines=arguments.add,
        empty_seats=arguments.empty_seat,
        reason=arguments.reason,
    )
    proposal = propose(archive, wanted, now=now())
    write_new(arguments.output, format_proposal(proposal), mode=0o644)
    _tell_changes(proposal, console)
    console.document |= {"verdict": "holds", "proposal": str(arguments.output)}
    console.say("Carry {path} to where the offline folder is; it holds no secret.", path=str(arguments.output))
    return 0


def _sign(arguments: Namespace, console: Console) -> int:
    from sviedka.core.seal.keylist import parse_keylist
    from sviedka.core.seal.keylist_proposal import MAX_BYTES, parse_proposal
    from sviedka.keeper.keylist_signing import sign_keylist
    from sviedka.vault.clock import now
    from sviedka.vault.durable import write_new

    with readable_file(arguments.proposal).open("rb") as file:
        proposal = parse_proposal(file.read(MAX_BYTES + 1))
    free_place(arguments.output)
    _tell_changes(proposal, console)  # before the passphrase is asked for: it is the consent to these lines
    signed = sign_keylist(arguments.offline_dir, proposal, read_passphrase(arguments), now=now())
    write_new(arguments.output, signed, mode=0o644)
    _tell_list(parse_keylist(signed), console)
    console.document |= {"keylist": str(arguments.output)}
    console.say("Carry {path} back to the office.", path=str(arguments.output))
    return 0


def _install(arguments: Namespace, console: Console) -> int:
    from sviedka.keeper.client import Keeper
    from sviedka.keeper.keylist_proposing import MAX_KEYLIST_BYTES, read_keylist
    from sviedka.store.listing import install_keylist
    from sviedka.vault.layout import find_archive

    archive = find_archive(arguments.archive)
    with readable_file(arguments.keylist).open("rb") as file:
        data = file.read(MAX_KEYLIST_BYTES + 1)
    with Keeper.connect(archive) as keeper:
        installed = install_keylist(archive, keeper, data)
        is_older = installed.number < read_keylist(archive).number
        if not is_older:
            keeper.lock()  # the keeper still goes by the list before
    _tell_list(installed, console)
    if is_older:
        console.say("It is kept among the older lists; the list in force is the one from before.")
        return 0
    console.say("It is in force and stated in the log. The archive is locked: unlock it to go on.")
    return 0


def _tell_list(keylist: KeyList, console: Console) -> None:
    console.document |= {
        "verdict": "holds",
        "number": keylist.number,
        "issued": keylist.issued.isoformat(),
        "sha256": keylist.digest.hex(),
        "lines": [entry.line for entry in keylist.entries],
    }
    console.say(
        "Key list {number} of {archive}, issued {issued}.",
        number=keylist.number,
        archive=keylist.archive,
        issued=keylist.issued.isoformat(),
    )


def _tell_changes(proposal: Proposal, console: Console) -> None:
    added, dropped = [entry.line for entry in proposal.added], [entry.line for entry in proposal.dropped]
    console.document |= {"adds": [*added], "drops": [*dropped]}
    console.say("After key list {number} of {archive}:", number=proposal.before.number, archive=proposal.before.archive)
    for line in added:
        console.say("    added: {line}", line=line)
    for line in dropped:
        console.say("    gone: {line}", line=line)
