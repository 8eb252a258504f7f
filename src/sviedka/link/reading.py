# SPDX-License-Identifier: AGPL-3.0-or-later
"""From a list's file to columns of text: only those that its mapping names, one entry for each record.

The file is read once, as bytes, and never written. Its digest is of the bytes that were read. What is wrong with a file
is said by row and field, never with what stands there: it may be somebody's name.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import pyarrow as pa
from pyarrow import compute as pc

from sviedka.core.base.errors import TooLarge
from sviedka.link.file_errors import FileRefused
from sviedka.link.lists_file import FIELDS, MOST_ROWS
from sviedka.link.reading_csv import read_csv
from sviedka.link.reading_parquet import read_parquet
from sviedka.link.reading_xlsx import read_xlsx
from sviedka.link.run import LinkedList
from sviedka.vault.disk_errors import translating

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from sviedka.core.base.progress import Progress
    from sviedka.core.count.names.keys import NameKeys
    from sviedka.link.lists_file import LinkOrder, ListOrder

MAX_BYTES: Final = 4 * 1024**3
MOST_CHARACTERS: Final = 1_000
"""In one cell; a longer one is no name and no date."""

_DIGEST: Final = "[0-9a-fA-F]{32,128}"

_READERS: Final[Mapping[str, Callable[[ListOrder, bytes], dict[str, pa.Array]]]] = {
    "csv": read_csv,
    "xlsx": read_xlsx,
    "parquet": read_parquet,
}


@dataclass(frozen=True, kw_only=True, eq=False)
class ReadList:
    """A list that was read.

    Attributes:
        about: Where it is from, and which bytes it was.
        records: A table with all of `FIELDS`, text; null where the list has no such column or the cell is empty.
        keys: For each record the keys of its name, where a list has those and no names; see `key_lists`.
    """

    about: LinkedList
    records: pa.Table
    keys: tuple[NameKeys, ...] | None = field(repr=False, default=None)


def read_lists(order: LinkOrder, folder: Path, progress: Progress) -> tuple[ReadList, ...]:
    """Read all lists of an order, whose paths are relative to `folder`.

    Args:
        order: Which.
        folder: That of the lists file.
        progress: Told bytes.

    Raises:
        FileRefused: A file is not what the order says.
        TooLarge: Over `MAX_BYTES` or `MOST_ROWS`.
        DiskError: It cannot be read.
    """
    paths = [folder / one.file for one in order.lists]
    for one, path in zip(order.lists, paths, strict=True):
        if not path.is_file():  # a folder, a pipe, nothing at all
            raise FileRefused("{list}: {path} is no file.", list=one.name, path=str(path))
    with translating():
        progress(0, sum(path.stat().st_size for path in paths))
    found = []
    for one, path in zip(order.lists, paths, strict=True):
        data = _bytes_of(one, path)
        found.append(read_list(one, data))
        progress(len(data))
    return tuple(found)


def read_list(order: ListOrder, data: bytes) -> ReadList:
    """Read the bytes of one list's file.

    Untrusted: `data`.

    Raises:
        FileRefused, TooLarge: As `read_lists`.
    """
    columns = _READERS[order.format](order, data)
    rows = len(next(iter(columns.values())))
    if rows == 0:
        raise FileRefused("{list}: the file holds no record.", list=order.name)
    if rows > MOST_ROWS:
        raise TooLarge("{list}: {rows} records; at most {most} are read.", list=order.name, rows=rows, most=MOST_ROWS)
    nothing = pa.nulls(rows, pa.string())
    table = pa.table({field: _tidy(order, field, columns.get(field, nothing)) for field in FIELDS})
    about = LinkedList(
        name=order.name,
        holder=order.holder,
        provenance=order.provenance,
        copied_from=order.copied_from,
        sha256=hashlib.sha256(data).hexdigest(),
        rows=rows,
    )
    return ReadList(about=about, records=table)


def _bytes_of(order: ListOrder, path: Path) -> bytes:
    with translating(), path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise TooLarge("{list}: a file of more than {most} bytes.", list=order.name, most=MAX_BYTES)
    return data


def _tidy(order: ListOrder, field: str, column: pa.Array) -> pa.Array:
    """Trim; empty cells are nothing; a cell too long, or with half a character, is refused by its row."""
    trimmed = pc.utf8_trim_whitespace(column.cast(pa.string()))
    long = pc.index(pc.greater(pc.utf8_length(trimmed), MOST_CHARACTERS), value=True).as_py()
    if long >= 0:
        raise FileRefused(
            "{list}: record {row}, {field}: more than {most} characters.",
            list=order.name, row=long + 1, field=field, most=MOST_CHARACTERS,
        )  # fmt: skip
    if field == "external_id_hash":
        _check_digests(order, trimmed)
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)


def _check_digests(order: ListOrder, column: pa.Array) -> None:
    """Refuse what is no digest: the number of somebody's passport has no business here."""
    fits = pc.match_substring_regex(column, f"^({_DIGEST})?$")
    wrong = pc.index(fits, value=False).as_py()
    if wrong >= 0:
        raise FileRefused(
            "{list}: record {row}, external_id_hash: expected 32 to 128 hexadecimal digits of a keyed digest.",
            list=order.name, row=wrong + 1,
        )  # fmt: skip
