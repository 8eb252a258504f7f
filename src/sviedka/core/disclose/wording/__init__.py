# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a dossier says in words, in the language that its SPEC names.

English is the original; Belarusian and Russian stand for native review. Verdict words stay English in every language.
A word without a translation is shown as it is recorded, never left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sviedka.core.disclose.dossier_spec import Language
from sviedka.core.disclose.wording import be, en, ru

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True, slots=True)
class Wording:
    """Sentences and words of one language."""

    language: Language
    texts: Mapping[str, str]
    words: Mapping[str, str]

    def say(self, name: str, /, **facts: str | int) -> str:
        """Return a sentence with its placeholders filled in."""
        sentence = self.texts[name]
        return sentence.format(**facts) if facts else sentence

    def word(self, recorded: str) -> str:
        """Return a recorded word (an act, a role, a purpose) as people say it."""
        return self.words.get(recorded, recorded.replace("-", " "))


_ALL = {
    Language.ENGLISH: Wording(language=Language.ENGLISH, texts=en.TEXTS, words=en.WORDS),
    Language.BELARUSIAN: Wording(language=Language.BELARUSIAN, texts=be.TEXTS, words=be.WORDS),
    Language.RUSSIAN: Wording(language=Language.RUSSIAN, texts=ru.TEXTS, words=ru.WORDS),
}


def find_wording(language: Language) -> Wording:
    """Return the wording of a language."""
    return _ALL[language]
