# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka log`: sign the log's head, prove a statement is in it, have it cosigned, hand out its public part."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from sviedka.cli.copies import copy_after
from sviedka.cli.language import translate
from sviedka.cli.places import free_place, outside, readable_file
from sviedka.cli.reasons import why_said
from sviedka.core.base.errors import Unproven

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from sviedka.anchor.cosigner_client import KnownCosigner
    from sviedka.cli.console import Console
    from sviedka.vault.layout import Archive

SUMMARY: Final = "sign, prove, cosign and export the log"
EXAMPLE: Final = (
    "sviedka log checkpoint\n"
    "sviedka log prove 0123456789abcdef0123456789abcdef -o statement.tlog-proof\n"
    "sviedka log cosign\n"
    "sviedka log cosign --cosigner partner.example/cosigner --request request\n"
    "sviedka log export public/\n"
    "sviedka log policy -o pinned.policy"
)


class CosignerUnknown(Unproven):
    """Which cosigner is meant cannot be told."""

    code = "unproven.cosigner-unknown"
    hint = "Compare the name with the entries of sviedka.toml."


def configure(parser: ArgumentParser) -> None:
    """Add what can be done with a log."""
    actions = parser.add_subparsers(dest="action", required=True, metavar=translate("ACTION"))
    actions.add_parser("checkpoint", help=translate("sign the log's head as it stands now"))
    prove = actions.add_parser("prove", help=translate("write the proof that a statement is in the log"))
    prove.add_argument("jti", metavar="JTI", help=translate("the statement's identifier"))
    prove.add_argument("-o", "--output", type=Path, required=True, metavar=translate("FILE"))
    cosign = actions.add_parser("cosign", help=translate("have the cosigners countersign, over HTTP or by file"))
    cosign.add_argument("--cosigner", metavar=translate("NAME"), help=translate("only this one"))
    way = cosign.add_mutually_exclusive_group()
    way.add_argument("--request", type=Path, metavar=translate("FILE"), help=translate("write a request to carry"))
    way.add_argument("--answer", type=Path, metavar=translate("FILE"), help=translate("read an answer carried back"))
    export = actions.add_parser("export", help=translate("copy the public part: hash tiles and checkpoints"))
    export.add_argument("folder", type=Path, metavar=translate("DIR"))
    policy = actions.add_parser("policy", help=translate("write what a stranger may pin, to hand over in person"))
    policy.add_argument("-o", "--output", type=Path, required=True, metavar=translate("FILE"))


def run(arguments: Namespace, console: Console) -> int:
    """Do what was asked with the log."""
    actions = {
        "checkpoint": _checkpoint,
        "prove": _prove,
        "cosign": _cosign,
        "export": _export,
        "policy": _policy,
    }
    return actions[arguments.action](arguments, console)


def _checkpoint(arguments: Namespace, console: Console) -> int:
    from sviedka.keeper.client import Keeper
    from sviedka.store.checkpointing import make_checkpoint
    from sviedka.vault.layout import find_archive

    archive = find_archive(arguments.archive)
    with Keeper.connect(archive) as keeper:
        checkpoint = make_checkpoint(archive, keeper)
    console.document |= {"verdict": "holds", "size": checkpoint.size, "root": checkpoint.root.hex()}
    console.say("The log has {size} entries; its head is signed.", size=checkpoint.size)
    copy_after(archive, console)  # before it is shown to anybody: a head that only outsiders know cannot be restored to
    return 0


def _prove(arguments: Namespace, console: Console) -> int:
    from sviedka.keeper.client import Keeper
    from sviedka.store.checkpointing import prove
    from sviedka.vault.durable import write_new
    from sviedka.vault.layout import find_archive

    archive = find_archive(arguments.archive)
    free_place(arguments.output, archive=archive)
    with Keeper.connect(archive) as keeper:
        proof = prove(archive, keeper, arguments.jti)
    write_new(arguments.output, proof.encode(), mode=0o644)
    console.document |= {"verdict": "holds", "proof": str(arguments.output)}
    console.say("The proof is in {path}.", path=str(arguments.output))
    return 0


def _cosign(arguments: Namespace, console: Console) -> int:
    from sviedka.anchor.config import read_cosigners
    from sviedka.anchor.cosigning import cosign_newest, cosign_request, take_carried
    from sviedka.vault.durable import write_new
    from sviedka.vault.layout import find_archive

    archive = find_archive(arguments.archive)
    desk, cosigners = _desk(archive), read_cosigners(archive)
    chosen = [one for one in cosigners if arguments.cosigner in {None, one.key.name}]
    if cosigners and not chosen:
        raise CosignerUnknown("sviedka.toml names no cosigner {name}.", name=arguments.cosigner)
    if not chosen:
        console.say("No cosigner is configured; sviedka.toml names them.")
        console.document |= {"verdict": "unproven", "cosigners": []}
        return 20
    if arguments.request:
        if len(chosen) > 1:
            raise CosignerUnknown("Say with --cosigner for which of the {count} cosigners.", count=len(chosen))
        free_place(arguments.request, archive=archive)
        write_new(arguments.request, cosign_request(archive, desk, chosen[0]), mode=0o644)
        console.document |= {"verdict": "holds", "request": str(arguments.request)}
        console.say("Carry {path} to {name}.", path=str(arguments.request), name=chosen[0].key.name)
        return 0
    if arguments.answer:
        take_carried(archive, desk, readable_file(arguments.answer).read_bytes(), chosen)
        return _show_cosigners(archive, desk, cosigners, console)
    carried = {one.key.name for one in chosen if not one.url}
    for state in cosign_newest(archive, desk, chosen):
        if state.why and state.name in carried:
            console.warn("{name} has no url: carry a request to it, with --request.", name=state.name)
        elif state.why:
            console.warn("{name} has not cosigned: {why}", name=state.name, why=why_said(state.why))
    return _show_cosigners(archive, desk, cosigners, console)


def _show_cosigners(archive: Archive, desk: str, cosigners: tuple[KnownCosigner, ...], console: Console) -> int:
    from sviedka.anchor.cosigning import has_signed, newest

    head = newest(archive, desk)
    signed = [one.key.name for one in cosigners if has_signed(head, one)]
    missing = [one.key.name for one in cosigners if one.key.name not in signed]
    verdict = "unproven" if missing else "holds"
    console.document |= {"verdict": verdict, "size": head.size, "cosigned": [*signed], "missing": [*missing]}
    for name in signed:
        console.say("{name} has cosigned the head of {size} entries.", name=name, size=head.size)
    for name in missing:
        console.say("{name} has not cosigned the head of {size} entries yet.", name=name, size=head.size)
    return 20 if missing else 0


def _export(arguments: Namespace, console: Console) -> int:
    from sviedka.store.exporting import export_log
    from sviedka.vault.layout import find_archive

    archive = find_archive(arguments.archive)
    exported = export_log(archive, outside(arguments.folder, archive))
    console.document |= {"verdict": "holds", "tiles": exported.tiles, "checkpoints": exported.checkpoints}
    console.say(
        "{tiles} tiles and {checkpoints} checkpoints copied. They hold hashes and signatures only, and are safe to publish.",
        tiles=exported.tiles,
        checkpoints=exported.checkpoints,
    )
    return 0


def _policy(arguments: Namespace, console: Console) -> int:
    from sviedka.keeper.client import Keeper
    from sviedka.store.pinning import policy_to_pin
    from sviedka.vault.durable import write_new
    from sviedka.vault.layout import find_archive

    archive = find_archive(arguments.archive)
    free_place(arguments.output, archive=archive)
    with Keeper.connect(archive) as keeper:
        policy = policy_to_pin(archive, keeper)
    write_new(arguments.output, policy, mode=0o644)
    console.document |= {"verdict": "holds", "policy": str(arguments.output)}
    console.say(
        "Hand {path} over in person or print it: a policy that travels with the dossier proves nothing.",
        path=str(arguments.output),
    )
    return 0


def _desk(archive: Archive) -> str:
    from sviedka.keeper.config import read_config

    return read_config(archive).desk
