# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whatever a person can type is on the page of commands, and nothing else is."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from sviedka.cli.language import speak
from sviedka.cli.main import COMMANDS, build_parser

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "commands.md"


def typed(parser):
    """Yield every word that can be typed: subcommands and long options, at any depth."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, inner in action.choices.items():
                yield name
                yield from typed(inner)
        else:
            yield from (option for option in action.option_strings if option.startswith("--") and option != "--help")


def undocumented(page):
    speak("en")
    words = set(typed(build_parser()))
    return sorted(word for word in words if not re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", page))


def test_every_command_and_option_is_on_the_page():
    page = PAGE.read_text(encoding="utf-8")
    assert undocumented(page) == []
    assert undocumented(page.replace("--purpose", "--reason")) == ["--purpose"]


def test_the_page_names_no_command_that_does_not_exist():
    named = set(re.findall(r"`sviedka ([a-z]+)", PAGE.read_text(encoding="utf-8")))
    assert named == set(COMMANDS)


def test_the_page_names_no_option_that_does_not_exist():
    speak("en")
    known = {*typed(build_parser()), "--help"}
    assert set(re.findall(r"--[a-z][a-z-]+", PAGE.read_text(encoding="utf-8"))) <= known
