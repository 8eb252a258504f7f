# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka cosigner`: countersign other organisations' logs, over HTTP or by carried files. Needs no archive of its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from sviedka.cli.language import translate
from sviedka.cli.places import free_place, readable_file
from sviedka.cli.usage import number_between
from sviedka.core.base.errors import Unavailable

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from sviedka.anchor.cosigner import Cosigner
    from sviedka.cli.console import Console

SUMMARY: Final = "countersign other organisations' logs"
EXAMPLE: Final = (
    "sviedka cosigner new partner.key --name partner.example/cosigner\n"
    "sviedka cosigner serve partner.key --log archive.example/office-1+… --memory cosigned/\n"
    "sviedka cosigner answer partner.key --log archive.example/office-1+… --memory cosigned/ request -o answer"
)


class CannotListen(Unavailable):
    """The address cannot be listened on."""

    code = "unavailable.cosigner-address"
    hint = "Another program may have the port, or the address is not this machine's. Choose with --host and --port."


def configure(parser: ArgumentParser) -> None:
    """Add making a key, serving over HTTP, and answering a carried file."""
    actions = parser.add_subparsers(dest="action", required=True, metavar=translate("ACTION"))
    new = actions.add_parser("new", help=translate("make a cosigner's key"))
    serve = actions.add_parser("serve", help=translate("answer requests over HTTP until interrupted"))
    answer = actions.add_parser("answer", help=translate("answer one carried request"))
    for action in (new, serve, answer):
        action.add_argument("key", type=Path, metavar="KEY", help=translate("the cosigner's key file"))
    new.add_argument("--name", required=True, help=translate("the cosigner's name, as others will pin it"))
    for action in (serve, answer):
        action.add_argument("--log", action="append", required=True, metavar="VKEY", help=translate("a log to cosign"))
        action.add_argument(
            "--memory", type=Path, required=True, metavar=translate("DIR"), help=translate("what it signed last")
        )
    serve.add_argument("--host", default="127.0.0.1", help=translate("the address to listen on"))
    serve.add_argument(
        "--port", type=number_between(0, 65535), default=0, help=translate("the port; 0 lets the system choose")
    )
    answer.add_argument("request", type=Path, metavar="REQUEST")
    answer.add_argument("-o", "--output", type=Path, required=True, metavar=translate("FILE"))


def run(arguments: Namespace, console: Console) -> int:
    """Do what was asked."""
    return {"new": _new, "serve": _serve, "answer": _answer}[arguments.action](arguments, console)


def _new(arguments: Namespace, console: Console) -> int:
    from sviedka.anchor.cosigner_key import create_cosigner_key

    key = create_cosigner_key(arguments.key, name=arguments.name)
    console.document |= {"verdict": "holds", "vkey": key.public.vkey}
    console.show(key.public.vkey)
    return 0


def _serve(arguments: Namespace, console: Console) -> int:
    from sviedka.anchor.cosigner_server import CosignerServer

    cosigner = _cosigner(arguments)
    try:
        listening = CosignerServer(cosigner, host=arguments.host, port=arguments.port)
    except OSError as reason:
        raise CannotListen(
            "{host} port {port} cannot be listened on.", host=arguments.host, port=arguments.port
        ) from reason
    with listening as server:
        host, port = server.server_address[:2]
        console.document |= {"verdict": "holds", "url": f"http://{host!s}:{port}"}
        console.show(f"http://{host!s}:{port}")
        server.serve_forever()
    return 0


def _answer(arguments: Namespace, console: Console) -> int:
    from sviedka.vault.clock import now
    from sviedka.vault.durable import write_new

    request = readable_file(arguments.request).read_bytes()
    # Before the signing: the cosigner remembers what it signed, and an answer that cannot be written would be lost.
    free_place(arguments.output)
    lines = _cosigner(arguments).cosign_file(request, time=int(now().timestamp()))
    write_new(arguments.output, lines, mode=0o644)
    console.document |= {"verdict": "holds", "answer": str(arguments.output)}
    console.say("Cosigned. Carry {path} back.", path=str(arguments.output))
    return 0


def _cosigner(arguments: Namespace) -> Cosigner:
    from sviedka.anchor.cosigner import Cosigner
    from sviedka.anchor.cosigner_key import load_cosigner_key
    from sviedka.core.seal.note_key import parse_vkey

    logs = tuple(parse_vkey(text) for text in arguments.log)
    return Cosigner(key=load_cosigner_key(arguments.key), logs=logs, memory=arguments.memory)
