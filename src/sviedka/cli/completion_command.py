# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka completion`: print what a shell needs to complete this command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.cli.console import write_out
from sviedka.cli.language import translate

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from sviedka.cli.console import Console

SUMMARY: Final = "print the completion for your shell"
EXAMPLE: Final = 'eval "$(sviedka completion bash)"'


def configure(parser: ArgumentParser) -> None:
    """Add the shell's name."""
    parser.add_argument("shell", choices=("bash", "zsh", "tcsh"), help=translate("your shell"))


def run(arguments: Namespace, console: Console) -> int:
    """Print the completion script."""
    import shtab

    from sviedka.cli.main import build_parser

    script: str = shtab.complete(build_parser(), shell=arguments.shell)
    console.document |= {"verdict": "holds", "script": script}
    if not console.json_only:
        write_out(script)
    return 0
