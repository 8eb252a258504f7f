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
from typing import Final

from sviedka.core.count.names.spelling import is_cyrillic

_OF_LETTERS: Final = {
    "а": "a", "б": "b", "в": "v", "г": "h", "ґ": "g", "д": "d", "е": "e", "ё": "jo", "ж": "Z", "з": "z", "и": "i",
    "і": "i", "ї": "i", "й": "j", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s",
    "т": "t", "у": "u", "ў": "w", "ф": "f", "х": "x", "ц": "c", "ч": "C", "ш": "S", "щ": "SC", "ы": "y", "э": "e",
    "ю": "ju", "я": "ja", "є": "e",
}  # fmt: skip
_CYRILLIC_SOUNDS: Final = {ord(letter): sound for letter, sound in _OF_LETTERS.items()}
_SPELLINGS: Final = {
    "shch": "SC", "schtsch": "SC", "szcz": "SC", "šč": "SC", "tsch": "C", "tch": "C", "sh": "S", "sz": "S", "zh": "Z",
    "kh": "x", "cz": "C", "ts": "c", "tz": "c", "ph": "f", "ch": "1", "sch": "2",
}  # fmt: skip
_LETTERS: Final = {
    "ŝ": "SC", "š": "S", "ś": "s", "ž": "Z", "ż": "Z", "ź": "z", "č": "C", "ć": "c", "x": "ks", "ŭ": "w", "ł": "l",
    "ĺ": "l", "ľ": "l", "q": "k", "ń": "n", "ň": "n", "â": "ja", "û": "ju", "ë": "jo", "è": "e", "é": "e", "ě": "e",
    "ą": "on", "ę": "en", "ö": "o", "ü": "u", "ä": "e", "ó": "o", "ř": "r", "ß": "s",
}  # fmt: skip
_PLACES: Final = {spelling: chr(0xE000 + place) for place, spelling in enumerate(_SPELLINGS)}
"""Letters for private use stand for what several letters spell, until single letters have been read."""
_SEVERAL: Final = re.compile("|".join(sorted(_SPELLINGS, key=len, reverse=True)))
_LATIN_SOUNDS: Final = {ord(letter): sound for letter, sound in _LETTERS.items()} | {
    ord(place): _SPELLINGS[spelling] for spelling, place in _PLACES.items()
}
_FRENCH_U: Final = re.compile("ou(?=[bcdfghjklmnpqrstvwxz])(?!sk)")
_BARE_ENDING: Final = re.compile("(?<=i)c$")
"""-ič whose mark was lost on the way; surnames on -іц there are hardly any."""
_LACINKA: Final = re.compile("[čšžŭćśźńł]|sz|cz")
_ENGLISH: Final = re.compile("kh|zh|(?<!s)sh|shch")
_WAYS: Final = tuple(str.maketrans({"1": ch, "2": sch, "3": "ow"}) for sch in ("S", "SC") for ch in ("C", "x"))
"""Whoever writes a name reads `ch` and `sch` in one way throughout. `Scherbakov` is an old way to write щ."""
_FRENCH: Final = str.maketrans({"1": "S", "2": "S", "3": "u"})
_OPEN: Final = re.compile("[123]")


def says_how_to_read(token: str) -> str:
    """Return `x` if a token shows that Latin `ch` in its name is х, `C` if it shows that it is ч, else nothing.

    Belarusian Łacinka and Polish write х as `ch` and have their own letters for ш and ч; systems that write `kh`, `sh` or
    `zh` write ч as `ch`.
    """
    if _LACINKA.search(token):
        return "x"
    return "C" if _ENGLISH.search(token) else ""


def readings(token: str, ch: str = "") -> tuple[str, ...]:
    """Return the sounds of a clean token, one to six readings of it, the likelier first.

    Args:
        token: From `clean_word`, one script.
        ch: From `says_how_to_read`, of any token of the name.
    """
    if is_cyrillic(token):
        return (token.translate(_CYRILLIC_SOUNDS),)
    parts = _FRENCH_U.split(_one_letter_each(_BARE_ENDING.sub("č", token)))
    spelled = "3".join(_sounds_of(part) for part in parts)
    if not _OPEN.search(spelled):
        return (spelled,)
    known = spelled.replace("1", ch) if ch else spelled
    read = dict.fromkeys(known.translate(way) for way in _WAYS)
    if known.endswith("i1") and known.count("1") > 1:
        read[known[:-1].translate(_WAYS[1]) + "C"] = None
    return (*read, spelled.translate(_FRENCH)) if len(parts) > 1 else tuple(read)


def _sounds_of(part: str) -> str:
    return _SEVERAL.sub(lambda match: _PLACES[match.group()], part).translate(_LATIN_SOUNDS)


def _one_letter_each(token: str) -> str:
    """Compose what can be composed and drop every mark that the table does not know (`ė`, `ĭ`, ties of ALA-LC)."""
    if token.isascii():
        return token
    return "".join(
        letter if letter in _LETTERS else unicodedata.normalize("NFD", letter)[0]
        for letter in unicodedata.normalize("NFC", token)
        if not unicodedata.combining(letter)
    )
