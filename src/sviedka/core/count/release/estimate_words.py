# SPDX-License-Identifier: AGPL-3.0-or-later
# ruff: noqa: E501, RUF001  # sentences stay whole; Cyrillic is meant
"""What a release says of an estimate from the archive's own log, in three languages: by its codes, since a statement has no sentences."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class EstimateWords:
    """The words in one language. `{…}` are filled in."""

    heading: str
    note: str
    at_least: str
    no_total: str
    resting_on: str
    by: str
    left_out: str
    no_method: str
    warned: str
    methods: Mapping[str, str]
    reasons: Mapping[str, str]


_EN: Final = EstimateWords(
    heading="How many there may be",
    note="The minimum is documented. The range is what models suggest of those whom the lists could have caught and did not; it is no count, and is not added to any.",
    at_least="at least {least} documented",
    no_total="no total is given: {reasons}",
    resting_on="estimated by this archive, statement {jti}: {lists} lists, {draws} draws of the linkage, intervals of {level} %",
    by="by {methods}",
    left_out="outside the range {methods}",
    no_method="by no method",
    warned="warnings that stand with it: {warnings}",
    methods={
        "chao-lower-bound": "Chao's lower bound",
        "log-linear": "log-linear models",
        "every-pair": "every two lists interact",
        "graph-average": "average over graphs",
        "latent-class": "latent classes",
        "no-highest-interaction": "without the interaction of all lists",
    },
    reasons={
        "empty-list": "a list holds nobody",
        "few-lists": "too few lists were made apart from each other",
        "many-lists": "too many lists",
        "few-overlaps": "too few people are on two lists",
        "nobody-twice": "nobody is on exactly two lists",
        "no-maximum": "no log-linear model has an estimate",
        "chains-apart": "the chains of a model tell different stories",
        "one-method": "too few kinds of methods give a total",
        "methods-apart": "the methods differ too much",
        "too-wide": "the range would be too wide",
        "no-range": "no method gives a range",
    },
)

_BE: Final = EstimateWords(
    heading="Колькі іх можа быць",
    note="Мінімум задакументаваны. Межы — гэта тое, што мадэлі паказваюць пра людзей, якія маглі трапіць у спісы і не трапілі; гэта не падлік, і яго ні да чаго не дадаюць.",
    at_least="задакументавана прынамсі {least}",
    no_total="агульная колькасць не называецца: {reasons}",
    resting_on="ацэнка гэтага архіва, запіс {jti}: спісаў {lists}, варыянтаў звядзення {draws}, інтэрвалы {level} %",
    by="метады: {methods}",
    left_out="па-за межамі: {methods}",
    no_method="ніводнага метаду",
    warned="папярэджанняў пры ёй: {warnings}",
    methods={
        "chao-lower-bound": "ніжняя мяжа Чао",
        "log-linear": "лагарыфмічна-лінейныя мадэлі",
        "every-pair": "узаемадзейнічаюць кожныя два спісы",
        "graph-average": "сярэдняе па графах",
        "latent-class": "скрытыя класы",
        "no-highest-interaction": "без узаемадзеяння ўсіх спісаў",
    },
    reasons={
        "empty-list": "адзін са спісаў пусты",
        "few-lists": "замала спісаў, складзеных асобна адзін ад аднаго",
        "many-lists": "зашмат спісаў",
        "few-overlaps": "замала людзей, якія ёсць у двух спісах",
        "nobody-twice": "ніхто не стаіць роўна ў двух спісах",
        "no-maximum": "ніводная лагарыфмічна-лінейная мадэль не дае ацэнкі",
        "chains-apart": "ланцугі адной з мадэляў разыходзяцца",
        "one-method": "агульную колькасць дае замала родаў метадаў",
        "methods-apart": "метады занадта разыходзяцца",
        "too-wide": "межы былі б занадта шырокія",
        "no-range": "ніводзін метад не дае межаў",
    },
)

_RU: Final = EstimateWords(
    heading="Сколько их может быть",
    note="Минимум задокументирован. Границы — это то, что модели показывают о людях, которые могли попасть в списки и не попали; это не подсчёт, и его ни к чему не прибавляют.",
    at_least="задокументировано по меньшей мере {least}",
    no_total="общее число не называется: {reasons}",
    resting_on="оценка этого архива, запись {jti}: списков {lists}, вариантов сведения {draws}, интервалы {level} %",
    by="методы: {methods}",
    left_out="вне границ: {methods}",
    no_method="ни одного метода",
    warned="предупреждений при ней: {warnings}",
    methods={
        "chao-lower-bound": "нижняя граница Чао",
        "log-linear": "лог-линейные модели",
        "every-pair": "взаимодействуют каждые два списка",
        "graph-average": "среднее по графам",
        "latent-class": "скрытые классы",
        "no-highest-interaction": "без взаимодействия всех списков",
    },
    reasons={
        "empty-list": "один из списков пуст",
        "few-lists": "слишком мало списков, составленных отдельно друг от друга",
        "many-lists": "слишком много списков",
        "few-overlaps": "слишком мало людей, которые есть в двух списках",
        "nobody-twice": "никто не стоит ровно в двух списках",
        "no-maximum": "ни одна лог-линейная модель не даёт оценки",
        "chains-apart": "цепи одной из моделей расходятся",
        "one-method": "общее число даёт слишком мало родов методов",
        "methods-apart": "методы слишком расходятся",
        "too-wide": "границы были бы слишком широки",
        "no-range": "ни один метод не даёт границ",
    },
)

ESTIMATE_WORDS: Final[Mapping[str, EstimateWords]] = MappingProxyType({"en": _EN, "be": _BE, "ru": _RU})
