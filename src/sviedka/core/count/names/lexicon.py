# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which given name a token is a form of, whatever its language and script; and whose child a patronymic names.

A lookup goes over the skeleton of the token, so that each romanisation of a form in the table finds it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from sviedka.core.count.names.given_names import MEN, WOMEN
from sviedka.core.count.names.skeleton import given_skeleton
from sviedka.core.count.names.sounds import readings, says_how_to_read
from sviedka.core.count.names.spelling import clean_word

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

FLEETING: Final = {"pavel": ("pavl",), "leu": ("lv", "ilv"), "dzmitry": ("zmitr",), "yakau": ("jakavl", "Jakavl")}
"""Fathers' names that lose or change a vowel before the ending of the patronymic: Павел, Павлович."""

_PATRONYMIC: Final = re.compile("(?:(?P<son>a?v?i[C])|(?P<daughter>a?vna|(?:in)?i[C]na))$")


@dataclass(frozen=True, kw_only=True)
class GivenName:
    """One row of the table.

    Attributes:
        id: Its name in keys; a word of the table, in no language.
        sex: `m` or `f`.
        full: Forms as documents have them.
        short: Forms that people are called by.
    """

    id: str
    sex: str
    full: tuple[str, ...]
    short: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Patronymic:
    """Whose child somebody is said to be.

    Attributes:
        father_ids: Ids of the father's given name; more than one where the ending hides which.
        sex: `m` for a son, `f` for a daughter.
    """

    father_ids: tuple[str, ...]
    sex: str


@cache
def given_names() -> Mapping[str, GivenName]:
    """Return the rows of the table by id."""
    return {name.id: name for name in (*_rows(MEN, "m"), *_rows(WOMEN, "f"))}


def find_given_ids(token: str, skeletons: Sequence[str]) -> tuple[str, ...]:
    """Return the ids of the names that a token may be a form of, nothing if it is in no row.

    As written beats by skeleton, since `Eugene` is Яўген and only its skeleton is that of Яўгенія; a full form beats a short one.

    Args:
        token: From `clean_word`.
        skeletons: Its given skeletons.
    """
    for kind in ("full", "short"):
        found = _as_written(kind).get(token)
        if found:
            return found
    for kind in ("full", "short"):
        ids = dict.fromkeys(id_ for skeleton in skeletons for id_ in _by_skeleton(kind).get(skeleton, ()))
        if ids:
            return tuple(ids)
    return ()


def find_patronymic(skeletons: Sequence[str]) -> Patronymic | None:
    """Return what a token says as a patronymic, or nothing if no father of the table fits."""
    for skeleton in skeletons:
        ending = _PATRONYMIC.search(skeleton)
        if ending is None:
            continue
        stems = dict.fromkeys((skeleton[: ending.start()], *_longer_stems(skeleton, ending)))
        fathers = tuple(dict.fromkeys(id_ for stem in stems for id_ in _fathers().get(stem, ())))
        if fathers:
            return Patronymic(father_ids=fathers, sex="m" if ending["son"] else "f")
    return None


def patronymic_stem(skeletons: Sequence[str]) -> tuple[str, str] | None:
    """Return stem and sex of a token that ends like a patronymic, whoever the father is."""
    for skeleton in skeletons:
        ending = _PATRONYMIC.search(skeleton)
        if ending is not None and ending.start() >= 2:
            return skeleton[: ending.start()], "m" if ending["son"] else "f"
    return None


def skeletons_of(form: str) -> tuple[str, ...]:
    """Return the given skeletons of one written form."""
    token = clean_word(form)
    return tuple(dict.fromkeys(given_skeleton(sounds) for sounds in readings(token, says_how_to_read(token))))


def _longer_stems(skeleton: str, ending: re.Match[str]) -> Iterator[str]:
    """Yield stems that keep a `v` or vowel which the ending took: Станиславович has -av- twice, Ильич none."""
    text = ending.group()
    for kept in range(1, len(text)):
        if text[kept:] in {"iC", "avna", "vna", "iCna", "aviC", "viC"}:
            yield skeleton[: ending.start() + kept]


def _rows(table: str, sex: str) -> Iterator[GivenName]:
    for line in table.split("\n"):
        if line:
            id_, be, ru, latin, short = (cell.split() for cell in line.split("|"))
            yield GivenName(id=id_[0], sex=sex, full=tuple(dict.fromkeys((*be, *ru, *latin))), short=tuple(short))


@cache
def _as_written(kind: str) -> Mapping[str, tuple[str, ...]]:
    table: dict[str, dict[str, None]] = {}
    for name in given_names().values():
        for form in name.full if kind == "full" else name.short:
            table.setdefault(clean_word(form), {})[name.id] = None
    return {token: tuple(ids) for token, ids in table.items()}


@cache
def _by_skeleton(kind: str) -> Mapping[str, tuple[str, ...]]:
    table: dict[str, dict[str, None]] = {}
    for name in given_names().values():
        for form in name.full if kind == "full" else name.short:
            for skeleton in skeletons_of(form):
                table.setdefault(skeleton, {})[name.id] = None
    return {skeleton: tuple(ids) for skeleton, ids in table.items()}


@cache
def _fathers() -> Mapping[str, tuple[str, ...]]:
    """Stems of patronymics: the father's name without its last vowel."""
    table: dict[str, dict[str, None]] = {}
    for name in given_names().values():
        stems = [skeleton.rstrip("aiu") for form in name.full for skeleton in skeletons_of(form)]
        for stem in (*stems, *FLEETING.get(name.id, ())) if name.sex == "m" else ():
            table.setdefault(stem, {})[name.id] = None
    return {stem: tuple(ids) for stem, ids in table.items()}
