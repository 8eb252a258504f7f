# SPDX-License-Identifier: AGPL-3.0-or-later
"""Drawn text can be read by whoever sees it: each letter has its own picture, and no line is wider than its place."""

import pytest

from sviedka.cli.drawn_text import draw_text

LETTERS = "АБВГДЕЁЖЗІЙКЛМНОПРСТУЎФХЦЧШЫЬЭЮЯИЩЪабвгдеёжзійклмнопрстуўфхцчшыьэюяищъŁłĆćŠšŽžŬŭDdQqWw"


def test_every_letter_of_three_alphabets_has_a_picture_of_its_own():
    alike = {}
    for letter in LETTERS:
        alike.setdefault(tuple(draw_text(letter, 40)), []).append(letter)
    assert not [group for group in alike.values() if len(group) > 1]
    assert draw_text("А", 40) == draw_text("A", 40)  # control: what looks the same on paper is drawn the same


@pytest.mark.parametrize("columns", [20, 60, 120])
def test_no_row_is_wider_than_its_place(columns):
    rows = draw_text("Прыдумская-Ўлашчык Мікалай Ігнацьевіч " + "Ж" * 100, columns)
    assert max(map(len, rows)) <= columns
    assert rows[0]


def test_a_short_name_is_one_line_and_a_long_one_several():
    assert len(draw_text("Няма Нікога", 90)) <= 8
    assert len(draw_text("Няма Нікога", 20)) > 8
    assert draw_text("  ", 20) == []
