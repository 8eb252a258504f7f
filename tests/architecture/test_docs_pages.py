# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages are whole: decisions have their parts, the lists are up to date, every room and word is explained."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DECISIONS = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))
PARTS = ("## Context", "## Options", "## Decision", "## Consequences", "## How we would know it was wrong")
WORDS = (
    *("archive", "item", "exhibit", "statement", "log", "checkpoint", "cosigner", "witness", "slip", "cell", "epoch"),
    *("seat", "keeper", "desk", "collector", "mailroom", "source", "citation", "claim", "act", "involvement", "event"),
    *("person", "unit", "posting", "complaint", "step", "deadline", "assessment", "dossier", "policy", "release"),
    *("disclosure", "decoy", "segment", "pack", "payload", "origin", "stamp", "key list", "archive root", "finding"),
    *("refuted", "malformed", "unproven", "holds", "withheld", "unavailable", "kept", "safe", "consent", "grant"),
)


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def missing_parts(text):
    return [part for part in PARTS if part not in text]


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.stem)
def test_a_decision_is_a_short_page_with_all_its_parts(page):
    text = page.read_text(encoding="utf-8")
    assert re.match(rf"# {int(page.name[:4])} \S", text)
    assert "**Status:**" in text
    assert missing_parts(text) == []
    assert len(text.split()) <= 700


def test_a_decision_without_a_way_to_be_wrong_is_noticed():
    text = DECISIONS[0].read_text(encoding="utf-8").replace(PARTS[-1], "## In short")
    assert missing_parts(text) == [PARTS[-1]]


def test_numbers_of_decisions_are_given_once():
    numbers = [page.name[:4] for page in DECISIONS]
    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize("tool", ["adr_index.py", "reference_pages.py"])
def test_pages_that_a_program_writes_are_up_to_date(tool):
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / tool), "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"run: python tools/{tool}\n{done.stderr}"


def test_the_glossary_has_every_word_in_three_languages():
    rows = [line.split("|")[1:5] for line in read("docs/glossary.md").splitlines() if line.count("|") == 5]
    words = {cells[0].strip(): [cell.strip() for cell in cells[1:]] for cells in rows}
    assert [word for word in WORDS if word not in words] == []
    for word, (be, ru, meaning) in words.items():
        assert be, word
        assert ru, word
        assert meaning, word


def test_every_room_of_the_house_is_in_the_architecture():
    page = read("ARCHITECTURE.md")
    rooms = [path.name for path in (ROOT / "src" / "sviedka").iterdir() if (path / "__init__.py").is_file()]
    assert [room for room in rooms if f"`{room}" not in page] == []


def test_the_list_of_formats_is_what_lies_in_the_folder():
    listed = set(re.findall(r"^\| \[(\d\d-[a-z-]+\.md)\]", read("spec/README.md"), re.MULTILINE))
    assert {path.name for path in (ROOT / "spec").glob("[0-9]*.md")} == listed


def test_notes_of_changes_are_for_readers():
    for note in (ROOT / "changelog.d").glob("*.md"):
        text = note.read_text(encoding="utf-8").strip()
        assert text, note.name
        assert not text.startswith("#"), f"{note.name}: a paragraph, no heading"


def test_the_formats_are_in_the_public_domain():
    text = read("spec/LICENSE")
    assert text.startswith("Creative Commons Legal Code\n\nCC0 1.0 Universal")
    assert "Affirmer offers the Work as-is" in text


def test_no_contact_address_is_made_up():
    for name in ("SECURITY.md", "README.md", "CONTRIBUTING.md"):
        assert not re.search(r"[\w.]+@[\w.]+\.\w+", read(name)), name
