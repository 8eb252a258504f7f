# SPDX-License-Identifier: AGPL-3.0-or-later
"""Wrong usage: said with the usage line, left with status 2, and one object under `--json` like everything else."""

from __future__ import annotations

import sys
from argparse import Action, ArgumentParser, ArgumentTypeError
from typing import TYPE_CHECKING, NoReturn

from sviedka.cli.language import translate

if TYPE_CHECKING:
    from collections.abc import Callable


class WrongUsage(Exception):  # not an error of the program; not in the tree of failures, which is about evidence
    """The words do not make a command."""

    def __init__(self, sentence: str, *, program: str = "sviedka", usage: str = "") -> None:
        """Say what is wrong with the words, in the language of the person who typed them."""
        super().__init__(sentence)
        self.sentence, self.program, self.usage = sentence, program, usage


class Parser(ArgumentParser):
    """A parser that raises instead of leaving, so that `--json` holds for wrong usage as well."""

    def error(self, message: str) -> NoReturn:
        """Raise `WrongUsage` with argparse's own sentence."""
        raise WrongUsage(message, program=self.prog, usage=self.format_usage())


class ShowVersion(Action):
    """Print the version and leave. What looks it up is loaded only here: it would be a quarter of every start."""

    def __call__(self, parser: ArgumentParser, *_: object) -> NoReturn:
        """Print and leave with status 0."""
        from importlib.metadata import version

        sys.stdout.write(f"{parser.prog} {version('sviedka')}\n")
        parser.exit()


def number_between(least: int, most: int) -> Callable[[str], int]:
    """Return a reader of whole numbers from `least` to `most`, for `add_argument(type=...)`."""

    def read(text: str) -> int:
        if text.isascii() and text.isdecimal() and len(text) < 10 and least <= int(text) <= most:
            return int(text)
        raise ArgumentTypeError(translate("a whole number from {least} to {most}", least=least, most=most))

    return read
