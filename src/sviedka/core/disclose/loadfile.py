# SPDX-License-Identifier: AGPL-3.0-or-later
"""Load files for e-discovery software: Concordance DAT and CSV, the same columns in both.

Encoding is where load files break: the DAT's separators are one byte each in cp1252 and two in UTF-8. Everything else
in ours is ASCII, so that the file reads alike in both. Spec: spec/08-dossier.md §8.2.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from sviedka.core.base.ids import parse_origin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sviedka.core.disclose.report_facts import ReportFacts

FIELD: Final = b"\x14"
QUOTE: Final = b"\xfe"
END: Final = b"\r\n"

COLUMNS: Final = (
    "BEGDOC",
    "ENDDOC",
    "NATIVEPATH",
    "FILEEXT",
    "FILESIZE",
    "DOCTYPE",
    "SHA256HASH",
    "CUSTODIAN",
    "ITEM",
    "STATEMENT",
)


def write_dat(facts: ReportFacts) -> bytes:
    """Return the Concordance load file."""
    lines = (FIELD.join(QUOTE + cell.encode("ascii") + QUOTE for cell in row) for row in _rows(facts))
    return b"".join(line + END for line in lines)


def write_csv(facts: ReportFacts) -> bytes:
    """Return the same columns as CSV (RFC 4180)."""
    target = io.StringIO(newline="")
    csv.writer(target).writerows(_rows(facts))
    return target.getvalue().encode("ascii")


def _rows(facts: ReportFacts) -> Iterator[tuple[str, ...]]:
    yield COLUMNS
    archive, own = parse_origin(facts.origin)
    sealed_at = {one.held.jti: one.held.desk or own for one in facts.of_kind("item.sealed")}
    for exhibit in facts.exhibits:
        number = f"EX-{exhibit.path[5:11]}"
        yield (
            number,
            number,
            exhibit.path,
            exhibit.path.rpartition(".")[2],
            str(exhibit.size_bytes),
            exhibit.media_type,
            exhibit.sha256.hex(),
            f"{archive}/{sealed_at.get(exhibit.sealed_by, own)}",
            exhibit.item,
            exhibit.sealed_by,
        )
