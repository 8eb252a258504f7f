# SPDX-License-Identifier: AGPL-3.0-or-later
"""A written name as clean tokens, each of one script. First step of a key; the name itself is never changed.

What is undone here happens by accident in real lists: a Latin `o` typed within a Cyrillic word, a stress mark, an apostrophe
of one kind or another, an invisible character from a web page.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from sviedka.core.base.errors import Malformed

COMMA: Final = ","
LONGEST_NAME: Final = 512
"""Characters. What is longer is no name but another column."""

_CYRILLIC_OF: Final = dict(zip("ABCEHIKMOPTXYaceiopxy0", "АВСЕНІКМОРТХУасеіорхуо", strict=True))
_LATIN_OF: Final = {cyrillic: latin for latin, cyrillic in _CYRILLIC_OF.items() if latin != "0"} | {"0": "o"}
_CYRILLIC: Final = re.compile("[\u0400-\u052f]")
_LATIN: Final = re.compile("[a-zA-Z\u00c0-\u024f\u1e00-\u1eff]")
_KEPT_MARKS: Final = frozenset("йёўї")
_DROPPED: Final = re.compile("['’‘ʼʹʺ`´\"“”«»\u02bb-\u02bf\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeffьъ]")
_USUAL: Final = re.compile("[а-яёўі-]*")
_BETWEEN: Final = re.compile(r"[\s.;:/()\[\]_]+")
_MORE_THAN_LETTERS: Final = re.compile(r"[^\w\s-]|_")


class NameMalformed(Malformed):
    """This is no written name."""

    code = "malformed.name"
    hint = "Point the mapping at the column that holds names."


def split_words(text: str) -> list[str]:
    """Return the words of a name as they stand there, a comma as a word of its own.

    Args:
        text: As written, at most `LONGEST_NAME` characters.

    Raises:
        NameMalformed: It is longer.
    """
    if len(text) > LONGEST_NAME:
        raise NameMalformed("A name of {size} characters is none.", size=len(text))
    if _MORE_THAN_LETTERS.search(text):
        text = _BETWEEN.sub(" ", text.replace(COMMA, f" {COMMA} "))
    return text.split()


def clean_word(word: str, *, cyrillic_around: bool = False) -> str:
    """Return a word in lower case and one script, without marks; empty if no letter is in it.

    Args:
        word: From `split_words`.
        cyrillic_around: Another word of the name is Cyrillic.
    """
    bare = _DROPPED.sub("", word if word.isascii() else unicodedata.normalize("NFKC", word))
    clean = _plain(fold_lookalikes(bare, cyrillic_around=cyrillic_around))
    if clean.isalpha():
        return clean
    return (
        clean
        if clean == COMMA
        else "".join([letter for letter in clean if letter.isalpha() or letter == "-"]).strip("-")
    )


def is_all_cyrillic(word: str) -> bool:
    """Say whether a word has Cyrillic letters and no Latin ones."""
    return _CYRILLIC.search(word) is not None and _LATIN.search(word) is None


def fold_lookalikes(word: str, *, cyrillic_around: bool = False) -> str:
    """Return the word in one script, if those of its letters that exist in one script only say in which.

    A word of look-alikes alone, such as Latin `COPOKA`, is Cyrillic if the words around it are.
    """
    has_cyrillic, has_latin = bool(_CYRILLIC.search(word)), bool(_LATIN.search(word))
    if not (has_cyrillic and has_latin) and not (has_latin and cyrillic_around) and not ("0" in word and len(word) > 1):
        return word
    if not has_cyrillic and not _CYRILLIC_OF.keys() >= set(word) and "0" not in word:
        return word
    only_cyrillic = sum(_CYRILLIC.match(letter) is not None and letter not in _LATIN_OF for letter in word)
    only_latin = sum(_LATIN.match(letter) is not None and letter not in _CYRILLIC_OF for letter in word)
    if only_latin and only_latin >= only_cyrillic:
        return "".join(_LATIN_OF.get(letter, letter) for letter in word)
    if has_cyrillic or cyrillic_around:
        return "".join(_CYRILLIC_OF.get(letter, letter) for letter in word)
    return word.replace("0", "o")


def is_cyrillic(word: str) -> bool:
    """Say whether a clean token is in Cyrillic letters."""
    return _CYRILLIC.search(word) is not None


def _plain(word: str) -> str:
    """Drop stress marks from Cyrillic; soft and hard signs went before, with the apostrophes."""
    word = _DROPPED.sub("", word.lower())
    if _USUAL.fullmatch(word) or not is_cyrillic(word):
        return word
    pieces = (letter if letter in _KEPT_MARKS else unicodedata.normalize("NFD", letter)[0] for letter in word)
    return "".join(piece for piece in pieces if not unicodedata.combining(piece))
