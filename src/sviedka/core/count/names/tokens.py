# SPDX-License-Identifier: AGPL-3.0-or-later
"""What one token may be: a surname, a given name, a patronymic, an initial. Which of these it is, its neighbours decide."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from sviedka.core.count.names.lexicon import find_given_ids, find_patronymic, given_names, patronymic_stem
from sviedka.core.count.names.roles import TokenKind
from sviedka.core.count.names.skeleton import as_surname, given_skeleton
from sviedka.core.count.names.sounds import readings, says_how_to_read
from sviedka.core.count.names.spelling import COMMA, clean_word, is_all_cyrillic, is_cyrillic, split_words
from sviedka.core.count.names.surname_stems import find_other_skeleton

_PATRONYMIC_ENDS: Final = ("iC", "na")
_SURNAME_ENDING: Final = re.compile("(?:av|in|[st]k|ank|[iu][Ck]|Cik)$")


class TokenFacts(NamedTuple):
    """All that can be said of a token by itself.

    Attributes:
        surname_keys: Its skeletons, were it a surname.
        given_ids: Rows of the table of given names that it is a form of.
        given_keys: Its skeletons, were it a given name.
        patronymic_id: The father's name, were it a patronymic; none if it does not end like one.
        sex_of_child: Of that patronymic.
        sexes: Of the rows.
        kind: What the other tokens of the name have to know of it.
    """

    surname_keys: tuple[str, ...]
    given_ids: tuple[str, ...]
    given_keys: tuple[str, ...]
    patronymic_id: str | None
    sex_of_child: str | None
    sexes: frozenset[str]
    kind: TokenKind

    def __repr__(self) -> str:
        """Say nothing of the name."""
        return "<TokenFacts>"


class _Spelling:
    """A word as it is read among words of one script: its token, how it says to read `ch`, its facts by that."""

    __slots__ = ("facts", "says", "token")

    def __init__(self, token: str) -> None:
        self.token = token
        self.says = says_how_to_read(token)
        self.facts: dict[str, TokenFacts] = {}


class TokenReader:
    """Reads words, each once: a list of a million names has far fewer different ones.

    It holds what it has read, so it is dropped with the run.
    """

    def __init__(self) -> None:
        self._is_cyrillic: dict[str, bool] = {}
        self._alone: dict[str, _Spelling] = {}
        self._around: dict[str, _Spelling] = {}
        self._of_token: dict[str, _Spelling] = {}

    def read(self, text: str) -> tuple[tuple[TokenFacts, ...], int | None]:
        """Return what is known of each token of a name, and how many stand before its first comma.

        Raises:
            NameMalformed: The text is too long to be a name.
        """
        spellings = self._spellings(split_words(text))
        says = {spelling.says for spelling in spellings}
        ch = "x" if "x" in says else "C" if "C" in says else ""
        tokens = [spelling.token for spelling in spellings]
        comma = tokens.index(COMMA) if COMMA in tokens else None
        return tuple([_facts_of(spelling, ch) for spelling in spellings if spelling.token != COMMA]), comma

    def _spellings(self, words: list[str]) -> list[_Spelling]:
        known = self._is_cyrillic
        for word in words:
            if word not in known:
                known[word] = is_all_cyrillic(word)
        around = len(words) > 1 and any([known[word] for word in words])  # noqa: C419  # faster as a list
        memory = self._around if around else self._alone
        for word in words:
            if word not in memory:
                token = clean_word(word, cyrillic_around=around)
                memory[word] = self._of_token.setdefault(token, _Spelling(token))
        return [memory[word] for word in words if memory[word].token]


def _facts_of(spelling: _Spelling, ch: str) -> TokenFacts:
    known = spelling.facts.get(ch)
    if known is None:
        known = spelling.facts[ch] = _facts(spelling.token, ch)
    return known


def _facts(token: str, ch: str) -> TokenFacts:
    first, *others = [part for part in token.split("-") if part]
    given_keys = _given_keys(first, ch)
    given_ids = find_given_ids(first, given_keys)
    father = stem = None
    if given_keys[0].endswith(_PATRONYMIC_ENDS) or given_keys[-1].endswith(_PATRONYMIC_ENDS):
        father, stem = find_patronymic(given_keys), patronymic_stem(given_keys)
    surname_keys = _surname_keys([given_keys, *(_given_keys(part, ch) for part in _further(first, others))])
    sex = father.sex if father else stem and stem[1]
    return TokenFacts(
        surname_keys=surname_keys,
        given_ids=given_ids,
        given_keys=given_keys,
        patronymic_id="|".join(father.father_ids) if father else stem and f"~{stem[0]}",
        sex_of_child=sex,
        sexes=frozenset(given_names()[id_].sex for id_ in given_ids),
        kind=TokenKind(
            initial=len(token) == 1,
            given=bool(given_ids),
            patronymic=sex is not None,
            daughter=sex == "f",
            surname_ending=any(_SURNAME_ENDING.search(key) for key in surname_keys),
            cyrillic=is_cyrillic(token),
        ),
    )


def _given_keys(part: str, ch: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys([given_skeleton(sounds) for sounds in readings(part, ch)]))


def _surname_keys(parts: list[tuple[str, ...]]) -> tuple[str, ...]:
    """Of a double surname the keys of each part come first: people are often written under one of them."""
    keys = [as_surname(key) for part in parts for key in part]
    others = [find_other_skeleton(key) for key in keys]
    return tuple(dict.fromkeys(key for key in (*keys, *others) if key))


def _further(first: str, others: list[str]) -> list[str]:
    """The other parts of a double name, and the whole in one."""
    return [*others, "".join((first, *others))] if others else []
