# SPDX-License-Identifier: AGPL-3.0-or-later
"""A list as an XLSX workbook: the mapped columns of one sheet. A formula is no value: it is refused, and never worked out."""

from __future__ import annotations

import io
import warnings
import zipfile
import zlib
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

import openpyxl
import pyarrow as pa
from openpyxl.utils.exceptions import InvalidFileException

from sviedka.core.base.errors import TooLarge
from sviedka.link.file_errors import FileRefused, find_columns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sviedka.link.lists_file import ListOrder

MAX_UNPACKED: Final = 2 * 1024**3
"""A workbook is a ZIP; a small one can unpack to a disk full."""

_NOT_WHOLE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    InvalidFileException,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RuntimeError,
    SyntaxError,
    EOFError,
    OSError,
)
"""What openpyxl ends with on cells that point nowhere or parts that are missing (SyntaxError: what the XML parser raises)."""


def read_xlsx(order: ListOrder, data: bytes) -> dict[str, pa.Array]:
    """Read the mapped columns; the first row that is there is the header.

    Untrusted: `data`.

    Raises:
        FileRefused: No workbook, no such sheet or column, a formula.
        TooLarge: It unpacks to more than `MAX_UNPACKED`.
    """
    try:
        _check_size(order, data)
        with warnings.catch_warnings(action="ignore"):  # of styles and extensions that are not looked at
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
            return _read_sheet(order, _sheet(order, book))
    except _NOT_WHOLE as reason:
        raise FileRefused("{list}: the file is not a whole XLSX workbook.", list=order.name) from reason


def _check_size(order: ListOrder, data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        size = sum(member.file_size for member in packed.infolist())
    if size > MAX_UNPACKED:
        raise TooLarge("{list}: unpacked, the workbook has {size} bytes.", list=order.name, size=size)


def _sheet(order: ListOrder, book: Any) -> Any:  # noqa: ANN401  # openpyxl has no types
    if order.sheet is None:
        return book.worksheets[0]
    if order.sheet not in book.sheetnames:
        raise FileRefused("{list}: the workbook has no sheet of the name that was said.", list=order.name)
    return book[order.sheet]


def _read_sheet(order: ListOrder, sheet: Any) -> dict[str, pa.Array]:  # noqa: ANN401
    rows: Iterator[Any] = sheet.iter_rows()
    places = find_columns(order, [str(cell.value or "") for cell in next(rows, ())])
    found: dict[str, list[str | None]] = {field: [] for field in places}
    for number, row in enumerate(rows, start=1):
        if all(cell.value is None for cell in row):
            continue  # sheets end with empty rows that were once written to
        for field, place in places.items():
            cell = row[place] if place < len(row) else None
            found[field].append(None if cell is None else _text(order, cell, number, field))
    return {field: pa.array(column, pa.string()) for field, column in found.items()}


def _text(order: ListOrder, cell: Any, number: int, field: str) -> str | None:  # noqa: ANN401
    value = cell.value
    if getattr(cell, "data_type", None) == "f" or (isinstance(value, str) and value.startswith("=")):
        raise FileRefused("{list}: record {row}, {field}: a formula.", list=order.name, row=number, field=field)
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return None if value is None else str(value)
