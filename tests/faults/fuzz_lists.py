# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the fuzzer gives to readers of other organisations' lists: a table in three formats, a linkage run, and an order for them."""

import io
import zipfile
from functools import cache
from importlib import import_module

LISTS_FILE = b"""counted: {unit: person, what: detained, where: X, until: 2020-12-31}
lists:
  - {name: a, file: a.csv, holder: one, provenance: p, columns: {family: f, given: g, born: b}}
  - {name: b, file: b.xlsx, holder: two, provenance: p, copied_from: a, sheet: s, columns: {full_name: n, external_id_hash: h}}
"""
CSV = b'f,g,b,h\nKavalenka,"A, B",1980-01-02,' + b"ab" * 16 + b"\nX,,," + b"\n"
SHEET = "xl/worksheets/sheet1.xml"
CELLS = (
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    b'<row r="1"><c r="A1" t="inlineStr"><is><t>f</t></is></c><c r="B1" t="inlineStr"><is><t>b</t></is></c></row>'
    b'<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" s="1"><v>44000.5</v></c></row>'
    b'<row r="3"><c r="A3"><f>A2</f><v>1</v></c><c r="B3" t="d"><v>2020-08-10T00:00:00</v></c></row>'
    b'<row r="4"><c r="A4" t="b"><v>1</v></c><c r="B4" t="e"><v>#REF!</v></c></row>'
    b"</sheetData></worksheet>"
)


def order(kind, columns=("family", "f"), separator=","):
    """One list of an order."""
    return import_module("sviedka.link.lists_file").ListOrder(
        name="a", file="a", holder="h", provenance="p", copied_from=None, format=kind, encoding="utf-8",
        separator=separator, sheet=None, columns=dict([columns]),
    )  # fmt: skip


def read_list(kind):
    """Return a reader of one list's bytes."""
    read = import_module("sviedka.link.reading").read_list
    return lambda data: read(order(kind), data)


def read_table_of_bytes(data):
    """A CSV file whose first byte says which columns are wanted and how they are separated."""
    read = import_module("sviedka.link.reading").read_list
    first, rest = data[:1] or b"\0", data[1:]
    columns = (("family", "f"), ("external_id_hash", "h"))[first[0] & 1]
    read(order("csv", columns, ",;\t|"[first[0] >> 1 & 3]), rest)


def read_sheet(data):
    """The cells of a workbook that is whole but for them."""
    read_list("xlsx")(workbook({SHEET: data}))


def workbook(instead):
    """Return a workbook with some members replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name, content in (_members() | instead).items():
            target.writestr(name, content)
    return out.getvalue()


@cache
def _members():
    import openpyxl

    book, whole = openpyxl.Workbook(), io.BytesIO()
    book.active["A1"], book.active["A2"], book.active["A3"] = "f", "Kavalenka", "X"
    book.save(whole)
    with zipfile.ZipFile(whole) as source:
        return {name: source.read(name) for name in source.namelist()}


def parquet():
    """Return a small list as Parquet."""
    import pyarrow as pa
    from pyarrow import parquet as written

    out = io.BytesIO()
    written.write_table(pa.table({"f": ["Kavalenka", None, "X"]}), out)
    return out.getvalue()


def run():
    """Return a small linkage run as its bytes."""
    import numpy as np

    made = import_module("sviedka.link.run")
    one = np.array([0], np.int32)
    lists = [made.LinkedList(name=n, holder="h", provenance="p", sha256=n * 64, rows=1) for n in "ab"]
    return import_module("sviedka.link.run_file").run_to_bytes(
        made.LinkageRun(
            counted=made.Counted(unit="person", what="w", where="x", until="2020-12-31"), as_of="2026-11-27",
            lists=tuple(lists), key_version=1, settings={}, rules=(), comparisons=("name",),
            list_of=np.array([0, 1], np.int16), row_of=np.array([1, 1], np.int32),
            pairs=made.ScoredPairs(i=one, j=one + 1, p=np.array([0.5], np.float32), agreement=np.ones((1, 1), np.int8)),
            conflicts=made.Conflicts(i=one[:0], j=one[:0], reason=np.zeros(0, np.uint8)),
            cluster_of=np.array([0, 0], np.int32), draws=np.zeros((2, 2), np.int32),
        )
    )  # fmt: skip
