# SPDX-License-Identifier: AGPL-3.0-or-later
"""A release as one XLSX file: what it counts on the first sheet, a sheet for each table, no formula, the same bytes each time."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING, Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from sviedka.core.count.release.facts import figure_blocks, tell_facts
from sviedka.core.count.release.grid import lay_out_all
from sviedka.core.count.release.page import notes
from sviedka.core.count.release.wording import HIDDEN_MARK, WORDING

if TYPE_CHECKING:
    from datetime import datetime

    from openpyxl.worksheet.worksheet import Worksheet

    from sviedka.core.count.release.facts import Audited
    from sviedka.core.count.release.grid import Grid
    from sviedka.core.count.release.plan import ReleasePlan
    from sviedka.core.count.suppress.version import Version

_MODIFIED: Final = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")
_BOLD: Final = Font(bold=True)
_SOFT: Final = PatternFill("solid", fgColor="F1F1EE")
_WRAPPED: Final = Alignment(wrap_text=True, vertical="top")


def draw_workbook(plan: ReleasePlan, version: Version, audited: Audited, *, language: str, at: datetime) -> bytes:
    """Return the workbook in one language; `at` becomes its date."""
    book = Workbook()
    book.properties.title, book.properties.creator = plan.title[language], "sviedka"
    book.properties.created = book.properties.modified = at.replace(tzinfo=None)
    words = WORDING[language]
    _about(book.active, plan, audited, language)
    for number, grid in enumerate(lay_out_all(plan, version, language), start=1):
        _table(book.create_sheet(f"{number} {grid.name}"[:31]), grid, words.table.format(number=number), language)
    target = BytesIO()
    book.save(target)
    return _packed_again(target.getvalue(), at)


def _about(sheet: Worksheet, plan: ReleasePlan, audited: Audited, language: str) -> None:
    words = WORDING[language]
    sheet.title = words.facts[:31]
    _write(sheet, 1, 1, plan.title[language]).font = Font(bold=True, size=14)
    for line, (head, text) in enumerate(tell_facts(plan, audited, language), start=3):
        _write(sheet, line, 1, head).font = _BOLD
        _write(sheet, line, 2, text)
    for block in figure_blocks(plan, language):
        line = sheet.max_row + 2
        _write(sheet, line, 1, block.heading).font = _BOLD
        _write(sheet, line, 2, block.note)
        for offset, (number, *others) in enumerate(block.rows, start=1):
            _write(sheet, line + offset, 1, number)
            _write(sheet, line + offset, 2, "; ".join(others))
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 30, 100


def _table(sheet: Worksheet, grid: Grid, name: str, language: str) -> None:
    _write(sheet, 1, 1, f"{name}. {grid.caption}", is_wrapped=False).font = _BOLD
    heads = [*grid.corners, *(column.text for column in grid.columns)]
    for column, head in enumerate(heads, start=1):
        cell = _write(sheet, 3, column, head)
        cell.font, cell.fill = _BOLD, _SOFT
        sheet.column_dimensions[get_column_letter(column)].width = 34 if column <= len(grid.corners) else 14
    for line, row in enumerate(grid.rows, start=4):
        for column, heading in enumerate(row.headings, start=1):
            cell = _write(sheet, line, column, heading.text)
            cell.alignment = Alignment(indent=max(heading.depth - 1, 0), wrap_text=True, vertical="top")
            cell.font = Font(bold=row.is_total)
        for column, number in enumerate(row.numbers, start=len(row.headings) + 1):
            cell = sheet.cell(line, column, number) if number is not None else _write(sheet, line, column, HIDDEN_MARK)
            cell.alignment, cell.font = Alignment(horizontal="right"), Font(bold=row.is_total)
    for offset, note in enumerate(notes(grid, language), start=2):
        _write(sheet, 3 + len(grid.rows) + offset, 1, note, is_wrapped=False)
    sheet.freeze_panes = sheet.cell(4, len(grid.corners) + 1)


def _write(sheet: Worksheet, line: int, column: int, text: str, *, is_wrapped: bool = True):  # type: ignore[no-untyped-def]  # noqa: ANN202  # openpyxl has no types
    """Write text as text, whatever it begins with: openpyxl takes a leading equals sign for a formula."""
    cell = sheet.cell(line, column, text)
    cell.data_type = "s"
    if is_wrapped:
        cell.alignment = _WRAPPED
    return cell


def _packed_again(raw: bytes, at: datetime) -> bytes:
    """Pack the parts in one order and with one date: the library writes today's."""
    moment = (max(at.year, 1980), at.month, at.day, at.hour, at.minute, at.second)
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(raw)) as parts, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in sorted(parts.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            data = parts.read(name)
            if name == "docProps/core.xml":
                data = _MODIFIED.sub(rb"\g<1>" + at.strftime("%Y-%m-%dT%H:%M:%SZ").encode("ascii"), data)
            info = zipfile.ZipInfo(name, date_time=moment)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o100644 << 16
            packed.writestr(info, data)
    return target.getvalue()
