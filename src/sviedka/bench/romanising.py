# SPDX-License-Identifier: AGPL-3.0-or-later
"""How offices and newspapers write Belarusian and Russian names in Latin letters. Made for measuring; keys use none of it.

Each system is a table of letters, a table for what begins a word or follows a vowel, `ў`, `ь` or an apostrophe, and what
becomes of a softened consonant. Sources: Belarus, Ministry of the Interior, decree 288 of 2008; BGN/PCGN 1979 and 1947;
national instruction of 2007; ICAO Doc 9303-3; ISO 9:1995.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

_OPENS_SYLLABLE: Final = frozenset("аеёіиоуўыэюя'ьъ-")


@dataclass(frozen=True, kw_only=True)
class System:
    """One way to write Cyrillic in Latin letters.

    Attributes:
        letters: By Cyrillic letter.
        opening: Instead, at the start of a word and after a vowel, `ў`, `ь`, `ъ` or an apostrophe.
        softened: Instead of a consonant with its `ь`.
    """

    letters: dict[str, str]
    opening: dict[str, str] = field(default_factory=dict)
    softened: dict[str, str] = field(default_factory=dict)


def romanise(word: str, system: System) -> str:
    """Return the word in Latin letters, its first letter large."""
    lower, written, place = word.lower(), [], 0
    while place < len(lower):
        pair, letter = lower[place : place + 2], lower[place]
        opens = place == 0 or lower[place - 1] in _OPENS_SYLLABLE
        if pair in system.softened:
            written.append(system.softened[pair])
            place += 1
        elif opens and letter in system.opening:
            written.append(system.opening[letter])
        else:
            written.append(system.letters.get(letter, letter))
        place += 1
    return "".join(written).capitalize()


def _table(latin: str, cyrillic: str = "абвгдзіклмнопрстуф") -> dict[str, str]:
    return dict(zip(cyrillic, latin, strict=True))


_SILENT: Final = {"ь": "", "'": "", "ъ": ""}
_HISSING: Final = {"ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ы": "y", "э": "e"}
_BE: Final = _table("abvhdziklmnoprstuf")
_RU: Final = _table("abvgdziklmnoprstuf", "абвгдзиклмнопрстуф")

PASSPORT_BE: Final = System(
    letters=_BE | _HISSING | _SILENT | {"е": "ie", "ё": "io", "ю": "iu", "я": "ia", "й": "i", "ў": "u"},
    opening={"е": "ye", "ё": "yo", "ю": "yu", "я": "ya"},
)
BGN_BE: Final = System(
    letters=_BE | _HISSING | {"е": "ye", "ё": "yo", "ю": "yu", "я": "ya", "й": "y", "ў": "w", "ь": "’", "'": "”"}
)
LACINKA: Final = System(
    letters=_BE
    | _SILENT
    | {"ж": "ž", "х": "ch", "ц": "c", "ч": "č", "ш": "š", "ы": "y", "э": "e", "й": "j", "ў": "ŭ"}
    | {"е": "ie", "ё": "io", "ю": "iu", "я": "ia"},
    opening={"е": "je", "ё": "jo", "ю": "ju", "я": "ja"},
    softened={"ць": "ć", "нь": "ń", "сь": "ś", "зь": "ź", "ль": "ĺ"},
)
BGN_RU: Final = System(
    letters=_RU | _HISSING | {"е": "e", "ё": "ë", "ю": "yu", "я": "ya", "й": "y", "ь": "’", "ъ": "”"},
    opening={"е": "ye", "ё": "yë"},
)
ICAO_RU: Final = System(
    letters=_RU | _HISSING | {"е": "e", "ё": "e", "ю": "iu", "я": "ia", "й": "i", "ь": "", "ъ": "ie"}
)
ISO_9: Final = System(
    letters=_RU
    | {"ж": "ž", "х": "h", "ц": "c", "ч": "č", "ш": "š", "щ": "ŝ", "ы": "y", "э": "è", "е": "e", "ё": "ë"}
    | {"ю": "û", "я": "â", "й": "j", "ь": "ʹ", "ъ": "ʺ"}
)
ENGLISH: Final = System(
    letters=_RU | _HISSING | _SILENT | {"е": "e", "ё": "yo", "ю": "yu", "я": "ya", "й": "y"}, opening={"е": "ye"}
)
