# SPDX-License-Identifier: AGPL-3.0-or-later
# ruff: noqa: E501, RUF001  # sentences stay whole; Cyrillic is meant
"""What a release says in its own words, in three languages. Every number in it stands beside what it counts and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

HIDDEN_MARK: Final = "×"
"""Stands for a number that is not shown."""


@dataclass(frozen=True, kw_only=True)
class Wording:
    """The sentences of a release in one language. `{…}` are filled in."""

    total: str
    hidden: str
    hidden_note: str
    not_a_sum: str
    rounded: str
    units: Mapping[str, str]
    never_added: str
    certainties: Mapping[str, str]
    counted: str
    population: str
    as_of: str
    coverage: str
    method: str
    certainty: str
    rule: str
    rule_text: str
    facts: str
    tables: str
    table: str
    chart: str
    chart_note: str
    figures: str
    figures_note: str
    figure: str
    what_it_counts: str
    until: str
    who_says_so: str
    models_suggest: str
    erratum: str
    check: str
    check_text: str
    files: str
    page_of: str


_EN: Final = Wording(
    total="Total",
    hidden="hidden",
    hidden_note=(
        "{mark} A hidden number: it is too small itself, or it would let a hidden one be worked out. It may be 0. "
        "{hidden} of {all} numbers are hidden."
    ),
    not_a_sum="One person may stand in several categories here: the parts come to more than the total.",
    rounded="Every number is rounded to the nearest multiple of {base}, so parts may not come to the total.",
    units={"persons": "persons", "acts": "acts", "complaints": "complaints", "events": "events"},
    never_added="Persons, acts, complaints and events are different things. Never add numbers of one to numbers of another.",
    certainties={
        "documented-minimum": "Documented minimum: so many are documented at least. How many there were in all is not known, and not said here.",
        "official-figure": "Figures of an authority, repeated as it gave them. They were not checked.",
        "estimate": "Estimate: the range stands beside each number.",
    },
    counted="What is counted",
    population="Among whom",
    as_of="Until when",
    coverage="What is covered, and what is not",
    method="How it was counted",
    certainty="How sure it is",
    rule="What is hidden",
    rule_text=(
        "Numbers under {threshold}, numbers from fewer than {sources} sources, and numbers of which one list alone supplies more than {share} % "
        "are hidden, with as few others as keep them hidden. All releases so far (this is number {audited}) were attacked together; "
        "each hidden number stayed in doubt by {doubt} or more."
    ),
    facts="About these numbers",
    tables="Tables",
    table="Table {number}",
    chart="Chart of table {number}",
    chart_note="Bars are numbers shown in the table; {mark} stands where the number is hidden.",
    figures="What others have published",
    figures_note="These figures count different things, of different people, until different days. They stand side by side and are not added.",
    figure="Figure",
    what_it_counts="What it counts",
    until="Until",
    who_says_so="Who says so",
    models_suggest="models suggest {low} to {high}",
    erratum="Correction",
    check="How to check this copy",
    check_text=(
        "Whoever published it keeps a signed statement with the digest of every file. In this folder it is statement.json. "
        "“sviedka release --check” compares the files with it."
    ),
    files="Files: HTML and PDF to read, XLSX and CSV to work with; tables.csv-metadata.json says what each column means.",
    page_of="As of {as_of}",
)

_BE: Final = Wording(
    total="Усяго",
    hidden="схавана",
    hidden_note=(
        "{mark} Схаваны лік: ён сам замалы або з яго можна было б вылічыць іншы схаваны. Гэта можа быць і 0. "
        "Схавана лікаў: {hidden} з {all}."
    ),
    not_a_sum="Тут адзін чалавек можа быць у некалькіх катэгорыях: частак разам больш, чым усяго.",
    rounded="Кожны лік акруглены да бліжэйшага кратнага {base}, таму сума частак можа не супадаць з агульным лікам.",
    units={"persons": "асобы", "acts": "дзеянні", "complaints": "скаргі", "events": "падзеі"},
    never_added="Асобы, дзеянні, скаргі і падзеі — розныя рэчы. Ніколі не дадавайце адны да другіх.",
    certainties={
        "documented-minimum": "Задакументаваны мінімум: столькі задакументавана прынамсі. Колькі было насамрэч, невядома, і тут пра гэта не гаворыцца.",
        "official-figure": "Лічбы органа ўлады, паўтораныя так, як ён іх даў. Яны не правяраліся.",
        "estimate": "Ацэнка: побач з кожным лікам стаяць яго межы.",
    },
    counted="Што палічана",
    population="Сярод каго",
    as_of="Па які дзень",
    coverage="Што ахоплена, а што не",
    method="Як лічылі",
    certainty="Наколькі гэта пэўна",
    rule="Што схавана",
    rule_text=(
        "Схаваны лікі, меншыя за {threshold}, лікі, за якімі менш крыніц, чым {sources}, і лікі, у якіх больш за {share} % дае адзін спіс, а з імі — "
        "найменш іншых, каб схаваныя нельга было вылічыць. Праграма спрабавала вылічыць схаванае з усіх выпускаў разам (гэты — № {audited}); "
        "няпэўнасць кожнага схаванага ліку засталася не меншай за {doubt}."
    ),
    facts="Пра гэтыя лікі",
    tables="Табліцы",
    table="Табліца {number}",
    chart="Дыяграма да табліцы {number}",
    chart_note="Слупкі паказваюць лікі з табліцы; {mark} стаіць там, дзе лік схаваны.",
    figures="Што апублікавалі іншыя",
    figures_note="Гэтыя лічбы лічаць рознае, розных людзей і па розныя дні. Яны стаяць побач і не складаюцца.",
    figure="Лічба",
    what_it_counts="Што яна лічыць",
    until="Па які дзень",
    who_says_so="Хто так кажа",
    models_suggest="мадэлі паказваюць ад {low} да {high}",
    erratum="Выпраўленне",
    check="Як праверыць гэтую копію",
    check_text=(
        "Той, хто апублікаваў выпуск, захоўвае падпісаны запіс з хэшам кожнага файла. У гэтай папцы гэта statement.json. "
        "Каманда «sviedka release --check» параўноўвае з ім файлы."
    ),
    files="Файлы: HTML і PDF, каб чытаць; XLSX і CSV, каб працаваць; tables.csv-metadata.json тлумачыць кожны слупок.",
    page_of="Па {as_of}",
)

_RU: Final = Wording(
    total="Всего",
    hidden="скрыто",
    hidden_note=(
        "{mark} Скрытое число: оно само слишком мало или по нему можно было бы вычислить другое скрытое. Это может быть и 0. "
        "Скрыто чисел: {hidden} из {all}."
    ),
    not_a_sum="Здесь один человек может быть в нескольких категориях: частей вместе больше, чем всего.",
    rounded="Каждое число округлено до ближайшего кратного {base}, поэтому сумма частей может не совпадать с итогом.",
    units={"persons": "лица", "acts": "деяния", "complaints": "жалобы", "events": "события"},
    never_added="Лица, деяния, жалобы и события — разные вещи. Никогда не складывайте одни с другими.",
    certainties={
        "documented-minimum": "Задокументированный минимум: столько задокументировано по меньшей мере. Сколько было на самом деле, неизвестно, и здесь об этом не говорится.",
        "official-figure": "Цифры органа власти, повторённые так, как он их дал. Они не проверялись.",
        "estimate": "Оценка: рядом с каждым числом стоят его границы.",
    },
    counted="Что подсчитано",
    population="Среди кого",
    as_of="По какой день",
    coverage="Что охвачено, а что нет",
    method="Как считали",
    certainty="Насколько это достоверно",
    rule="Что скрыто",
    rule_text=(
        "Скрыты числа меньше {threshold}, числа, за которыми меньше источников, чем {sources}, и числа, в которых больше {share} % даёт один список, а с ними — "
        "как можно меньше других, чтобы скрытые нельзя было вычислить. Программа пыталась вычислить скрытое по всем выпускам вместе (этот — № {audited}); "
        "неопределённость каждого скрытого числа осталась не меньше {doubt}."
    ),
    facts="Об этих числах",
    tables="Таблицы",
    table="Таблица {number}",
    chart="Диаграмма к таблице {number}",
    chart_note="Столбцы показывают числа из таблицы; {mark} стоит там, где число скрыто.",
    figures="Что опубликовали другие",
    figures_note="Эти цифры считают разное, разных людей и по разные дни. Они стоят рядом и не складываются.",
    figure="Цифра",
    what_it_counts="Что она считает",
    until="По какой день",
    who_says_so="Кто так говорит",
    models_suggest="модели показывают от {low} до {high}",
    erratum="Исправление",
    check="Как проверить эту копию",
    check_text=(
        "Тот, кто опубликовал выпуск, хранит подписанную запись с дайджестом каждого файла. В этой папке это statement.json. "
        "Команда «sviedka release --check» сравнивает с ней файлы."
    ),
    files="Файлы: HTML и PDF, чтобы читать; XLSX и CSV, чтобы работать; tables.csv-metadata.json объясняет каждый столбец.",
    page_of="По {as_of}",
)

WORDING: Final[Mapping[str, Wording]] = MappingProxyType({"en": _EN, "be": _BE, "ru": _RU})
