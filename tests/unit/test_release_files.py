"""What leaves with a release: no formula, no markup from outside, no date of today, and the same words in every language."""

import csv
import io
import json
import re
import zipfile
from dataclasses import fields, replace

import openpyxl
import pytest

from release_kit import counts, plan
from sviedka.core.count.release.counting import fill_plan
from sviedka.core.count.release.facts import Audited
from sviedka.core.count.release.sheets import guarded
from sviedka.core.count.release.wording import WORDING
from sviedka.core.count.suppress.audit import choose_shown
from sviedka.store.release.counts import parse_counts
from sviedka.store.release.files import make_files
from sviedka.store.release.plan import parse_plan

HOSTILE = "=HYPERLINK('http://x.example','<b>&')"


def made(text):
    one = parse_plan(text)
    version = fill_plan(one, parse_counts(counts(), one))
    return make_files(one, replace(version, shown=choose_shown([version])), Audited(releases=1, least_doubt=10))


@pytest.fixture(scope="module")
def files():
    return made(plan())


def test_the_same_release_is_made_twice_alike(files):
    assert made(plan()) == files


def test_a_csv_file_says_of_each_number_whether_it_is_hidden(files):
    rows = list(csv.DictReader(io.StringIO(files["by-district.csv"].decode(), newline="")))
    assert len(rows) == 8 * 4
    assert {row["status"] for row in rows} == {"shown", "hidden"}
    assert all((row["status"] == "hidden") == (row["complaints"] == "") for row in rows)
    assert all(int(row["complaints"]) >= 10 for row in rows if row["complaints"])


def test_the_metadata_fit_the_files(files):
    told = json.loads(files["tables.csv-metadata.json"])
    assert told["@context"][0] == "http://www.w3.org/ns/csvw"
    for table in told["tables"]:
        rows = list(csv.DictReader(io.StringIO(files[table["url"]].decode(), newline="")))
        columns = table["tableSchema"]["columns"]
        assert [column["name"] for column in columns] == list(rows[0])
        keys = [tuple(row[name] for name in table["tableSchema"]["primaryKey"]) for row in rows]
        assert len(set(keys)) == len(keys)
        for column in columns[:-2]:
            assert {row[column["name"]] for row in rows} <= column["sviedka:categories"].keys()


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_no_cell_of_a_csv_file_is_a_formula(text):
    assert guarded(text).startswith("'")
    assert guarded("a" + text) == "a" + text  # control


def test_no_cell_of_the_workbook_is_a_formula_and_hostile_text_stays_text():
    text = plan().decode().replace("title: {en: North, be: Поўнач}", f'title: {{en: "{HOSTILE}", be: x}}')
    found = made(text.encode())
    book = openpyxl.load_workbook(io.BytesIO(found["release.en.xlsx"]))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert [cell.value for cell in cells].count(HOSTILE) == 1
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert "<b>" not in found["release.en.html"].decode()
    assert "&lt;b&gt;&amp;" in found["release.en.html"].decode()
    assert found["release.en.pdf"].startswith(b"%PDF-")


def test_the_workbook_bears_the_day_of_the_data(files):
    with zipfile.ZipFile(io.BytesIO(files["release.en.xlsx"])) as parts:
        assert {info.date_time[:3] for info in parts.infolist()} == {(2020, 12, 31)}
        core = parts.read("docProps/core.xml").decode()
    assert re.findall(r">(\d{4}-\d\d-\d\d)T", core) == ["2020-12-31", "2020-12-31"]


def test_the_pdf_is_for_keeping(files):
    assert b"<pdfaid:part>2</pdfaid:part>" in files["release.be.pdf"]
    assert b"2020-12-31" in files["release.be.pdf"]


def test_a_page_has_no_script_nothing_from_elsewhere_and_a_name_for_each_table(files):
    page = files["release.be.html"].decode()
    assert '<html lang="be">' in page
    assert "<script" not in page
    outside = [url for url in re.findall(r'(?:href|src)="([^"#][^"]*)"', page) if not url.startswith("#")]
    assert outside == []
    assert page.count("<caption") == 2
    assert page.count('scope="row"') >= 8
    assert "Схаваны лік" in page


def test_every_sentence_is_there_in_every_language_with_the_same_gaps():
    gaps = re.compile(r"\{\w+\}")
    for field in fields(next(iter(WORDING.values()))):
        told = [getattr(words, field.name) for words in WORDING.values()]
        if isinstance(told[0], str):
            assert len({frozenset(gaps.findall(text)) for text in told}) == 1, field.name
        else:
            assert len({frozenset(one) for one in told}) == 1, field.name
