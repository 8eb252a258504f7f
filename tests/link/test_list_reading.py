"""Lists come as CSV, XLSX and Parquet; what is wrong with one is said by list, record and field, and by nothing that stands in it."""

import datetime as dt
import hashlib
import io

import openpyxl
import pyarrow as pa
import pytest
from pyarrow import parquet

from sviedka.core.base.errors import Malformed
from sviedka.core.base.progress import unwatched
from sviedka.link.cell_values import find_days, find_sex
from sviedka.link.file_errors import FileRefused
from sviedka.link.lists_file import FIELDS, ListsRefused, parse_link_order
from sviedka.link.reading import read_list, read_lists

NAME = "Выдуманцаў"
ROWS = [("Выдуманцаў", "Алесь", "1987-05-03", "teacher"), ("Прыдуманая", "Вольга", "", "nurse")]
HEADER = ("Прозвішча", "Імя", "Народжаны", "Прафесія")
YAML = """
counted: {{unit: person, what: detained, where: Exampleland, until: 2020-12-31}}
lists:
  - name: one
    file: {file}
    holder: nobody
    provenance: made up
    {more}
    columns: {{family: Прозвішча, given: Імя, born: Народжаны}}
"""


def order(file="one.csv", more=""):
    return parse_link_order(YAML.format(file=file, more=more).encode()).lists[0]


def csv_text(rows=ROWS, separator=","):
    return "\r\n".join(separator.join(row) for row in (HEADER, *rows)) + "\r\n"


def workbook(rows=ROWS):
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in (HEADER, *rows):
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def parquet_bytes(born=None):
    columns = {name: [row[place] for row in ROWS] for place, name in enumerate(HEADER)}
    if born is not None:
        columns["Народжаны"] = born
    out = io.BytesIO()
    parquet.write_table(pa.table(columns), out)
    return out.getvalue()


def read(data, **kinds):
    return read_list(order(**kinds), data).records.to_pydict()


CSV = csv_text()
READABLE = {
    "UTF-8": (CSV.encode(), {}),
    "UTF-8 with a mark": (CSV.encode("utf-8-sig"), {}),
    "UTF-16": (CSV.encode("utf-16"), {"more": "encoding: utf-16"}),
    "Windows-1251": (CSV.replace("Прозвішча", "Прозвішча").encode("cp1251"), {"more": "encoding: windows-1251"}),
    "semicolons": (csv_text(separator=";").encode(), {"more": "separator: semicolon"}),
    "XLSX": (workbook(), {"file": "one.xlsx"}),
    "Parquet": (parquet_bytes(), {"file": "one.parquet"}),
    "Parquet with dates": (parquet_bytes([dt.date(1987, 5, 3), None]), {"file": "one.parquet"}),
}


@pytest.mark.parametrize("kind", READABLE)
def test_each_format_gives_the_same_records(kind):
    data, kinds = READABLE[kind]
    found = read(data, **kinds)
    assert tuple(found) == FIELDS
    assert found["family"] == ["Выдуманцаў", "Прыдуманая"]
    assert found["born"] == ["1987-05-03", None]
    assert found["place"] == [None, None]


def test_a_column_that_is_not_mapped_is_not_read():
    for data, kinds in READABLE.values():
        assert "teacher" not in str(read(data, **kinds))


def test_the_digest_is_of_the_file_as_it_came():
    assert read_list(order(), CSV.encode()).about.sha256 == hashlib.sha256(CSV.encode()).hexdigest()


REFUSED = {
    "another encoding than said": (CSV.encode("cp1251"), {}),
    "UTF-8 where Windows-1251 was said": (CSV.encode(), {"more": "encoding: windows-1251"}),
    "UTF-16 where UTF-8 was said": (CSV.encode("utf-16"), {}),
    "a character that was lost": (csv_text([("Выдуман\N{REPLACEMENT CHARACTER}", "А", "", "")]).encode(), {}),
    "another separator than said": (csv_text(separator=";").encode(), {}),
    "a row that is too long": (csv_text([("a", "b", "", "c", "d")]).encode(), {}),
    "a quotation mark that is never closed": (csv_text([('"Выдуманцаў', "А", "", "")]).encode(), {}),
    "a column that is not there": (CSV.replace("Імя", "Name").encode(), {}),
    "a column that is there twice": (CSV.replace("Прафесія", "Імя").encode(), {}),
    "no record": (csv_text([]).encode(), {}),
    "nothing at all": (b"", {}),
    "a cell too long to be a name": (csv_text([("x" * 1001, "А", "", "")]).encode(), {}),
    "a formula": (workbook([("=1+1", "А", "", "")]), {"file": "one.xlsx"}),
    "a cut workbook": (workbook()[:2000], {"file": "one.xlsx"}),
    "a workbook that is none": (CSV.encode(), {"file": "one.xlsx"}),
    "no such sheet": (workbook(), {"file": "one.xlsx", "more": "sheet: other"}),
    "cut Parquet": (parquet_bytes()[:-9], {"file": "one.parquet"}),
    "Parquet with numbers for dates": (parquet_bytes([1.5, 2.5]), {"file": "one.parquet"}),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_wrong_is_said_without_what_stands_there(kind):
    data, kinds = REFUSED[kind]
    with pytest.raises(Malformed) as refused:
        read(data, **kinds)
    assert "one" in str(refused.value)
    assert not any(part in str(refused.value) for row in ROWS for part in row if part)


def test_the_sentence_names_the_separator_that_fits():
    with pytest.raises(FileRefused, match="semicolon"):
        read(csv_text(separator=";").encode())


def test_an_identifier_that_is_no_digest_is_refused():
    plain = YAML.replace("family: Прозвішча", "external_id_hash: Прозвішча")
    one = parse_link_order(plain.format(file="one.csv", more="").encode()).lists[0]
    assert read_list(one, csv_text([("ab" * 32, "А", "", "")]).encode()).records["external_id_hash"].to_pylist() == [
        "ab" * 32
    ]
    with pytest.raises(FileRefused, match="record 1"):
        read_list(one, csv_text([("3456789A001PB5", "А", "", "")]).encode())


WRONG_ORDERS = {
    "an unknown field": ("columns: {family: a, profession: b}", None),
    "opinion": ("columns: {family: a, opinion: b}", None),
    "no name": ("columns: {given: a}", None),
    "a whole name and a part": ("columns: {full_name: a, given: b}", None),
    "one column twice": ("columns: {family: a, given: a}", None),
    "an unknown encoding": ("encoding: latin\n    columns: {family: a}", None),
    "copied from nobody": ("copied_from: other\n    columns: {family: a}", None),
    "copied from itself": ("copied_from: one\n    columns: {family: a}", None),
    "no columns": ("encoding: utf-8", None),
    "another format": ("columns: {family: a}", "one.doc"),
}


@pytest.mark.parametrize("kind", WRONG_ORDERS)
def test_a_lists_file_that_does_not_fit_is_refused(kind):
    more, file = WRONG_ORDERS[kind]
    text = YAML.replace("    columns: {{family: Прозвішча, given: Імя, born: Народжаны}}\n", "")
    with pytest.raises(ListsRefused):
        parse_link_order(text.format(file=file or "one.csv", more=more).encode())


def test_files_are_found_beside_the_lists_file_and_stay_as_they_are(tmp_path):
    (tmp_path / "one.csv").write_bytes(CSV.encode())
    orders = parse_link_order(YAML.format(file="one.csv", more="").encode())
    (found,) = read_lists(orders, tmp_path, unwatched)
    assert found.about.rows == 2
    assert (tmp_path / "one.csv").read_bytes() == CSV.encode()


@pytest.mark.parametrize("there", ["nothing", "a folder"])
def test_a_list_whose_file_is_not_there_is_named(tmp_path, there):
    if there == "a folder":
        (tmp_path / "one.csv").mkdir()
    orders = parse_link_order(YAML.format(file="one.csv", more="").encode())
    with pytest.raises(FileRefused, match=r"one: .*one\.csv"):
        read_lists(orders, tmp_path, unwatched)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("1987-05-03", "1987-05-03", "1987-05-03"),
        ("3.5.1987", "1987-05-03", "1987-05-03"),
        ("1987-05-03 00:00:00", "1987-05-03", "1987-05-03"),
        ("1987", "1987-01-01", "1987-12-31"),
        ("05.1987", "1987-05-01", "1987-05-31"),
        ("1987-05-03~", "1987-01-01", "1987-12-31"),
    ],
)
def test_a_date_is_the_days_that_it_may_mean(text, first, last):
    days = find_days(text)
    epoch = dt.date(1970, 1, 1)
    assert [epoch + dt.timedelta(days=days.first), epoch + dt.timedelta(days=days.last)] == [
        dt.date.fromisoformat(first),
        dt.date.fromisoformat(last),
    ]


@pytest.mark.parametrize("text", ["3/5/87", "32.1.1990", "1987-02-30", "unknown", "87"])
def test_a_date_that_may_mean_two_things_is_not_read(text):
    assert find_days(text) is None


def test_sexes_are_read_in_three_languages():
    assert [find_sex(text) for text in ("м", "Жан.", "female", "мужской", "?")] == ["m", "f", "f", "m", None]
