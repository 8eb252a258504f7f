# SPDX-License-Identifier: AGPL-3.0-or-later
# ruff: noqa: RUF001  # Cyrillic letters are what this file is written in
"""Given names for invented people: Belarusian, Russian, English, a short form of each, and the patronymics of men.

A table of the generator's own, on purpose: linkage has its lexicon, and what is tested must not share a table with its
test. Common names of no particular person.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, kw_only=True)
class Given:
    """One given name in its forms; the patronymics are those of a man's children, empty for women's names."""

    be: str
    ru: str
    en: str
    be_short: str
    ru_short: str
    be_son: str = ""
    ru_son: str = ""


_MEN: Final = """
Аляксандр Александр Alexander Алесь Саша Аляксандравіч Александрович
Сяргей Сергей Sergei Сяржук Серёжа Сяргеевіч Сергеевич
Андрэй Андрей Andrew Андрусь Андрюша Андрэевіч Андреевич
Дзмітрый Дмитрий Dmitry Зміцер Дима Дзмітрыевіч Дмитриевич
Мікалай Николай Nicholas Мікола Коля Мікалаевіч Николаевич
Уладзімір Владимир Vladimir Валодзя Володя Уладзіміравіч Владимирович
Аляксей Алексей Alexei Алесь Лёша Аляксеевіч Алексеевич
Яўген Евгений Eugene Жэня Женя Яўгенавіч Евгеньевич
Міхаіл Михаил Michael Міхась Миша Міхайлавіч Михайлович
Віктар Виктор Victor Віця Витя Віктаравіч Викторович
Павел Павел Paul Паўлік Паша Паўлавіч Павлович
Юрый Юрий Yuri Юрась Юра Юр'евіч Юрьевич
Васіль Василий Vasily Васілёк Вася Васільевіч Васильевич
Ігар Игорь Igor Ігарок Игорёк Ігаравіч Игоревич
Антон Антон Anton Антось Антоша Антонавіч Антонович
Іван Иван Ivan Янка Ваня Іванавіч Иванович
Максім Максим Maxim Максімка Макс Максімавіч Максимович
Раман Роман Roman Рамусь Рома Раманавіч Романович
Віталь Виталий Vitaly Віталік Виталик Вітальевіч Витальевич
Пётр Пётр Peter Пятрусь Петя Пятровіч Петрович
Кірыл Кирилл Cyril Кірылка Кирюша Кірылавіч Кириллович
Дзяніс Денис Denis Дзяніска Дениска Дзянісавіч Денисович
Алег Олег Oleg Алежка Олежка Алегавіч Олегович
Вадзім Вадим Vadim Вадзік Вадик Вадзімавіч Вадимович
Арцём Артём Artyom Арцёмка Тёма Арцёмавіч Артёмович
Анатоль Анатолий Anatoly Толік Толик Анатольевіч Анатольевич
Валерый Валерий Valery Валера Валера Валер'евіч Валерьевич
Леанід Леонид Leonid Лёнік Лёня Леанідавіч Леонидович
Генадзь Геннадий Gennady Генусь Гена Генадзевіч Геннадьевич
Рыгор Григорий Gregory Рыгорка Гриша Рыгоравіч Григорьевич
Станіслаў Станислав Stanislav Стась Стас Станіслававіч Станиславович
Ілья Илья Elijah Ілюша Илюша Ільіч Ильич
Мікіта Никита Nikita Мікітка Никитка Мікітавіч Никитич
Ягор Егор Yegor Ягорка Егорка Ягоравіч Егорович
Канстанцін Константин Constantine Кастусь Костя Канстанцінавіч Константинович
Глеб Глеб Gleb Глебка Глебушка Глебавіч Глебович
Цімафей Тимофей Timothy Цімох Тима Цімафеевіч Тимофеевич
Фёдар Фёдор Theodore Тодар Федя Фёдаравіч Фёдорович
Лявон Леон Leon Лявонка Лёва Лявонавіч Леонович
Язэп Иосиф Joseph Юзік Ося Язэпавіч Иосифович
"""

_WOMEN: Final = """
Наталля Наталья Natalia Наталка Наташа
Алена Елена Helen Аленка Лена
Вольга Ольга Olga Волечка Оля
Таццяна Татьяна Tatiana Таня Таня
Ганна Анна Anna Ганулька Аня
Ірына Ирина Irene Ірынка Ира
Святлана Светлана Svetlana Света Света
Марыя Мария Maria Марыйка Маша
Юлія Юлия Julia Юлечка Юля
Кацярына Екатерина Catherine Кася Катя
Людміла Людмила Ludmila Люда Люда
Вікторыя Виктория Victoria Віка Вика
Анастасія Анастасия Anastasia Насця Настя
Аксана Оксана Oksana Аксанка Ксюша
Вераніка Вероника Veronica Веранічка Ника
Галіна Галина Galina Галя Галя
Алеся Олеся Alesya Леся Леся
Дар'я Дарья Daria Дашка Даша
Надзея Надежда Nadezhda Надзейка Надя
Валянціна Валентина Valentina Валя Валя
Лізавета Елизавета Elizabeth Ліза Лиза
Маргарыта Маргарита Margaret Рыта Рита
Яўгенія Евгения Eugenia Жэня Женя
Ксенія Ксения Xenia Ксюша Ксюша
Зінаіда Зинаида Zinaida Зіна Зина
Соф'я София Sophia Соня Соня
Паліна Полина Pauline Палінка Поля
Крысціна Кристина Christina Крысця Кристя
Тамара Тамара Tamara Тома Тома
Кіра Кира Kira Кірачка Кирочка
"""

MEN: Final = tuple(
    Given(be=be, ru=ru, en=en, be_short=be_short, ru_short=ru_short, be_son=be_son, ru_son=ru_son)
    for be, ru, en, be_short, ru_short, be_son, ru_son in map(str.split, _MEN.strip().splitlines())
)
"""40 names of men, the most frequent first."""

WOMEN: Final = tuple(
    Given(be=be, ru=ru, en=en, be_short=be_short, ru_short=ru_short)
    for be, ru, en, be_short, ru_short in map(str.split, _WOMEN.strip().splitlines())
)
"""30 names of women, the most frequent first."""


def daughter_of(son: str, *, be: bool) -> str:
    """Return the daughter's patronymic for the son's: Іванавіч, Іванаўна; Иванович, Ивановна; Ильич, Ильинична."""
    if son.endswith(("авіч", "евіч", "овіч")):
        return son[:-3] + "ўна"
    if son.endswith(("ович", "евич")):
        return son[:-2] + "на"
    return son[:-1] + ("нічна" if be else "нична")
