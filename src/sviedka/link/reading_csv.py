# SPDX-License-Identifier: AGPL-3.0-or-later
"""A list as CSV: its encoding and separator are looked at before anything is believed.

A file read in a wrong encoding gives names that nobody bears, and they link to nobody: the count comes out too high
and nothing shows it. So an encoding is never guessed, and one that does not fit is refused.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

import pyarrow as pa
from pyarrow import csv as arrow_csv

from sviedka.link.file_errors import FileRefused, find_columns
from sviedka.link.lists_file import SEPARATORS

if TYPE_CHECKING:
    from sviedka.link.lists_file import ListOrder

_CODECS: Final = {"utf-8": "utf-8-sig"}
_REPLACED: Final = "\N{REPLACEMENT CHARACTER}"
_BLOCK: Final = 16 * 1024**2


def read_csv(order: ListOrder, data: bytes) -> dict[str, pa.Array]:
    """Read the mapped columns.

    Untrusted: `data`.

    Raises:
        FileRefused: Wrong encoding or separator, a column that is not there, a row of another length.
    """
    text = _decoded(order, data)
    try:
        header = next(csv.reader(io.StringIO(text[:1_000_000], newline=""), delimiter=order.separator), [])
        _check_separator(order, text, header)
    except csv.Error as reason:  # a field beyond all sizes
        raise FileRefused("{list}: the file is not whole CSV.", list=order.name) from reason
    places = find_columns(order, header)
    names = [f"c{place}" for place in range(len(header))]
    wrong: list[arrow_csv.InvalidRow] = []

    def note(row: arrow_csv.InvalidRow) -> str:
        wrong.append(row)
        return "error"

    wanted = [names[place] for place in places.values()]
    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(text.encode("utf-8")),
            read_options=arrow_csv.ReadOptions(
                column_names=names, skip_rows_after_names=1, block_size=_BLOCK, use_threads=False
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=order.separator, newlines_in_values=True, invalid_row_handler=note
            ),
            convert_options=arrow_csv.ConvertOptions(
                include_columns=wanted, column_types=dict.fromkeys(wanted, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid as reason:
        if wrong:
            raise FileRefused(
                "{list}: record {row} has {count} columns; the header has {expected}.",
                list=order.name, row=(wrong[0].number or 2) - 1, count=wrong[0].actual_columns, expected=len(header),
            ) from reason  # fmt: skip
        raise FileRefused("{list}: the file is not whole CSV.", list=order.name) from reason
    return {field: table.column(names[place]).combine_chunks() for field, place in places.items()}


def _decoded(order: ListOrder, data: bytes) -> str:
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    if marked and order.encoding != "utf-16":
        raise FileRefused(
            "{list}: the file is UTF-16, and {encoding} was said.", list=order.name, encoding=order.encoding
        )
    if order.encoding not in {"utf-8", "utf-16"} and _is_utf8(data):
        raise FileRefused(
            "{list}: the file is UTF-8, and {encoding} was said.", list=order.name, encoding=order.encoding
        )
    try:
        text = data.decode(_CODECS.get(order.encoding, order.encoding))
    except UnicodeDecodeError as reason:
        raise FileRefused(
            "{list}: byte {place} is not {encoding}. If the file is in another encoding, say which.",
            list=order.name, place=reason.start, encoding=order.encoding,
        ) from reason  # fmt: skip
    except UnicodeError as reason:  # UTF-16 without its mark
        raise FileRefused("{list}: the file is not {encoding}.", list=order.name, encoding=order.encoding) from reason
    if "\0" in text or _REPLACED in text:
        row = text[: min(place for place in (text.find("\0"), text.find(_REPLACED)) if place >= 0)].count("\n")
        raise FileRefused(
            "{list}: line {row} holds a character that was lost when the file was saved.", list=order.name, row=row + 1
        )
    return text


def _is_utf8(data: bytes) -> bool:
    """Whether these bytes are UTF-8 with something beyond ASCII: no other encoding looks like that by chance."""
    try:
        return not data.decode("utf-8").isascii()
    except UnicodeDecodeError:
        return False


def _check_separator(order: ListOrder, text: str, header: list[str]) -> None:
    """Say so if another separator would find the columns that this one does not."""
    wanted = set(order.columns.values())
    if wanted <= {name.strip() for name in header}:
        return
    line = text.partition("\n")[0].rstrip("\r")
    for word, separator in SEPARATORS.items():
        if wanted <= {name.strip() for name in next(csv.reader([line], delimiter=separator), [])}:
            raise FileRefused("{list}: the file is separated by {word}; say so.", list=order.name, word=word)
