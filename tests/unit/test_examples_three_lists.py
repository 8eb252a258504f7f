"""The three example lists are what their maker makes; the truth lies in a folder that the program never reads."""

import csv
import sys
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "examples" / "three-lists"


@pytest.fixture(scope="module")
def maker():
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        import example_three_lists

        yield example_three_lists
    finally:
        sys.path.remove(str(ROOT / "tools"))


def test_the_files_are_what_the_program_makes(maker, tmp_path):
    assert maker.differing() == []
    for path in FOLDER.rglob("*"):
        if path.is_file():
            copy = tmp_path / path.relative_to(FOLDER)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    court = tmp_path / "truth" / "truth.csv"
    court.write_bytes(court.read_bytes().replace(b"court,1,", b"court,1,9", 1))
    assert maker.differing(tmp_path) == ["truth/truth.csv"]


def test_every_record_says_that_nobody_exists(maker):
    organisation = list(csv.DictReader((FOLDER / "organisation.csv").read_text("utf-8").splitlines()))
    court = maker.read_cells((FOLDER / "court.xlsx").read_bytes())
    press = pq.read_table(FOLDER / "press.parquet")
    assert {row["Заўвага"] for row in organisation} == {"выдуманы чалавек"}
    assert {row[-1] for row in court[1:]} == {"вымышленное лицо"}
    assert set(press["note"].to_pylist()) == {"invented person"}


def test_the_truth_has_each_record_once_and_the_numbers_of_the_page():
    rows = list(csv.DictReader((FOLDER / "truth" / "truth.csv").read_text("utf-8").splitlines()))
    records = Counter(row["list"] for row in rows)
    assert records == {"organisation": 161, "court": 152, "press": 119, "": 420 - 280}
    assert len({row["person"] for row in rows}) == 420
    assert len({row["person"] for row in rows if row["list"]}) == 280
    page = (FOLDER / "README.md").read_text("utf-8")
    assert all(str(number) in page for number in (161, 152, 119, 432, 420, 280))


def test_no_code_of_the_program_names_the_folder_of_the_truth():
    texts = [path.read_text("utf-8") for path in (ROOT / "src").rglob("*.py")]
    assert len(texts) > 100
    assert not [text for text in texts if "truth.csv" in text]
