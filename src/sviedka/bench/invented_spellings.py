# SPDX-License-Identifier: AGPL-3.0-or-later
# ruff: noqa: RUF001, SIM905  # Cyrillic letters are what this file is written in
"""The spellings in which lists write a name: Cyrillic be and ru, and Latin by five conventions.

Written from the published tables, forward only (Cyrillic to Latin), and shared with nothing that linkage uses.

Source: `passport`, decree 288 of 2008 (after ICAO 9303); `lacinka`, the instruction of 2000 for place names;
`ru-latin`, BGN/PCGN 1947; `ru-passport`, ICAO 9303; `en`, the press: an English given name, a BGN surname.
"""

from __future__ import annotations

from typing import Final

SPELLINGS: Final = ("be", "ru", "passport", "lacinka", "ru-latin", "ru-passport", "en")
"""A spelling's number is its place here."""

CYRILLIC: Final = frozenset({"be", "ru"})

_VOWELS: Final = frozenset("аеёіоуыэюяиў")
_COMMON: Final = dict(
    pair.split("=")
    for pair in "а=a б=b в=v д=d ж=zh з=z к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f х=kh ц=ts ч=ch ш=sh щ=shch "
    "ы=y э=e ь= ъ= '=".split()
)
_PASSPORT: Final = _COMMON | {"г": "h", "і": "i", "й": "i", "ў": "u", "е": "e", "ё": "io", "ю": "iu", "я": "ia"}
_PASSPORT_FIRST: Final = {"е": "ye", "ё": "yo", "ю": "yu", "я": "ya"}
_RU_LATIN: Final = _COMMON | {"г": "g", "и": "i", "й": "y", "е": "e", "ё": "e", "ю": "yu", "я": "ya"}
_RU_LATIN_OPEN: Final = {"е": "ye", "ё": "ye"}
_RU_PASSPORT: Final = _COMMON | {"г": "g", "и": "i", "й": "i", "е": "e", "ё": "e", "ю": "iu", "я": "ia", "ъ": "ie"}
_LACINKA: Final = _COMMON | {
    "г": "h", "ж": "ž", "і": "i", "й": "j", "ў": "ŭ", "л": "ł", "х": "ch", "ц": "c", "ч": "č", "ш": "š",
}  # fmt: skip
_LACINKA_SOFT: Final = {"е": "e", "ё": "o", "ю": "u", "я": "a"}
_LACINKA_SIGN: Final = {"н": "ń", "с": "ś", "з": "ź", "ц": "ć", "л": "l"}


def spell(be: str, ru: str, spelling: str) -> str:
    """Write a name in one of the spellings, given its Belarusian and its Russian form.

    Args:
        be: In Belarusian Cyrillic.
        ru: In Russian Cyrillic.
        spelling: One of `SPELLINGS`; `en` of a surname is `ru-latin`.
    """
    if spelling in CYRILLIC:
        return be if spelling == "be" else ru
    if spelling == "passport":
        return _replace(be.lower(), _PASSPORT, first=_PASSPORT_FIRST).capitalize()
    if spelling == "lacinka":
        return _lacinka(be.lower()).capitalize()
    if spelling == "ru-passport":
        return _replace(ru.lower(), _RU_PASSPORT).capitalize()
    ending = ru.lower()
    ending = ending[:-2] + "ы" if ending.endswith("ий") else ending  # BGN: -ий at the end is -y
    return _replace(ending, _RU_LATIN, first=_RU_LATIN_OPEN, opens=True).capitalize()


def _replace(word: str, table: dict[str, str], *, first: dict[str, str] | None = None, opens: bool = False) -> str:
    """Replace letter by letter; `first` holds at the beginning, and after vowels and signs too if `opens`."""
    written = []
    for place, letter in enumerate(word):
        start = place == 0 or (opens and word[place - 1] in _VOWELS | {"ь", "ъ"})
        written.append((first or {}).get(letter, table.get(letter, letter)) if start else table.get(letter, letter))
    return "".join(written)


def _lacinka(word: str) -> str:
    """Belarusian in Latin letters: the soft vowels write ie, je or e, and soft consonants carry a sign."""
    written: list[str] = []
    for place, letter in enumerate(word):
        before = word[place - 1] if place else ""
        after = word[place + 1 : place + 2]
        if letter in _LACINKA_SOFT:
            glide = "j" if not before or before in _VOWELS | {"ь", "'"} else "" if before == "л" else "i"
            written.append(glide + _LACINKA_SOFT[letter])
        elif after == "ь" and letter in _LACINKA_SIGN:
            written.append(_LACINKA_SIGN[letter])
        elif letter == "л" and after and after in "еёюяіл":
            written.append("l")
        else:
            written.append(_LACINKA.get(letter, letter))
    return "".join(written)
