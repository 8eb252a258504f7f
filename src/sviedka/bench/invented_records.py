# SPDX-License-Identifier: AGPL-3.0-or-later
# ruff: noqa: RUF001, SIM905  # Cyrillic letters are what this file is written in
"""The names and cities of records as text: each distinct name is spelt once, then taken by all who bear it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sviedka.bench.invented_errors import mistype, write_lookalikes
from sviedka.bench.invented_given import MEN, WOMEN, daughter_of
from sviedka.bench.invented_spellings import SPELLINGS, spell
from sviedka.bench.invented_surnames import invent_surname

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.random import Generator
    from numpy.typing import NDArray

    from sviedka.bench.invented_people import People

_BE, _RU, _EN = SPELLINGS.index("be"), SPELLINGS.index("ru"), SPELLINGS.index("en")
_PSEUDONYM, _LOOKALIKE = 4, 8

_CITIES: Final = tuple(
    tuple(line.split("/"))
    for line in """
Мінск/Минск/Minsk Гомель/Гомель/Gomel Гродна/Гродно/Grodno Брэст/Брест/Brest Віцебск/Витебск/Vitebsk
Магілёў/Могилёв/Mogilev Бабруйск/Бобруйск/Bobruisk Баранавічы/Барановичи/Baranovichi Барысаў/Борисов/Borisov
Пінск/Пинск/Pinsk Орша/Орша/Orsha Мазыр/Мозырь/Mozyr Салігорск/Солигорск/Soligorsk
Наваполацк/Новополоцк/Novopolotsk Ліда/Лида/Lida Маладзечна/Молодечно/Molodechno Полацк/Полоцк/Polotsk
Жлобін/Жлобин/Zhlobin Светлагорск/Светлогорск/Svetlogorsk Рэчыца/Речица/Rechitsa Слуцк/Слуцк/Slutsk
Жодзіна/Жодино/Zhodino Слонім/Слоним/Slonim Кобрын/Кобрин/Kobrin""".split()
)
_PSEUDONYMS: Final = (
    ("Сведка А.", "Свидетель А.", "Witness A."), ("Сведка М.", "Свидетель М.", "Witness M."),
    ("Алесь", "Алесь", "Ales"), ("Вольга", "Ольга", "Olga"), ("Зміцер", "Дима", "Dima"),
    ("Студэнтка", "Студентка", "Student"), ("Рабочы", "Рабочий", "Worker"), ("Пан Н.", "Господин Н.", "Mr N."),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Batch:
    """The records of one list: whose each is, and what trap it is."""

    person: NDArray[np.int64]
    trap: NDArray[np.int16]


def write_names(
    batch: Batch, people: People, spelling: NDArray[np.int64], patronymic_share: float, rng: Generator
) -> tuple[pa.Array, pa.Array, pa.Array]:
    """Write surname, given name and patronymic of each record, with 6 % typos in surnames and 3 % in given names.

    One in five given names in Belarusian and one in twenty in Russian is a short form; one in twenty Latin given names
    follows the other language than its surname does, as passports allow.
    """
    person, count = batch.person, len(batch.person)
    woman = people.woman[person].astype(np.int64)
    surname = _spelt((people.surname[person], woman, spelling), _surname)
    short = rng.random(count) < np.where(spelling == _BE, 0.2, np.where(spelling == _RU, 0.05, 0.0))
    other = np.where((spelling > _RU) & (rng.random(count) < 0.05), 2 + rng.integers(0, 4, count), spelling)
    given = _spelt((people.given[person], woman, other, short.astype(np.int64)), _given)
    patronymic = _spelt((people.father[person], woman, spelling), _patronymic)
    surname = _damage(surname, 0.06, mistype, rng)
    given = _damage(given, 0.03, mistype, rng)
    lookalike = (batch.trap & _LOOKALIKE) != 0
    surname = _damage(surname, lookalike, write_lookalikes, rng)
    none = pa.scalar("")
    patronymic = pc.if_else(pa.array(rng.random(count) < patronymic_share), patronymic, none)
    hidden = pa.array((batch.trap & _PSEUDONYM) != 0)
    script = np.where(spelling == _BE, 0, np.where(spelling == _RU, 1, 2))
    pseudonym = _spelt((rng.integers(0, len(_PSEUDONYMS), count), script), lambda row: _PSEUDONYMS[row[0]][row[1]])
    return (pc.if_else(hidden, none, surname), pc.if_else(hidden, pseudonym, given),
            pc.if_else(hidden, none, patronymic))  # fmt: skip


def write_cities(batch: Batch, people: People, spelling: NDArray[np.int64], rng: Generator) -> pa.Array:
    """Write the city in the record's script; 15 % are missing."""
    script = np.where(spelling == _BE, 0, np.where(spelling == _RU, 1, 2))
    cities = _spelt((people.city[batch.person], script), lambda row: _CITIES[row[0]][row[1]])
    return pc.if_else(pa.array(rng.random(len(batch.person)) < 0.15), pa.scalar(""), cities)


def _spelt(parts: tuple[NDArray[np.int64], ...], write: Callable[[tuple[int, ...]], str]) -> pa.Array:
    """Write each distinct combination once and give every record its own."""
    sizes = [int(part.max(initial=0)) + 1 for part in parts]
    code = np.ravel_multi_index(parts, sizes)
    distinct, place = np.unique(code, return_inverse=True)
    rows = zip(*(axis.tolist() for axis in np.unravel_index(distinct, sizes)), strict=True)
    return pa.array([write(row) for row in rows], pa.string()).take(pa.array(place))


def _damage(
    words: pa.Array, share: float | NDArray[np.bool_], harm: Callable[[str, Generator], str], rng: Generator
) -> pa.Array:
    """Let something happen to a share of the words, or to those marked."""
    hit = rng.random(len(words)) < share if isinstance(share, float) else share
    harmed = [harm(word, rng) for word in words.filter(pa.array(hit)).to_pylist()]
    return pc.replace_with_mask(words, pa.array(hit), pa.array(harmed, pa.string()))


def _surname(row: tuple[int, ...]) -> str:
    number, woman, spelling = row
    name = invent_surname(number, woman=bool(woman))
    return spell(name.be, name.ru, SPELLINGS[spelling])


def _given(row: tuple[int, ...]) -> str:
    number, woman, spelling, short = row
    name = (WOMEN if woman else MEN)[number]
    if spelling == _EN:
        return name.en
    if short:
        return spell(name.be_short, name.ru_short, SPELLINGS[spelling])
    return spell(name.be, name.ru, SPELLINGS[spelling])


def _patronymic(row: tuple[int, ...]) -> str:
    number, woman, spelling = row
    be, ru = MEN[number].be_son, MEN[number].ru_son
    if woman:
        be, ru = daughter_of(be, be=True), daughter_of(ru, be=False)
    return spell(be, ru, SPELLINGS[spelling])
