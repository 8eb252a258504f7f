# SPDX-License-Identifier: AGPL-3.0-or-later
"""What can be wrong with a list's file. Said by list, record and field; never with what stands there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.core.base.errors import Malformed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sviedka.link.lists_file import ListOrder


class FileRefused(Malformed):
    """A list's file is not what the lists file says it is. Nothing was linked, and the file is as it was."""

    code = "malformed.list-file"
    hint = "Correct the lists file, or save the list anew as UTF-8 CSV, XLSX or Parquet."


def find_columns(order: ListOrder, header: Sequence[str]) -> dict[str, int]:
    """Return the place of each mapped column in a header.

    Raises:
        FileRefused: A column is not there, or there twice.
    """
    found = {}
    for field, column in order.columns.items():
        places = [place for place, name in enumerate(header) if name.strip() == column]
        if not places:
            raise FileRefused(
                "{list}: the file has {count} columns, and none is called as the lists file says for {field}.",
                list=order.name, count=len(header), field=field,
            )  # fmt: skip
        if len(places) > 1:
            raise FileRefused(
                "{list}: the column for {field} is there {count} times.",
                list=order.name, field=field, count=len(places),
            )  # fmt: skip
        found[field] = places[0]
    return found
