# SPDX-License-Identifier: AGPL-3.0-or-later
"""Letters to sounds: one small alphabet that Cyrillic and every Latin transcription are read into.

Sounds are written `b v h g x d z Z k l m n p r s S t f c C a o e i y u w j`: `x` is х, `Z S C c` are ж ш ч ц, `w` is ў, `j` is й. A
Latin spelling may be read in several ways; then each reading is given, the likelier first.

Sources of the Latin columns: Belarus, Ministry of the Interior, decree 288 of 2008 (passports); national instruction of 2007
(Łacinka with diacritics); BGN/PCGN 1979 (Belarusian) and 1947 (Russian); ICAO Doc 9303-3; ISO 9:1995; ALA-LC 1997.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import product
from typing import Final

from sviedka.core.count.names.spelling import is_cyrillic

MOST_READINGS: Final = 4

_CYRILLIC_SOUNDS: Final = {

    "а": "a", "б": "b", "в": "v", "г": "h", "ґ": "g", "д": "d", "е": "e", "ё": "jo", "ж": "Z", "з": "z", "и": "i",
    "і": "i", "ї": "i", "й": "j", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s",
    "т": "t", "у": "u", "ў": "w", "ф": "f", "х": "x", "ц": "c", "ч": "C", "ш": "S", "щ": "SC", "ы": "y", "э": "e",
    "ю": "ju", "я": "ja", "є": "e",
}  # fmt: skip
_LATIN_SOUNDS: Final = {
    "shch": "SC", "schtsch": "SC", "szcz": "SC", "šč": "SC", "ŝ": "SC", "tsch": "C", "tch": "C", "sh": "S", "sz": "S",
    "š": "S", "ś": "s", "zh": "Z", "ž": "Z", "ż": "Z", "ź": "z", "kh": "x", "č": "C", "cz": "C", "ć": "c", "ts": "c",
    "tz": "c", "c": "c", "x": "ks", "w": "w", "v": "v", "ŭ": "w", "ł": "l", "ĺ": "l", "ľ": "l", "q": "k",
    "ph": "f", "ń": "n", "ň": "n", "y": "y", "j": "j", "â": "ja", "û": "ju", "ë": "jo", "è": "e", "é": "e", "ě": "e",
    "ą": "on", "ę": "en", "ö": "o", "ü": "u", "ä": "e", "ó": "o", "ř": "r", "ch": "1", "sch": "2", "ß": "s",
} | {letter: letter for letter in "abdefghiklmnoprstuz"}  # fmt: skip
_LATIN_TOKEN: Final = re.compile("|".join(sorted(map(re.escape, _LATIN_SOUNDS), key=len, reverse=True)))
_FRENCH_U: Final = re.compile("ou(?=[bcdfghjklmnpqrstvwxz])(?!sk)")
_LACINKA: Final = re.compile("[čšžŭćśźńł]|sz|cz")
_ENGLISH: Final = re.compile("kh|zh|(?<!s)sh|shch")
_READINGS: Final = {"1": ("C", "x"), "2": ("S", "SC"), "3": ("ow",)}
_FRENCH: Final = str.maketrans({"1": "S", "2": "S", "3": "u"})


def says_how_to_read(text: str) -> str:
    """Return `x` if the whole name shows that its Latin `ch` is х, `C` if it shows that it is ч, else nothing.

    Belarusian Łacinka and Polish write х as `ch` and have their own letters for ш and ч; systems that write `kh`, `sh` or
    `zh` write ч as `ch`.
    """
    if _LACINKA.search(text):
        return "x"
    return "C" if _ENGLISH.search(text) else ""


def readings(token: str, ch: str = "") -> tuple[str, ...]:
    """Return the sounds of a clean token, at most `MOST_READINGS` readings of it, the likelier first.

    Args:
        token: From `clean_tokens`, one script.
        ch: From `says_how_to_read` over the whole name.
    """
    if is_cyrillic(token):
        return ("".join(_CYRILLIC_SOUNDS.get(letter, "") for letter in token),)
    spelled = _FRENCH_U.sub("3", _one_letter_each(token))
    spelled = "".join("3" if part == "3" else _sounds_of(part) for part in re.split("(3)", spelled))
    choices = [(ch,) if letter == "1" and ch else _READINGS.get(letter, (letter,)) for letter in spelled]
    read = ["".join(reading) for reading, _ in zip(product(*choices), range(MOST_READINGS - 1), strict=False)]
    return (*read, spelled.translate(_FRENCH)) if "3" in spelled else tuple(read)


def _sounds_of(part: str) -> str:
    return "".join(_LATIN_SOUNDS[match.group()] for match in _LATIN_TOKEN.finditer(part))


def _one_letter_each(token: str) -> str:
    """Compose what can be composed and drop every mark that the table does not know (`ė`, `ĭ`, ties of ALA-LC)."""
    return "".join(
        letter if letter in _LATIN_SOUNDS else unicodedata.normalize("NFD", letter)[0]
        for letter in unicodedata.normalize("NFC", token)
        if not unicodedata.combining(letter)
    )
