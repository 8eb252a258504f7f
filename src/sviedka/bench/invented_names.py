# SPDX-License-Identifier: AGPL-3.0-or-later
"""Invented people, each under ten spellings, and a great many records of them. For measuring and for tests.

Surnames and given names were put together for this page; no person is meant.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.bench.romanising import BGN_BE, BGN_RU, ENGLISH, ICAO_RU, ISO_9, LACINKA, PASSPORT_BE, romanise

if TYPE_CHECKING:
    import numpy as np

SPELLINGS: Final = ("be", "ru", "passport", "bgn-be", "lacinka", "bgn-ru", "icao-ru", "iso-9", "english", "mixed")

_SURNAMES: Final = """
Абрамчук Абрамчук|Агурцоў Огурцов|Аксёнчык Аксёнчик|Андрэеў Андреев|Арэшка Орешко|Асмалоўскі Осмоловский|Астроўскі Островский
Бабарыка Бабарико|Бандарчук Бондарчук|Баравік Боровик|Бародзіч Бородич|Белавусаў Белоусов|Беразоўскі Березовский
Будзько Будько|Буйніцкі Буйницкий|Бяляеў Беляев|Валатоўскі Волотовский|Варанцоў Воронцов|Вараб'ёў Воробьёв
Вяршынін Вершинин|Вялічка Величко|Вярбіла Вербило|Гайдукевіч Гайдукевич|Гарбачэўскі Горбачевский|Герасімовіч Герасимович
Глушакоў Глушаков|Грабянчук Гребенчук|Грынявіцкі Гриневицкий|Гурыновіч Гуринович|Далідовіч Долидович|Дзяркач Деркач
Дзенісюк Денисюк|Драздоў Дроздов|Дубоўскі Дубовский|Еўтуховіч Евтухович|Жданко Жданко|Жукоўскі Жуковский|Журавель Журавель
Завадскі Заводский|Залатароў Золотарёв|Зялёнка Зелёнко|Ігнаценка Игнатенко|Ільюшонак Ильюшонок|Кавальчык Ковальчик
Казлоўскі Козловский|Каласоў Колосов|Камароўскі Комаровский|Капыловіч Копылович|Карніенка Корниенко|Карчэўскі Корчевский
Касцюкевіч Костюкевич|Крэчка Кречко|Кулакевіч Кулакевич|Куцэвіч Куцевич|Кухарчук Кухарчук|Ладуцька Ладутько|Лазоўскі Лозовский
Лебедзеў Лебедев|Лісоўскі Лисовский|Лукашонак Лукашонок|Лявончык Леончик|Майсееў Моисеев|Макаранка Макаренко|Малашэвіч Малашевич
Мароз Мороз|Марцінкевіч Мартинкевич|Мацвееў Матвеев|Мельнічэнка Мельниченко|Мядзведзеў Медведев|Навіцкі Новицкий|Нікіценка Никитенко
Осіпаў Осипов|Паўловіч Павлович|Паўлючэнка Павлюченко|Палуянаў Полуянов|Панкоў Панков|Папкоўскі Попковский|Пархоменка Пархоменко
Праневіч Проневич|Пружанскі Пружанский|Пшанічны Пшеничный|Пятровіч Петрович|Рабцаў Рябцев|Рагозін Рогозин|Радкевіч Родкевич
Раманоўскі Романовский|Рудзянкоў Руденков|Рыбакоў Рыбаков|Савіцкі Савицкий|Сакалоўскі Соколовский|Салаўёў Соловьёв|Санько Санько
Селязнёў Селезнёв|Сідарчук Сидорчук|Скарабагатаў Скоробогатов|Смалякоў Смоляков|Старавойтаў Старовойтов|Станкевіч Станкевич
Сухадольскі Суходольский|Сцепаненка Степаненко|Сцяжко Стяжко|Сяргейчык Сергейчик|Тарасевіч Тарасевич|Трафімчык Трофимчик|Туравец Туровец
Уласевіч Власевич|Усцінаў Устинов|Філімонаў Филимонов|Фралоў Фролов|Хадаровіч Ходорович|Харланаў Харланов|Хацкевіч Хацкевич
Храмцоў Храмцов|Цвяткоў Цветков|Церашкоў Терешков|Цімашэнка Тимошенко|Цітоў Титов|Цыганкоў Цыганков|Чарнавусаў Черноусов
Чарнышэвіч Чернышевич|Чыгірынаў Чигиринов|Шабуняў Шабунев|Шапавалаў Шаповалов|Шаўчук Шевчук|Швайко Швайко|Шумскі Шумский
Шчарбіна Щербина|Шчаснавіч Счаснович|Юзэфовіч Юзефович|Юркоўскі Юрковский|Якімовіч Якимович|Якубоўскі Якубовский|Яраменка Ерёменко
"""
_MEN: Final = """
Аляксандр Александр Alexander|Аляксей Алексей Alexey|Андрэй Андрей Andrew|Антон Антон Anton|Арцём Артём Artem|Віктар Виктор Victor
Вадзім Вадим Vadim|Васіль Василий Vasily|Віталь Виталий Vitaly|Генадзь Геннадий Gennady|Глеб Глеб Gleb|Дзмітрый Дмитрий Dmitry
Дзяніс Денис Denis|Зміцер Дмитрий Dmitri|Іван Иван Ivan|Ігар Игорь Igor|Кірыл Кирилл Kirill|Канстанцін Константин Konstantin
Леанід Леонид Leonid|Максім Максим Maxim|Мікалай Николай Nicholas|Міхаіл Михаил Michael|Мікіта Никита Nikita|Павел Павел Paul
Пётр Пётр Peter|Раман Роман Roman|Сяргей Сергей Sergey|Станіслаў Станислав Stanislav|Уладзімір Владимир Vladimir|Яўген Евгений Eugene
Юрый Юрий Yuri|Ягор Егор Egor
"""
_WOMEN: Final = """
Ала Алла Alla|Алена Елена Helen|Анастасія Анастасия Anastasia|Ганна Анна Anna|Вольга Ольга Olga|Валянціна Валентина Valentina
Вера Вера Vera|Вераніка Вероника Veronica|Вікторыя Виктория Victoria|Галіна Галина Galina|Дар'я Дарья Daria|Ірына Ирина Irina
Кацярына Екатерина Catherine|Ларыса Лариса Larisa|Лізавета Елизавета Elizabeth|Людміла Людмила Ludmila|Марыя Мария Maria
Марына Марина Marina|Наталля Наталья Natalia|Надзея Надежда Nadezhda|Святлана Светлана Svetlana|Таццяна Татьяна Tatiana
Юлія Юлия Julia|Яўгенія Евгения Eugenia
"""
_ENDINGS_BE: Final = tuple(
    pair.split("/")
    for pair in ["скі/ская", "цкі/цкая", "ны/ная", "оў/ова", "аў/ава", "еў/ева", "ёў/ёва", "ін/іна", "ын/ына"]
)
_ENDINGS_RU: Final = tuple(
    pair.split("/") for pair in ["ский/ская", "цкий/цкая", "ный/ная", "ов/ова", "ев/ева", "ёв/ёва", "ин/ина"]
)


@dataclass(frozen=True, kw_only=True)
class InventedName:
    """One invented person's name.

    Attributes:
        spellings: Given name and surname in each of `SPELLINGS`.
    """

    spellings: tuple[tuple[str, str], ...]


def invent_names(count: int, generator: np.random.Generator) -> list[InventedName]:
    """Return different names, 35 % of them of women; at most some 7,000 there are."""
    surnames, men, women = _rows(_SURNAMES), _rows(_MEN), _rows(_WOMEN)
    found: dict[tuple[str, str], InventedName] = {}
    while len(found) < count:
        woman = bool(generator.random() < 0.35)
        given = (women if woman else men)[int(generator.integers(len(women if woman else men)))]
        surname = surnames[int(generator.integers(len(surnames)))]
        found.setdefault((given[1], surname[1]), InventedName(spellings=tuple(_spellings(given, surname, woman=woman))))
    return list(found.values())


def _rows(table: str) -> list[list[str]]:
    return [entry.split() for line in table.split("\n") if line for entry in line.split("|")]


def _spellings(given: list[str], surname: list[str], *, woman: bool) -> list[tuple[str, str]]:
    be, ru, english = given
    family_be = _of_woman(surname[0], _ENDINGS_BE) if woman else surname[0]
    family_ru = _of_woman(surname[1], _ENDINGS_RU) if woman else surname[1]
    return [
        (be, family_be),
        (ru, family_ru),
        *((romanise(be, system), romanise(family_be, system)) for system in (PASSPORT_BE, BGN_BE, LACINKA)),
        *((romanise(ru, system), romanise(family_ru, system)) for system in (BGN_RU, ICAO_RU, ISO_9)),
        (english, _english(family_ru)),
        (romanise(be, PASSPORT_BE), romanise(family_ru, ICAO_RU).upper()),
    ]


def _of_woman(surname: str, endings: tuple[list[str], ...]) -> str:
    return next((surname.removesuffix(man) + woman for man, woman in endings if surname.endswith(man)), surname)


def _english(surname: str) -> str:
    """Newspapers write -ский as -sky and forget what is soft."""
    text = romanise(surname, ENGLISH)
    return (
        text.removesuffix("iy") + "y"
        if text.endswith("iy")
        else text.removesuffix("yy") + "y"
        if text.endswith("yy")
        else text
    )
