# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every promise says what state it is in, and names tests that are there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROMISES = [f"G{number}" for number in range(1, 11)]
STATES = ("built", "partly built", "format only", "not built")
TEST = re.compile(r"`(tests/[\w/.-]+)`")


def rows(page):
    """Return the promise table as cells by promise."""
    cells = [line.split("|")[1:-1] for line in page.splitlines() if re.match(r"\| G\d+ \|", line)]
    return {row[0].strip(): [cell.strip() for cell in row[1:]] for row in cells}


def faults(page):
    """Return what is wrong with the table of promises."""
    table = rows(page)
    wrong = [f"{promise} is missing" for promise in PROMISES if promise not in table]
    for promise, (_, limit, state, tests) in table.items():
        named = TEST.findall(tests)
        if not limit:
            wrong.append(f"{promise} has no limit")
        if not state.startswith(STATES):
            wrong.append(f"{promise} is in no known state")
        if state.startswith(("built", "partly")) and not named:
            wrong.append(f"{promise} names no test")
        wrong += [f"{promise}: {path} is not there" for path in named if not (ROOT / path).exists()]
    return wrong


def test_every_promise_has_a_limit_a_state_and_tests_that_exist():
    assert faults((ROOT / "THREAT-MODEL.md").read_text(encoding="utf-8")) == []


def test_a_promise_that_names_a_test_which_is_not_there_is_found():
    page = (ROOT / "THREAT-MODEL.md").read_text(encoding="utf-8")
    first = TEST.search(page)
    assert first is not None
    assert faults(page.replace(first[1], "tests/unit/test_nowhere.py")) != []
    assert "G7 is missing" in faults(page.replace("| G7 |", "| X |"))


def test_every_test_that_the_page_names_is_there():
    named = TEST.findall((ROOT / "THREAT-MODEL.md").read_text(encoding="utf-8"))
    assert [path for path in named if not (ROOT / path).exists()] == []
    assert len(set(named)) > 20
