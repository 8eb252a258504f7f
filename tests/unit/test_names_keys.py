"""The spellings of one invented person's name meet under one key; those of two people do not.

Everybody here is invented. Spellings follow the official systems: passports 2008, ICAO 9303 for Russian, BGN/PCGN, the national
instruction of 2007, ISO 9, and Polish, French and English press usage.
"""

import pytest

from sviedka.core.count.names.keys import derive_keys, derive_parts
from sviedka.core.count.names.spelling import LONGEST_NAME, NameMalformed, clean_word, split_words

SURNAMES = {
    "karpienka": "Карпенкаў Карпенков Карпенкова Карпенкава Karpenkau Karpiankou Karpyankow Karpienkaŭ Karpenkov Karpenkova Karpenkoff",
    "taraikouski": "Тарайкоўскі Тарайковский Тарайкоўская Тарайковская Taraikouski Taraikovsky Taraykowski Tarajkoŭski Taraykovskiy "
    "Taraikovskii Tarajkovskaja Tarajkowski",
    "shcharbakou": "Шчарбакоў Щербаков Shcharbakou Shcharbakow Ščarbakoŭ Shcherbakov Ŝerbakov Scherbakov Szczerbakow",
    "liavonau": "Лявонаў Liavonau Lyavonaw Lavonaŭ Лявонава Liavonava",
    "khadasevich": "Хадасевіч Ходасевич Khadasevich Chadasievič Khodasevich Hodasevič Chodasiewicz",
    "zhydzianok": "Жыдзянок Жиденок Zhydzianok Zhydzyanok Žydzianok Zhidenok",
    "vouk": "Воўк Vouk Vowk Voŭk",
    "tsvirka": "Цвірка Цвирко Tsvirka Cvirka Tsvirko",
    "asipau": "Восіпаў Осипов Vosipau Vosipaŭ Osipov",
    "ilnitski": "Ільніцкі Ильницкий Ilnitski Ilnicki Il'nitskiy Ильницкая",
    "rzheuski": "Іржэўскі Ржевский Irzheuski Iržeŭski Rzhevskiy",
    "ulasau": "Уласаў Власов Ulasau Ulasaŭ Vlasov Власова",
    "yakubovich": "Якубовіч Якубович Yakubovich Jakubovič Iakubovich Jakubowicz",
    "salauyou": "Салаўёў Соловьёв Salauiou Salawyow Salaŭjoŭ Solovyov Solovev Solovyev Соловьева",
    "navumenka": "Навуменка Науменко Navumenka Navumienka Naumenko",
    "babarykin": "Бабарыкін Бабарыкина Babarykin Бобарыкин",
    "shushkevich": "Шушкевіч Шушкевич Shushkevich Šuškievič Szuszkiewicz",
    "doubled": "Рассохін Россохин Rassokhin Rosokhin",
}
IRREGULAR = [
    "Лявонаў Леонов",
    "Ваўкоў Волков",
    "Мікіцін Никитин",
    "Рыгораў Григоров",
    "Піліпенка Филипенко",
    "Яўхіменка Ефименко",
]
DIFFERENT = [
    *("Карпенкаў Карповіч", "Карпенкаў Карпінскі", "Мароз Морозов", "Каваль Кавальчук"),
    *("Іваноў Іванчык", "Жук Жукаў", "Пятроў Петровский", "Кот Котаў", "Леонов Левин"),
]
WHOLE = {
    "mikalai": "Карпенкаў Мікалай Пятровіч|Карпенков Николай Петрович|Николай Петрович Карпенков|Мікола Карпенкаў|Mikalai Karpenkau|"
    "KARPENKOV NIKOLAY PETROVICH|Karpyankow, Mikalay|Karpienkaŭ Mikałaj|Nicholas Karpenkov|Mikołaj Karpienkow|Карпенков, Коля",
    "volha": "Тарайкоўская Вольга Сяргееўна|Ольга Сергеевна Тарайковская|Volha Taraikouskaya|Taraikovskaia Olga|Оля Тарайковская",
    "dzmitry": "Дзмітрый Хадасевіч|Зміцер Хадасевіч|Ходасевич Дмитрий|Dmitri Khodasevich|Zmicier Chadasievič|Dmitrij Hodasevič",
    "yauhen": "Яўген Салаўёў|Евгений Соловьёв|Eugene Solovyov|Yauhen Salauyou|Jaŭhien Salaŭjoŭ|Solovev Evgenii Iurevich",
    "siarhei": "Сяргей Цвірка|Сергей Цвирко|Siarhei Tsvirka|Siarhiej Cvirka|Serguei Tsvirko|Sergey Tsvirko",
}


def meet(left, right):
    return not set(derive_keys(left).surname_keys).isdisjoint(derive_keys(right).surname_keys)


@pytest.mark.parametrize("spellings", SURNAMES.values(), ids=SURNAMES)
def test_all_spellings_of_a_surname_meet(spellings):
    first, *others = spellings.split()
    assert [other for other in others if not meet(first, other)] == []


@pytest.mark.parametrize("pair", IRREGULAR)
def test_a_surname_whose_two_forms_differ_by_more_than_spelling_meets_itself(pair):
    assert meet(*pair.split())


@pytest.mark.parametrize("pair", DIFFERENT)
def test_control_different_surnames_do_not_meet(pair):
    assert not meet(*pair.split())


@pytest.mark.parametrize(("given_id", "names"), WHOLE.items(), ids=WHOLE)
def test_a_whole_name_is_taken_apart_in_whatever_order_it_stands(given_id, names):
    first, *others = (derive_keys(name) for name in names.split("|"))
    assert first.given_id == given_id
    for each in others:
        assert each.given_id == given_id
        assert set(each.surname_keys) & set(first.surname_keys)
        assert each.patronymic_id in {None, first.patronymic_id, "yury"}


def test_a_short_form_of_two_names_keeps_both():
    ales = derive_keys("Алесь Шчарбакоў")
    assert (ales.given_id, set(ales.given_ids)) == (None, {"aliaksandr", "aliaksei"})


@pytest.mark.parametrize(
    ("text", "father", "sex"),
    [
        ("Карпенка Мікалай Паўлавіч", "pavel", "m"),
        ("Карпенко Анна Ильинична", "illia", "f"),
        ("Karpenka Hanna Mikalaeuna", "mikalai", "f"),
        ("Анна Львовна Карпенко", "leu", "f"),
        ("Карпенко Пётр Яковлевич", "yakau", "m"),
        ("Карпенко Пётр Ренальдович", "~ranald", "m"),
    ],
)
def test_a_patronymic_is_kept_as_the_fathers_name(text, father, sex):
    keys = derive_keys(text)
    assert (keys.patronymic_id, keys.sex) == (father, sex)


def test_of_two_words_a_son_s_patronymic_is_a_surname():
    keys = derive_keys("Іван Пятровіч")
    assert keys.patronymic_id is None
    assert set(keys.surname_keys) & set(derive_keys("Ivan Piatrovich").surname_keys)
    assert derive_keys("Анна Петровна").patronymic_id == "piotr"


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        ("Кaрпенкaў Мiкaлaй", "Карпенкаў Мікалай"),
        ("COPOKA Иван", "Сорока Иван"),
        ("Karpеnkаu Mikalai", "Karpenkau Mikalai"),
        ("Карпе\u0301нкаў Мікала\u0301й", "Карпенкаў Мікалай"),
        ("Карпен\u00adкаў\u200b Мікалай", "Карпенкаў Мікалай"),
        ("К0валёў Іван", "Ковалёў Іван"),
        ("Ｋａｒｐｅｎｋａｕ Ｍｉｋａｌａｉ", "Karpenkau Mikalai"),
        ("Вараб’ёў Іван", "Вараб'ёў Іван"),
    ],
)
def test_what_happens_to_names_by_accident_changes_no_key(broken, whole):
    assert derive_keys(broken).surname_keys == derive_keys(whole).surname_keys
    assert derive_keys(broken).given_id == derive_keys(whole).given_id is not None


def test_latin_ch_is_read_both_ways_unless_the_name_says_how():
    assert len(derive_keys("Marchenko").surname_keys) == 2
    assert len(derive_keys("Michaś Marčenka").surname_keys) == 1
    assert len(derive_keys("Zhanna Marchenko").surname_keys) == 1
    assert meet("Chadasievich", "Хадасевіч")
    assert meet("Chadasievic", "Хадасевіч")
    assert not meet("Chadasievic", "Чудасевіч")


def test_a_double_surname_meets_each_of_its_halves():
    assert meet("Іванова-Пятрова", "Ivanova")
    assert meet("Іванова-Пятрова", "Petrova")
    assert not meet("Іванова-Пятрова", "Сідарава")


def test_an_initial_is_no_given_name():
    keys = derive_keys("И. П. Карпенков")
    assert (keys.given_ids, keys.given_keys, keys.patronymic_id) == ((), (), None)
    assert keys.surname_keys == derive_keys("Карпенков").surname_keys


def test_parts_in_columns_give_the_keys_of_the_whole():
    whole = derive_keys("Карпенков Николай Петрович")
    assert derive_parts(surname="Карпенков", given="Николай", patronymic="Петрович") == whole
    assert derive_parts(surname="Карпенков", given="Николай Петрович") == whole
    assert derive_parts(surname="Адам", given="Иван").surname_keys == derive_keys("Адам, Иван").surname_keys


@pytest.mark.parametrize("text", ["", " , ", "123", "---", "\u202e", "=HYPERLINK()", "𝕏" * 3, "李小龙", "\x00"])
def test_what_is_no_name_in_these_letters_breaks_nothing(text):
    derive_keys(text)


def test_a_column_of_other_texts_is_refused_without_repeating_it():
    assert derive_keys("а" * LONGEST_NAME).surname_keys
    with pytest.raises(NameMalformed) as refused:
        derive_keys("сакрэт" * LONGEST_NAME)
    assert "сакрэт" not in str(refused.value)


def test_keys_show_nothing_when_they_are_printed():
    keys = derive_keys("Карпенков Николай Петрович")
    assert "karp" not in repr(keys) + str([keys])


def test_words_keep_the_letters_that_make_a_difference():
    assert [clean_word(word) for word in split_words("Ўсё, Йод  ёж.")] == ["ўсё", ",", "йод", "ёж"]
