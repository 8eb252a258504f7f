# SPDX-License-Identifier: AGPL-3.0-or-later
"""The `sviedka` command: finds the subcommand, runs it, and turns what happened into an exit status.

    0 holds · 10 refuted · 20 unproven · 30 malformed · 40 withheld by policy · 50 unavailable, nothing lost
    2 wrong usage · 130 interrupted · 1 a bug

Each subcommand is one module of this package with `SUMMARY`, `EXAMPLE`, `configure(parser)` and
`run(arguments, console) -> int`. Only `verify`, `seat`, `completion` and `--help` work from the base install; the others say
which packages they miss.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol, cast

from sviedka.cli.console import Console, OutputLost, carry_every_character, turn_output_away, visible
from sviedka.cli.language import LANGUAGES, choose_language, speak, translate
from sviedka.cli.usage import Parser, ShowVersion, WrongUsage
from sviedka.core.base.errors import Failure, Unavailable
from sviedka.vault.disk_errors import is_of_the_disk
from sviedka.vault.disk_errors import translate as translate_error

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS: Final = (
    "init",
    "unlock",
    "lock",
    "status",
    "user",
    "keylist",
    "desk",
    "seat",
    "identity",
    "seal",
    "open",
    "record",
    "approve",
    "log",
    "stamp",
    "replicate",
    "backup",
    "restore",
    "recover",
    "exchange",
    "check",
    "erase",
    "epoch",
    "rebuild",
    "link",
    "review",
    "estimate",
    "tabulate",
    "release",
    "figures",
    "dossier",
    "verify",
    "cosigner",
    "demo",
    "bench",
    "completion",
)
"""In the order in which a person meets them."""

INTERRUPTED: Final = 130
WRONG_USAGE: Final = 2
BUG: Final = 1


class Command(Protocol):
    """What a subcommand's module offers."""

    SUMMARY: str
    EXAMPLE: str

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's own arguments."""

    def run(self, arguments: argparse.Namespace, console: Console) -> int:
        """Do it; return the exit status, or raise a `Failure`."""


class PackagesMissing(Unavailable):
    """The command needs more than the base install."""

    code = "unavailable.packages-missing"
    hint = "Install the office's packages: pip install 'sviedka[office,count]'. `sviedka verify` and `sviedka seat` need none of them."


def run(words: Sequence[str] | None = None) -> None:
    """Run the command line and leave the process with its exit status."""
    carry_every_character()
    try:
        status = main(list(sys.argv[1:] if words is None else words))
    except KeyboardInterrupt:  # before the command began: there is nothing to say
        status = INTERRUPTED
    sys.exit(status)


def main(words: list[str]) -> int:
    """Run the command line `words` and return its exit status; `--help` and `--version` leave through argparse."""
    speak(choose_language(words))
    console = Console(json_only="--json" in words)
    try:
        status = _parse_and_run(words, console)
        console.close()
    except BrokenPipeError:  # nobody reads standard error any more
        turn_output_away()
        return OutputLost.exit_status
    except OutputLost as lost:
        return lost.exit_status
    return status


def _parse_and_run(words: list[str], console: Console) -> int:
    try:
        return _run(build_parser(_named(words)).parse_args(words), console)
    except WrongUsage as wrong:
        told = {"prog": wrong.program, "message": visible(wrong.sentence)}
        sys.stderr.write(wrong.usage + translate("%(prog)s: error: %(message)s\n") % told)
        console.document |= {"verdict": "usage", "exit_status": WRONG_USAGE, "message": wrong.sentence}
        return WRONG_USAGE


def _run(arguments: argparse.Namespace, console: Console) -> int:
    try:
        return _command(arguments.command).run(arguments, console)
    except Failure as failure:
        console.explain(failure)
        return failure.exit_status
    except KeyboardInterrupt:
        console.warn("Interrupted. What was acknowledged is kept; the rest was not begun or was taken back.")
        console.document |= {"verdict": "interrupted", "exit_status": INTERRUPTED}
        return INTERRUPTED
    except (BrokenPipeError, WrongUsage):
        raise
    except OSError as reason:
        if not is_of_the_disk(reason):
            return _confess(reason, console)
        console.explain(translate_error(reason))  # a disk may refuse anywhere; that is nobody's bug
        return Unavailable.exit_status
    except Exception as bug:  # noqa: BLE001  # the outermost shell: a bug must not print values, which may be names
        return _confess(bug, console)


def _named(words: Sequence[str]) -> Sequence[str]:
    """Return the command that `words` begin with, so that no other's module is loaded; all of them if none is plain."""
    return words[:1] if words and words[0] in COMMANDS else COMMANDS


def build_parser(names: Sequence[str] = COMMANDS) -> argparse.ArgumentParser:
    """Return the parser of all commands, or of those named, in the chosen language."""
    parser = Parser(
        prog="sviedka",
        description=translate("Seals what witnesses saw, and lets a stranger check what is made of it."),
        epilog=translate("Exit status: 0 holds, 10 refuted, 20 unproven, 30 malformed, 40 withheld, 50 unavailable."),
    )
    parser.add_argument("--version", action=ShowVersion, nargs=0, help="show program's version number and exit")
    _add_language(parser)
    commands = parser.add_subparsers(dest="command", required=True, metavar=translate("COMMAND"))
    for name in names:
        command = _command(name)
        added = commands.add_parser(
            name,
            help=translate(command.SUMMARY),
            description=translate(command.SUMMARY),
            epilog=_example(command.EXAMPLE),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        _add_common(added)
        command.configure(added)
        _complete_actions(added, name, command.EXAMPLE)
    return parser


def _complete_actions(parser: argparse.ArgumentParser, name: str, example: str) -> None:
    """Let `sviedka log checkpoint --json` mean what `sviedka log --json checkpoint` does; give each action its example."""
    groups = [one for one in parser._actions if isinstance(one, argparse._SubParsersAction)]  # noqa: SLF001  # no other way to what add_subparsers made
    for action, added in ((action, added) for group in groups for action, added in group.choices.items()):
        _add_common(added, default=argparse.SUPPRESS)  # what stands before the action is not overwritten
        added.formatter_class = argparse.RawDescriptionHelpFormatter
        own = [line for line in example.splitlines() if line.startswith(f"sviedka {name} {action}")]
        added.epilog = _example("\n".join(own))


def _example(lines: str) -> str:
    return translate("Example:") + "\n\n    " + lines.replace("\n", "\n    ")


def _add_common(parser: argparse.ArgumentParser, *, default: str | None = None) -> None:
    parser.add_argument(
        "--json",
        action="store_true",
        default=default or False,
        help=translate("print one JSON object and nothing else"),
    )
    _add_language(parser)
    parser.add_argument(
        "--archive",
        default=default,
        metavar=translate("DIR"),
        type=Path,
        help=translate("the archive; else SVIEDKA_ARCHIVE, else the nearest parent folder with sviedka.toml"),
    )


def _add_language(parser: argparse.ArgumentParser) -> None:
    # Read before parsing (`choose_language`): the parser itself speaks it. Here only so that it is allowed and explained.
    parser.add_argument(
        "--language", choices=LANGUAGES, default=argparse.SUPPRESS, help=translate("speak this language")
    )


def _command(name: str) -> Command:
    return cast("Command", importlib.import_module(f"sviedka.cli.{name}_command"))


def _confess(bug: Exception, console: Console) -> int:
    if isinstance(bug, ModuleNotFoundError) and not (bug.name or "").startswith("sviedka"):
        missing = PackagesMissing(
            "This command needs a package that is not installed: {package}.", package=str(bug.name)
        )
        console.explain(missing)
        return missing.exit_status
    # Only places in the code: the message of an unexpected exception may hold a name or a path.
    places = "".join(traceback.format_tb(bug.__traceback__))
    console.warn("This is a bug in Sviedka ({kind}). Nothing acknowledged was lost.", kind=type(bug).__name__)
    sys.stderr.write(places)
    console.document |= {"verdict": "bug", "exit_status": BUG, "code": type(bug).__name__}
    return BUG
