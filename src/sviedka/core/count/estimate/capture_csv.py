# SPDX-License-Identifier: AGPL-3.0-or-later
"""A table of captures from a CSV file: one column of 0 and 1 for each list, a column `people`, perhaps a column `draw`.

Patterns that are not named hold nobody. With `draw`, the rows of draw 0 are the linkage decided, those of 1 and more its draws.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

import numpy as np

from sviedka.core.base.errors import TooLarge
from sviedka.core.count.capture import MOST_LISTS, CaptureMalformed, CaptureTable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MAX_BYTES: Final = 64 * 1024**2
MOST_DRAWS: Final = 1_000
MOST_PEOPLE: Final = 10_000_000_000
MOST_LETTERS: Final = 120
PEOPLE: Final = "people"
DRAW: Final = "draw"


def parse_capture_csv(data: bytes) -> tuple[CaptureTable, ...]:
    """Read the tables: the linkage decided, then its draws.

    Untrusted: `data`. UTF-8, with or without a byte order mark; separated by commas, semicolons or tabs.

    Raises:
        TooLarge: Over `MAX_BYTES`.
        CaptureMalformed: Not such a file; the sentence names the line.
    """
    if len(data) > MAX_BYTES:
        raise TooLarge("A table of {size} bytes; at most {most} are read.", size=len(data), most=MAX_BYTES)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as reason:
        raise CaptureMalformed("The file is not text in UTF-8. Save it as CSV UTF-8.") from reason
    rows = list(_rows(text))
    if not rows:
        raise CaptureMalformed("The file is empty.")
    lists, places = _read_head(rows[0][1])
    found: dict[int, dict[int, int]] = {}
    for line, row in rows[1:]:
        draw, pattern, people = _read_row(row, line, places, len(rows[0][1]))
        if pattern in found.setdefault(draw, {}):
            raise CaptureMalformed("Line {line}: these lists were named before.", line=line)
        found[draw][pattern] = people
    if sorted(found) != list(range(len(found))) or not found or len(found) > MOST_DRAWS:
        raise CaptureMalformed("Draws are numbered 0, 1, 2 and so on, none left out, 0 being the linkage decided.")
    return tuple(_table(lists, found[draw]) for draw in sorted(found))


def format_capture_csv(tables: Sequence[CaptureTable]) -> bytes:
    """Return the file of a decided linkage and its draws, all of the same lists; `parse_capture_csv` reads it."""
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\n")
    lists = tables[0].lists
    rows.writerow([DRAW, *lists, PEOPLE])
    for draw, table in enumerate(tables):
        for pattern in range(1, 1 << len(lists)):
            marks = f"{pattern:0{len(lists)}b}"
            rows.writerow([draw, *marks, int(table.people[pattern])])
    return written.getvalue().encode("utf-8")


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are not blank, with their line numbers."""
    head = text.partition("\n")[0]
    separator = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield reader.line_num, [cell.strip() for cell in row]
    except csv.Error as reason:
        raise CaptureMalformed("Line {line}: this is no row of a CSV file.", line=reader.line_num) from reason


def _read_head(head: Sequence[str]) -> tuple[tuple[str, ...], dict[str, int | list[int]]]:
    """Return the lists' names, and where people, draws and lists stand."""
    lists = tuple(name for name in head if name not in {PEOPLE, DRAW})
    if head.count(PEOPLE) != 1 or head.count(DRAW) > 1:
        raise CaptureMalformed("The first line names the lists, and one column people with how many there are.")
    if not 1 <= len(lists) <= MOST_LISTS or len(set(lists)) != len(lists):
        raise CaptureMalformed("A capture table has 1 to {most} lists, each named once.", most=MOST_LISTS)
    if any(not name or len(name) > MOST_LETTERS or not name.isprintable() for name in lists):
        raise CaptureMalformed("A list's name is 1 to {most} printable letters.", most=MOST_LETTERS)
    places: dict[str, int | list[int]] = {
        "lists": [place for place, name in enumerate(head) if name not in {PEOPLE, DRAW}]
    }
    places |= {name: head.index(name) for name in (PEOPLE, DRAW) if name in head}
    return lists, places


def _read_row(row: Sequence[str], line: int, places: dict[str, int | list[int]], width: int) -> tuple[int, int, int]:
    if len(row) != width:
        raise CaptureMalformed("Line {line}: {found} cells, not {expected}.", line=line, found=len(row), expected=width)
    columns, people, draw = places["lists"], places[PEOPLE], places.get(DRAW)
    marks = [row[place] for place in columns] if isinstance(columns, list) else []
    if not set(marks) <= {"0", "1"}:
        raise CaptureMalformed("Line {line}: a list is marked 1 for on it, 0 for not.", line=line)
    pattern = int("".join(marks), 2)
    number = _whole(row[people], line, MOST_PEOPLE) if isinstance(people, int) else 0
    if pattern == 0 and number:
        raise CaptureMalformed("Line {line}: nobody is known who is on no list; leave the row out.", line=line)
    return _whole(row[draw], line, MOST_DRAWS) if isinstance(draw, int) else 0, pattern, number


def _whole(text: str, line: int, most: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 12 and int(text) <= most):
        raise CaptureMalformed("Line {line}: a whole number of 0 to {most} is wanted.", line=line, most=most)
    return int(text)


def _table(lists: tuple[str, ...], cells: dict[int, int]) -> CaptureTable:
    people = np.zeros(1 << len(lists), dtype=np.int64)
    for pattern, number in cells.items():
        people[pattern] = number
    return CaptureTable(lists=lists, people=people)
