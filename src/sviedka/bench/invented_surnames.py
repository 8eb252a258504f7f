# SPDX-License-Identifier: AGPL-3.0-or-later
# ruff: noqa: RUF001, SIM905  # Cyrillic letters are what this file is written in
"""Invented surnames, each in its Belarusian and its Russian spelling, for men and for women: 270,000 of them.

A surname is an onset, a vowel, a coda, a consonant and an ending, put together by number. The two spellings follow the
rules by which official ones differ: akanne and yakanne (Belarusian writes the vowel that is said), dz and c for a soft
d and t, a hard r, zh, sh, ch, and the short u. That a syllable salad coincides with somebody's name is chance.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_ONSETS: Final = "б в г д ж з к л м н п р с т х ч ш бр гр др кр пр тр бл гл кл пл сл св см ст шк хв зв".split()
_VOWELS: Final = ("a", "o", "u", "e", "ia", "i")
_CODAS: Final = ("", "н", "р", "л", "м", "в", "к", "с", "й", "з")
_MIDDLES: Final = tuple("бвгдзклмнпт")

# The vowel that joins the ending, and the ending's tail: Belarusian of men, of women, Russian of men, of women.
_ENDINGS: Final = (
    ("o", "віч", "віч", "вич", "вич"),
    ("e", "віч", "віч", "вич", "вич"),
    ("e", "нка", "нка", "нко", "нко"),
    ("oo", "ўскі", "ўская", "вский", "вская"),
    ("e", "ўскі", "ўская", "вский", "вская"),
    ("i", "нскі", "нская", "нский", "нская"),
    ("o", "ў", "ва", "в", "ва"),
    ("i", "н", "на", "н", "на"),
    ("", "чык", "чык", "чик", "чик"),
    ("u", "к", "к", "к", "к"),
    ("e", "ня", "ня", "ня", "ня"),
    ("oo", "к", "к", "к", "к"),
)

HOW_MANY: Final = len(_ONSETS) * len(_VOWELS) * len(_CODAS) * len(_MIDDLES) * len(_ENDINGS)
"""How many surnames there are."""

_HARD: Final = frozenset("ржшч")
_SOFT_BE: Final = {"a": "а", "o": "а", "oo": "о", "u": "у", "e": "е", "ia": "я", "i": "і"}
_HARD_BE: Final = _SOFT_BE | {"e": "э", "ia": "а", "i": "ы"}
_RU: Final = {"a": "а", "o": "о", "oo": "о", "u": "у", "e": "е", "ia": "е", "i": "и"}
_SPREAD: Final = 104729  # a prime that divides no size above: numbers that follow each other do not look alike


@dataclass(frozen=True, kw_only=True)
class Surname:
    """One surname of a man or of a woman."""

    be: str
    ru: str


def invent_surname(number: int, *, woman: bool) -> Surname:
    """Return the invented surname of a number, 0 to `HOW_MANY` - 1; the same one each time."""
    rest = number * _SPREAD % HOW_MANY
    rest, ending = divmod(rest, len(_ENDINGS))
    rest, middle = divmod(rest, len(_MIDDLES))
    rest, coda = divmod(rest, len(_CODAS))
    onset, vowel = divmod(rest, len(_VOWELS))
    joint, be_man, be_woman, ru_man, ru_woman = _ENDINGS[ending]
    be_first, ru_first = _join(_ONSETS[onset], _VOWELS[vowel])
    be_last, ru_last = _join(_MIDDLES[middle], joint)
    be = be_first + _CODAS[coda].replace("в", "ў") + be_last + (be_woman if woman else be_man)
    ru = ru_first + _CODAS[coda] + ru_last + (ru_woman if woman else ru_man)
    return Surname(be=be.capitalize(), ru=ru.capitalize())


def _join(consonants: str, vowel: str) -> tuple[str, str]:
    """Put a vowel after consonants, as each language writes it."""
    if not vowel:
        return consonants, consonants
    last = consonants[-1]
    be = consonants
    if vowel in {"e", "ia", "i"} and last in "дт":
        be = consonants[:-1] + ("дз" if last == "д" else "ц")
    return be + (_HARD_BE if last in _HARD else _SOFT_BE)[vowel], consonants + _RU[vowel]
