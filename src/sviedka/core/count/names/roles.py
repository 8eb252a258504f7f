# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which token of a whole name is the surname, which the given name, which the patronymic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sviedka.core.count.names.tokens import TokenFacts


@dataclass(frozen=True, kw_only=True, repr=False)
class Roles:
    """The tokens of one name by what they are.

    Attributes:
        surnames: One, or several for a surname of several words.
        given: None if no token is it, or only an initial.
        patronymic: None if there is none.
    """

    surnames: tuple[TokenFacts, ...]
    given: TokenFacts | None = None
    patronymic: TokenFacts | None = None


def find_roles(tokens: Sequence[TokenFacts], *, comma_at: int | None = None) -> Roles:
    """Decide what each token is.

    Args:
        tokens: In the order in which they are written, commas left out.
        comma_at: How many of them stand before the first comma; the surname, if any do.
    """
    words = [token for token in tokens if not token.is_initial]
    if comma_at and len(tokens) > comma_at:
        behind = [token for token in tokens[comma_at:] if not token.is_initial]
        return Roles(
            surnames=tuple(tokens[:comma_at]), given=_first(behind), patronymic=_first(behind[1:], patronymic=True)
        )
    if len(words) < 2:
        return Roles(surnames=tuple(words), given=words[0] if _lone_given_name(words, tokens) else None)
    at = _patronymic_at(words)
    given_at = at - 1 if at is not None else _given_at(words)
    rest = tuple(word for place, word in enumerate(words) if place not in {at, given_at})
    return Roles(surnames=rest, given=words[given_at], patronymic=words[at] if at is not None else None)


def _first(tokens: Sequence[TokenFacts], *, patronymic: bool = False) -> TokenFacts | None:
    return next((token for token in tokens if not patronymic or token.patronymic_id), None)


def _lone_given_name(words: Sequence[TokenFacts], tokens: Sequence[TokenFacts]) -> bool:
    """A single word may be both; beside an initial it is a surname."""
    return len(words) == 1 == len(tokens) and bool(words[0].given_ids)


def _patronymic_at(words: Sequence[TokenFacts]) -> int | None:
    """A patronymic stands behind its given name. Of two words alone a son's is none: Пятровіч is a surname as well."""
    for at in range(1, len(words)):
        word = words[at]
        follows_name = bool(words[at - 1].given_ids) or (len(words) == 3 and at == 2)
        if word.patronymic_id and follows_name and (len(words) > 2 or word.sex_of_child == "f"):
            return at
    return None


def _given_at(words: Sequence[TokenFacts]) -> int:
    """The one in the table; else the one that does not end as surnames do; else by the habit of the script."""
    known = [at for at, word in enumerate(words) if word.given_ids]
    plain = [at for at in known or range(len(words)) if not words[at].ends_like_surname]
    if len(known) == 1:
        return known[0]
    if known or (len(plain) == 1 and len(words) == 2):
        return (plain or known)[0]
    return 1 if words[0].cyrillic else 0
