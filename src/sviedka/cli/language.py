# SPDX-License-Identifier: AGPL-3.0-or-later
"""The language in which the command speaks: English, Belarusian or Russian.

Texts are English in the code and looked up in `sviedka/locale`. argparse asks the same catalogue, so that its own words
("usage", "required") are translated with ours. Verdict words and JSON stay English in every language.
"""

from __future__ import annotations

import gettext
import itertools
import os
from pathlib import Path
from typing import Final

from sviedka.core.base.phrases import Phrase

LANGUAGES: Final = ("en", "be", "ru")
"""What a person may choose; English is the language of the source and needs no catalogue."""

LOCALE_DIR: Final = Path(__file__).parent.parent / "locale"


def choose_language(arguments: list[str]) -> str:
    """Return the language asked for by `--language`, by SVIEDKA_LANGUAGE, or by the locale; else English."""
    wanted = [after for before, after in itertools.pairwise(arguments) if before == "--language"]
    wanted += [word.partition("=")[2] for word in arguments if word.startswith("--language=")]
    wanted += [os.environ.get(name, "") for name in ("SVIEDKA_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")]
    return next((word[:2] for word in wanted if word[:2] in LANGUAGES), "en")


def speak(language: str) -> None:
    """Use `language` for every text from here on, argparse's included."""
    os.environ["LANGUAGE"] = language  # what gettext, and so argparse, looks at
    os.environ["SVIEDKA_LANGUAGE"] = language  # what the commands that a command runs look at
    gettext.bindtextdomain("sviedka", LOCALE_DIR)
    gettext.textdomain("sviedka")


def translate(message: str, /, **facts: object) -> str:
    """Return `message` in the chosen language with its `{placeholders}` filled in."""
    text = gettext.gettext(message) if message else ""
    return text.format(**{name: _said(fact) for name, fact in facts.items()}) if facts else text


def translate_count(one: str, many: str, /, count: int, **facts: object) -> str:
    """Return the right plural of a message that counts something; `{count}` is filled in."""
    return gettext.ngettext(one, many, count).format(count=count, **facts)


def _said(fact: object) -> object:
    return translate(fact.message, **fact.facts) if isinstance(fact, Phrase) else fact
