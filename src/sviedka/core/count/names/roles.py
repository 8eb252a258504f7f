# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which token of a whole name is the surname, which the given name, which the patronymic."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


class TokenKind(NamedTuple):
    """What can be said of a token without saying which name it is.

    Attributes:
        initial: One letter.
        given: In the table of given names.
        patronymic: Ends like a patronymic.
        daughter: Ends like a daughter's, which no surname does.
        surname_ending: Ends as surnames do.
        cyrillic: Its script.
    """

    initial: bool
    given: bool
    patronymic: bool
    daughter: bool
    surname_ending: bool
    cyrillic: bool


class Roles(NamedTuple):
    """Places of the tokens of one name by what they are.

    Attributes:
        surnames: One, or several for a surname of several words.
        given: None if no token is it, or only an initial.
        patronymic: None if there is none.
    """

    surnames: tuple[int, ...]
    given: int | None = None
    patronymic: int | None = None


@lru_cache(maxsize=4096)
def find_roles(kinds: tuple[TokenKind, ...], comma_at: int | None = None) -> Roles:
    """Decide what each token is.

    Args:
        kinds: Of the tokens in the order in which they are written, commas left out.
        comma_at: How many of them stand before the first comma; the surname, if any do.
    """
    words = [place for place, kind in enumerate(kinds) if not kind.initial]
    if comma_at and len(kinds) > comma_at:
        behind = [place for place in words if place >= comma_at]
        father = next((place for place in behind[1:] if kinds[place].patronymic), None)
        return Roles(tuple(range(comma_at)), behind[0] if behind else None, father)
    if len(words) < 2:
        # A single word may be both; beside an initial it is a surname.
        lone = len(words) == 1 == len(kinds) and kinds[0].given
        return Roles(tuple(words), words[0] if lone else None)
    father = _patronymic_at(kinds, words)
    given = words[words.index(father) - 1] if father is not None else _given_at(kinds, words)
    return Roles(tuple(place for place in words if place not in {father, given}), given, father)


def _patronymic_at(kinds: Sequence[TokenKind], words: Sequence[int]) -> int | None:
    """A patronymic stands behind its given name. Of two words alone a son's is none: Пятровіч is a surname as well."""
    for at in range(1, len(words)):
        kind = kinds[words[at]]
        follows_name = kinds[words[at - 1]].given or (len(words) == 3 and at == 2)
        if kind.patronymic and follows_name and (len(words) > 2 or kind.daughter):
            return words[at]
    return None


def _given_at(kinds: Sequence[TokenKind], words: Sequence[int]) -> int:
    """The one in the table; else the one that does not end as surnames do; else by the habit of the script."""
    known = [place for place in words if kinds[place].given]
    plain = [place for place in known or words if not kinds[place].surname_ending]
    if len(known) == 1:
        return known[0]
    if known or (len(plain) == 1 and len(words) == 2):
        return (plain or known)[0]
    return words[1] if kinds[words[0]].cyrillic else words[0]
