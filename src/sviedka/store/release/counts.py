# SPDX-License-Identifier: AGPL-3.0-or-later
"""Counts from a CSV file: one row for each combination of categories, and nobody's name in it.

Columns are the plan's dimensions, `count`, and perhaps `sources` and `only:<list>`. A column that is no such thing is refused, so that
no list of persons passes for a table of counts. An empty category stands for the total.
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import TooLarge
from sviedka.core.count.release.counting import CountRow
from sviedka.core.count.release.release_errors import CountsRefused
from sviedka.vault.disk_errors import translating

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from sviedka.core.count.release.plan import ReleasePlan

MAX_BYTES: Final = 16 * 1024 * 1024
COUNT: Final = "count"
SOURCES: Final = "sources"
ONLY: Final = "only:"
_NUMBER: Final = re.compile(r"[0-9]{1,9}", re.ASCII)


def read_counts(path: Path, plan: ReleasePlan) -> tuple[CountRow, ...]:
    """Read the counts of a plan.

    Raises:
        CountsRefused, TooLarge: They are not understood; says the line, never what stands in it.
        DiskError: The file cannot be read.
    """
    with translating(), path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    return parse_counts(data, plan)


def parse_counts(data: bytes, plan: ReleasePlan) -> tuple[CountRow, ...]:
    """Read the counts of a plan; see `read_counts`. Untrusted: `data`."""
    if len(data) > MAX_BYTES:
        raise TooLarge("A file of counts of more than {most} bytes.", most=MAX_BYTES)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as reason:
        raise CountsRefused("The file of counts is not UTF-8 text.") from reason
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as reason:
        raise CountsRefused("The file of counts is not CSV.") from reason
    if not rows:
        raise CountsRefused("The file of counts is empty.")
    _check_head(rows[0], plan)
    return tuple(_rows(rows[0], rows[1:], plan))


def _check_head(head: Sequence[str], plan: ReleasePlan) -> None:
    known = {*plan.dimensions, COUNT, SOURCES}
    if any(name not in known and not name.startswith(ONLY) for name in head):
        raise CountsRefused("A column is none of {names}.", names=", ".join((*plan.dimensions, COUNT, SOURCES, ONLY)))
    if COUNT not in head or len(set(head)) != len(head):
        raise CountsRefused("The file of counts has a column {name}, and each column once.", name=COUNT)


def _rows(head: Sequence[str], rows: Sequence[Sequence[str]], plan: ReleasePlan) -> Iterator[CountRow]:
    codes = {name: set(one.bare.codes) for name, one in plan.dimensions.items()}
    for line, row in enumerate(rows, start=2):
        if not row:
            continue
        if len(row) != len(head):
            raise CountsRefused("Line {line} has not as many columns as the first.", line=line)
        values = dict(zip(head, row, strict=True))
        at = {name: values[name].strip() for name in plan.dimensions if name in values}
        for name, code in at.items():
            if code not in codes[name]:
                raise CountsRefused("Line {line}: {name} has a category that is not in the plan.", line=line, name=name)
        sources = values.get(SOURCES, "").strip()
        yield CountRow(
            at=frozenset((name, code) for name, code in at.items() if code),
            people=_number(values[COUNT], line),
            sources=_number(sources, line) if sources else None,
            only={name: _number(value, line) for name, value in values.items() if name.startswith(ONLY) and value},
        )


def _number(text: str, line: int) -> int:
    if not _NUMBER.fullmatch(text.strip()):
        raise CountsRefused("Line {line}: expected a whole number of 0 or more.", line=line)
    return int(text)
