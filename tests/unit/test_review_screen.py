"""A reviewer at the screen: keys judge, groups split, a judgement is taken back, names stand nowhere unasked."""

import asyncio
import html
import re

import pytest
from review_runs import make_run
from textual.widgets import DataTable, Static

from sviedka.cli.drawn_text import draw_text
from sviedka.cli.language import speak
from sviedka.cli.review_screen import ReviewScreen
from sviedka.core.count.review.judgement import Look, Reviewer
from sviedka.link.reviewing import Sitting, queue_run, review_cases

RUN = make_run(
    [0, 1, 0, 1, 2],
    [(0, 1, 0.6), (2, 3, 0.9), (3, 4, 0.5), (2, 4, 0.4)],
    conflicts=[(2, 4)],
    draws=[[0, 0, 1, 1, 2], [0, 1, 2, 2, 2], [0, 1, 2, 3, 4]],
)


def sit(said=(), me="first", look=Look.BLIND):
    kept = list(said)
    cases = review_cases(RUN, queue_run(RUN, b"a run", most=10))
    return Sitting(cases=cases, said=kept, me=Reviewer(me), look=look, record=kept.append), kept


def play(sitting, *keys, names=None, look=None, size=(100, 40)):
    async def through():
        app = ReviewScreen(sitting, RUN, names=names)
        async with app.run_test(size=size) as pilot:
            for key in keys:
                await pilot.press(key)
                await pilot.pause()
            return look(app) if look is not None else None

    return asyncio.run(through())


def text_of(app, name):
    return str(app.query_one(name, Static).content)


@pytest.fixture(autouse=True)
def english(monkeypatch):
    for variable in ("LANGUAGE", "SVIEDKA_LANGUAGE"):
        monkeypatch.setenv(variable, "en")
    speak("en")


def test_three_keys_give_three_answers():
    sitting, kept = sit()
    sizes = [len(case.records) for case in sitting.cases]
    assert sizes == [3, 2]
    play(sitting, "u", "n")
    assert [one.groups for one in kept] == [(), (0, 1)]
    assert sitting.current is None
    for same in ("s", "ы"):  # whichever alphabet the keyboard writes
        sitting, kept = sit()
        play(sitting, same, same)
        assert [one.groups for one in kept] == [(0, 0, 0), (0, 0)]


def test_three_records_are_not_the_same_only_with_a_number_for_each():
    sitting, kept = sit()
    hint = play(sitting, "n", look=lambda app: text_of(app, "#hint"))
    assert "number of its person" in hint
    assert kept == []
    play(sitting, "down", "down", "2", "n")
    assert [one.groups for one in kept] == [(0, 0, 1)]


def test_a_judgement_is_taken_back_and_the_case_comes_again():
    sitting, kept = sit()
    hint = play(sitting, "s", "z", look=lambda app: text_of(app, "#hint"))
    assert hint == "Taken back; judge it again."
    assert [(one.groups, one.taken_back) for one in kept] == [((0, 0, 0), False), ((), True)]
    assert kept[0].records == kept[1].records
    assert len(sitting.current.records) == 3
    assert "Nothing to take back" in play(sitting, "z", look=lambda app: text_of(app, "#hint"))


def test_whoever_comes_back_goes_on_where_they_stopped():
    sitting, kept = sit()
    play(sitting, "s", "q")
    assert len(kept) == 1
    again, _ = sit(kept)
    assert len(again.todo) == 1
    other, _ = sit(kept, me="second")
    assert len(other.todo) == 2


def test_the_second_reviewer_sees_the_screen_of_the_first():
    """Blind: what another said changes nothing of what is shown."""
    blank, kept = sit()
    before = play(blank, look=lambda app: app.export_screenshot())
    play(blank, "s", "s")
    second, _ = sit(kept, me="second")
    after = play(second, look=lambda app: app.export_screenshot())
    shown = [text[text.index("</style>") :] for text in (before, after)]
    names = [text.split("terminal-")[1].split("-")[0] for text in shown]
    assert shown[0].replace(names[0], "") == shown[1].replace(names[1], "")


def test_the_table_shows_agreement_and_conflict_and_no_record_of_a_name():
    def cells(app):
        table = app.query_one("#pairs", DataTable)
        return [[str(cell) for cell in table.get_row_at(row)] for row in range(table.row_count)]

    shown = play(sit()[0], look=cells)
    assert [row[:2] for row in shown] == [["1-3", "0.40"], ["2-3", "0.50"], ["1-2", "0.90"]]
    assert shown[0][2:] == ["=", "=", "dates of birth"]
    assert shown[2][-1] == ""


def test_names_are_shown_on_demand_and_wiped_by_the_judgement():
    asked = []

    def names(case):
        asked.append(case.records)
        return ["Invented Person"] * len(case.records)

    def panel(app):
        return text_of(app, "#drawn"), app.query_one("#names").display

    assert play(sit()[0], names=names, look=panel) == ("", False)
    assert asked == []
    shown, visible = play(sit()[0], "w", names=names, look=panel)
    assert visible
    drawn = ["\n".join(draw_text(f"{number} Invented Person", 90)) for number in (1, 2, 3)]
    assert shown == "\n\n".join(drawn) + "\n"
    assert len(asked) == 1
    for keys in (("w", "s"), ("w", "w")):
        assert play(sit()[0], *keys, names=names, look=panel) == ("", False)
    assert play(sit()[0], "w", look=panel) == ("", False)


@pytest.mark.parametrize("size", [(80, 24), (140, 50)])
def test_a_name_is_a_picture_and_never_text_on_the_screen(size):
    def screen(app):
        return html.unescape(re.sub("<[^>]*>", "", app.export_screenshot().split("</style>")[-1]))

    shown = play(sit()[0], "w", names=lambda case: ["Прыдумская Wymyslona"] * len(case.records), look=screen, size=size)
    assert set("▞▚▐") & set(shown)
    for letters in ("рыд", "ымс", "ysl", "lon"):
        assert letters not in shown
    control = play(sit()[0], look=screen, size=size)
    assert "not\xa0known" in control  # the screen is read by the same means
    assert not set("▞▚▐") & set(control)


def test_names_are_gone_after_their_time(monkeypatch):
    monkeypatch.setattr("sviedka.cli.review_screen.SHOWN_S", 0.05)

    async def through():
        app = ReviewScreen(sit()[0], RUN, names=lambda case: ["Invented Person"] * len(case.records))
        async with app.run_test() as pilot:
            await pilot.press("w")
            for _ in range(200):
                await pilot.pause(0.02)
                if not app.query_one("#names").display:
                    return text_of(app, "#drawn")
        return "still there"

    assert asyncio.run(through()) == ""


def test_what_fails_ends_the_screen_and_is_raised_without_a_report_of_variables(capfd):
    class Full(Exception):
        pass

    def fail(judgement):
        secret = "Invented Person"  # noqa: F841  # what a report of variables would print
        raise Full

    sitting, _ = sit()
    sitting.record = fail
    with pytest.raises(Full):
        play(sitting, "s")
    assert len(sitting.todo) == 2
    told = capfd.readouterr()
    assert "Invented" not in told.out + told.err


@pytest.mark.parametrize(("language", "word"), [("be", "адзін чалавек"), ("ru", "один человек")])
def test_the_screen_speaks_the_readers_language(language, word):
    speak(language)
    shown = play(sit()[0], "down", look=lambda app: app.export_screenshot())
    assert word in shown.replace("&#160;", " ")
