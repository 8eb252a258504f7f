# SPDX-License-Identifier: AGPL-3.0-or-later
"""What one token may be: a surname, a given name, a patronymic, an initial. Which of these it is, its neighbours decide."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from sviedka.core.count.names.lexicon import find_given_ids, find_patronymic, given_names, patronymic_stem
from sviedka.core.count.names.skeleton import given_skeleton, surname_skeleton
from sviedka.core.count.names.sounds import readings
from sviedka.core.count.names.spelling import is_cyrillic
from sviedka.core.count.names.surname_stems import find_other_skeleton

_SURNAME_ENDING: Final = re.compile("(?:av|in|[st]k|ank|[iu][Ck]|Cik)$")


@dataclass(frozen=True, kw_only=True, repr=False)
class TokenFacts:
    """All that can be said of a token by itself.

    Attributes:
        surname_keys: Its skeletons, were it a surname.
        given_ids: Rows of the table of given names that it is a form of.
        given_keys: Its skeletons, were it a given name.
        patronymic_id: The father's name, were it a patronymic; none if it does not end like one.
        sex_of_child: Of that patronymic.
        sexes: Of the rows.
        ends_like_surname: By the usual endings.
        is_initial: One letter.
        cyrillic: Its script.
    """

    surname_keys: tuple[str, ...]
    given_ids: tuple[str, ...]
    given_keys: tuple[str, ...]
    patronymic_id: str | None
    sex_of_child: str | None
    sexes: frozenset[str]
    ends_like_surname: bool
    is_initial: bool
    cyrillic: bool


@dataclass(repr=False)
class TokenReader:
    """Reads tokens, each once: a list of a million names has far fewer different ones.

    It holds what it has read, so it is dropped with the run.
    """

    _known: dict[tuple[str, str], TokenFacts] = field(default_factory=dict)

    def read(self, token: str, ch: str) -> TokenFacts:
        """Return the facts of a clean token; `ch` as `readings` takes it."""
        known = self._known.get((token, ch))
        if known is None:
            known = self._known[token, ch] = _facts(token, ch)
        return known


def _facts(token: str, ch: str) -> TokenFacts:
    parts = [part for part in token.split("-") if part]
    sounds = readings("".join(parts[:1]), ch)
    given_keys = tuple(dict.fromkeys(given_skeleton(reading) for reading in sounds))
    given_ids = find_given_ids(parts[0], given_keys)
    father = find_patronymic(given_keys)
    stem = patronymic_stem(given_keys)
    surname_keys = _surname_keys(parts, ch)
    return TokenFacts(
        surname_keys=surname_keys,
        given_ids=given_ids,
        given_keys=given_keys,
        patronymic_id="|".join(father.father_ids) if father else stem and f"~{stem[0]}",
        sex_of_child=father.sex if father else stem and stem[1],
        sexes=frozenset(given_names()[id_].sex for id_ in given_ids),
        ends_like_surname=any(_SURNAME_ENDING.search(key) for key in surname_keys),
        is_initial=len(token) == 1,
        cyrillic=is_cyrillic(token),
    )


def _surname_keys(parts: list[str], ch: str) -> tuple[str, ...]:
    """Of a double surname the keys of each part come first: people are often written under one of them."""
    wholes = [*parts, "".join(parts)] if len(parts) > 1 else parts
    keys = [surname_skeleton(sounds) for whole in wholes for sounds in readings(whole, ch)]
    others = [find_other_skeleton(key) for key in keys]
    return tuple(dict.fromkeys(key for key in (*keys, *others) if key))
