# SPDX-License-Identifier: AGPL-3.0-or-later
# ruff: noqa: RUF001  # Cyrillic letters are what this file is written in
"""What people do to names and dates when they write a list: typos, letters of the other alphabet, days left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

_CYRILLIC: Final = "абвгдежзіклмнопрстухцчшы"
_FIRST_CYRILLIC: Final = "\u0400"
_LATIN: Final = "abcdefghiklmnoprstuvyz"
_ALIKE: Final = str.maketrans("асеорхіАСЕОРХКМТВНaceopxiACEOPXKMTBH", "aceopxiACEOPXKMTBHасеорхіАСЕОРХКМТВН")

NO_DATE: Final = np.datetime64("NaT", "D")


def mistype(word: str, rng: Generator) -> str:
    """Change one letter of a word: another one, one left out, one too many, or two exchanged; never the first."""
    if len(word) < 3:
        return word
    place = int(rng.integers(1, len(word)))
    letters = _CYRILLIC if max(word) >= _FIRST_CYRILLIC else _LATIN
    letter = letters[int(rng.integers(0, len(letters)))]
    kind = int(rng.integers(0, 4))
    if kind == 0:
        return word[:place] + letter + word[place + 1 :]
    if kind == 1:
        return word[:place] + word[place + 1 :]
    if kind == 2:
        return word[:place] + letter + word[place:]
    place = min(place, len(word) - 2)
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def write_lookalikes(word: str, rng: Generator) -> str:
    """Write one letter at least in the other alphabet's letter that looks the same; a word without such stays."""
    swapped = [letter.translate(_ALIKE) if rng.random() < 0.5 else letter for letter in word]
    return "".join(swapped) if "".join(swapped) != word else word.translate(_ALIKE)


def blur_births(born: NDArray[np.datetime64], keep: NDArray[np.bool_], rng: Generator) -> NDArray[np.str_]:
    """Write dates of birth as a list has them: `1987-05-03`, `1987` or nothing.

    30 % are missing, 20 % a year only; 4 % a year off, 3 % with day and month exchanged (where both can be a month).

    Args:
        born: `datetime64[D][n]`.
        keep: `bool[n]`: whose year at least is always there, and right.
        rng: The source of all chance.
    """
    count = len(born)
    years = born.astype("datetime64[Y]").astype(np.int64) + 1970
    months = born.astype("datetime64[M]").astype(np.int64) % 12 + 1
    days = (born - born.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64) + 1
    off = (rng.random(count) < 0.04) & ~keep
    years = years + np.where(off, rng.choice(np.array([-1, 1]), count), 0)
    swap = (rng.random(count) < 0.03) & (days <= 12)
    months, days = np.where(swap, days, months), np.where(swap, months, days)
    days = np.where((months == 2) & (days == 29) & off, 28, days)  # no 29 February of a year that had none
    whole = np.char.add(
        np.char.add(years.astype("U4"), np.char.add("-", np.char.zfill(months.astype("U2"), 2))),
        np.char.add("-", np.char.zfill(days.astype("U2"), 2)),
    )
    kind = rng.random(count)
    written: NDArray[np.str_] = np.where(kind < 0.2, years.astype("U4"), whole)
    written[(kind >= 0.7) & ~keep] = ""
    return written


def blur_events(event: NDArray[np.datetime64], rng: Generator) -> NDArray[np.str_]:
    """Write the day of the event: 10 % missing, 44 % off by one or two days."""
    count = len(event)
    off = np.where(rng.random(count) < 0.44, rng.choice(np.array([-2, -1, 1, 2]), count), 0)
    written: NDArray[np.str_] = (event + off.astype("timedelta64[D]")).astype("U10")
    written[rng.random(count) < 0.1] = ""
    return written
